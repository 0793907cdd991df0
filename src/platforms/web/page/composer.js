import { startCompletion } from './completion.js';
import { newEvent, post } from './connection.js';
import { startPhotos } from './photos.js';

const form = document.querySelector('#composer');
const field = document.querySelector('#text');
const sendButton = document.querySelector('#send');
const fileInput = document.querySelector('#file');
const problem = document.querySelector('#problem');
const dropZone = document.querySelector('#drop');

/** The line at the bottom: text, completion, photos from the picker, the clipboard or dropped anywhere on the page. */
export function startComposer(page, messages) {
  const history = [];
  let recalled = 0;
  let isSending = false;

  page.showProblem = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = sentence === '';
  };

  const pickPhotos = () => fileInput.click();
  const photos = startPhotos(page, () => update());
  const completion = startCompletion(page, field, {
    hasPhotos: () => photos.count() > 0,
    isNewHere: messages.isNewHere,
    onPhotos: pickPhotos,
  });

  function update() {
    field.style.blockSize = 'auto';
    field.style.blockSize = `${Math.min(field.scrollHeight, 200)}px`;
    sendButton.disabled = isSending || (field.value.trim() === '' && photos.count() === 0);
    completion.update();
  }

  function addPhotos(files) {
    page.showProblem('');
    photos.add(files);
    const command = page.session.commands.find((candidate) => candidate.photos);
    if (photos.count() > 0 && field.value.trim() === '' && command) insertCommand(`/${command.name} `);
    else field.focus();
  }

  function insertCommand(words) {
    field.value = words;
    field.setSelectionRange(words.length, words.length);
    field.focus();
    update();
  }

  /** The photo once more, with the command that changes it; what to change is for the person to write. */
  function startEdit(photo) {
    page.showProblem('');
    photos.add([photo]);
    if (photos.count() > 0) insertCommand('/edit ');
  }

  async function send() {
    const text = field.value.trim();
    if (isSending || (text === '' && photos.count() === 0)) return;
    isSending = true;
    form.classList.add('sending');
    page.showProblem('');
    update();
    completion.hide();
    const event = newEvent();
    const isSent = await photos.whenSent();
    const list = photos.list();
    messages.rememberPhotos(event, list);
    const answer = isSent
      ? await post('/api/messages', { event, text, photos: list.map(({ id }) => id), language: page.language() })
      : { ok: false, code: 'photo' };
    isSending = false;
    form.classList.remove('sending');
    if (answer.ok) {
      history.push(text);
      recalled = history.length;
      field.value = '';
      photos.clear();
    } else {
      const { texts } = page.session;
      page.showProblem(answer.code?.startsWith('photo') ? texts.uploadFailed : texts.fault);
    }
    update();
    field.focus();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener('input', update);
  field.addEventListener('click', () => completion.update());
  field.addEventListener('blur', () => completion.hide());
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (completion.handleKey(event)) {
      event.preventDefault();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (
      (event.key === 'ArrowUp' && recalled > 0 && (field.value === '' || field.value === history[recalled])) ||
      (event.key === 'ArrowDown' && recalled < history.length && field.value === history[recalled])
    ) {
      event.preventDefault();
      recalled += event.key === 'ArrowUp' ? -1 : 1;
      insertCommand(history[recalled] ?? '');
      completion.hide();
    }
  });
  field.addEventListener('paste', (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    addPhotos(event.clipboardData.files);
  });

  document.querySelector('#add-photos').addEventListener('click', pickPhotos);
  fileInput.addEventListener('change', () => {
    addPhotos([...fileInput.files]);
    fileInput.value = '';
  });

  // Enter and leave come for every element under the pointer, so they are counted.
  let depth = 0;
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  const setDepth = (next) => {
    depth = Math.max(0, next);
    dropZone.hidden = depth === 0;
  };
  addEventListener('dragenter', (event) => hasFiles(event) && setDepth(depth + 1));
  addEventListener('dragleave', (event) => hasFiles(event) && setDepth(depth - 1));
  addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setDepth(0);
    addPhotos(event.dataTransfer.files);
  });

  // On a phone, focus would hide half of the page behind the keyboard.
  if (matchMedia('(hover: hover)').matches) field.focus();

  return { update, insertCommand, startEdit };
}
