import { newEvent, post } from './connection.js';
import { create, fill } from './texts.js';
import { openViewer } from './viewer.js';

const list = document.querySelector('#messages');
const svgNamespace = 'http://www.w3.org/2000/svg';

/** Draws the conversation. A message keeps its element while it changes, so that nothing flickers or jumps. */
export function startMessages(page, { onCommand, onEdit }) {
  const shown = new Map();
  const ownPhotos = new Map();

  function put(message) {
    const wasAtEnd = isAtEnd();
    const known = shown.get(message.id);
    const entry = known ?? createEntry(message);
    if (!known) {
      shown.set(message.id, entry);
      list.append(entry.item);
    }
    if (entry.drawn !== JSON.stringify(message)) draw(entry, message);
    if (wasAtEnd || (!known && message.author === 'person')) scrollToEnd(known ? 'instant' : 'smooth');
  }

  function replaceAll(messages) {
    const kept = new Set(messages.map(({ id }) => id));
    for (const [id, { item }] of shown) {
      if (kept.has(id)) continue;
      item.remove();
      shown.delete(id);
    }
    // The log announces what is added; the past is no news.
    list.setAttribute('aria-live', 'off');
    for (const message of messages) put(message);
    scrollToEnd('instant');
    requestAnimationFrame(() => list.setAttribute('aria-live', 'polite'));
  }

  function remove(id) {
    shown.get(id)?.item.remove();
    shown.delete(id);
  }

  function createEntry(message) {
    const item = create('li', { className: `message ${message.author}` });
    const author = create('span', { className: 'unseen author' });
    const avatar =
      message.author === 'bot'
        ? [create('img', { className: 'avatar', src: '/icon.svg', alt: '', width: 32, height: 32 })]
        : [];
    const parts = {
      text: create('p', { className: 'text' }),
      progress: create('div', { className: 'progress', hidden: true }, create('i')),
      pictures: create('div', { className: 'pictures', hidden: true }),
      files: create('div', { className: 'files', hidden: true }),
      buttons: create('div', { className: 'buttons', hidden: true }),
    };
    parts.progress.setAttribute('role', 'progressbar');
    parts.progress.setAttribute('aria-valuemin', '0');
    parts.progress.setAttribute('aria-valuemax', '100');
    const bubble = create(
      'div',
      { className: 'bubble' },
      author,
      parts.text,
      parts.progress,
      parts.pictures,
      parts.files,
      parts.buttons,
    );
    const time = create('time', { dateTime: new Date(message.sentAt).toISOString() });
    item.append(...avatar, bubble, time);
    return { item, author, time, ...parts, drawn: '', message };
  }

  function draw(entry, message) {
    const { texts, locale } = page.session;
    entry.drawn = JSON.stringify(message);
    entry.message = message;
    entry.item.dataset.kind = message.kind;
    entry.author.textContent = `${message.author === 'bot' ? texts.bot : texts.you}: `;
    entry.time.textContent = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(message.sentAt);
    drawText(entry.text, message);
    drawProgress(entry.progress, message);
    drawFiles(entry.files, message.files ?? []);
    if (message.author === 'person') {
      drawOwnPhotos(entry.pictures, message);
      drawEditButton(entry.buttons, message);
    } else {
      drawPictures(entry.pictures, message);
      drawButtons(entry.buttons, message);
    }
  }

  function drawText(element, { text, author, trend }) {
    const names = new Set(page.session.commands.map(({ name }) => name));
    const parts = text.split(/(\/[a-z]+\b)/).map((part) => {
      if (author !== 'bot' || !part.startsWith('/') || !names.has(part.slice(1))) return part;
      const button = create('button', { type: 'button', className: 'command' }, part);
      button.addEventListener('click', () => onCommand(`${part} `));
      return button;
    });
    element.replaceChildren(...parts, ...(trend ? [drawCurve(trend)] : []));
    element.hidden = text === '';
  }

  function drawCurve(trend) {
    const svg = document.createElementNS(svgNamespace, 'svg');
    svg.setAttribute('viewBox', '0 0 60 16');
    svg.setAttribute('class', 'curve');
    svg.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS(svgNamespace, 'polyline');
    const stepX = 56 / Math.max(1, trend.length - 1);
    line.setAttribute(
      'points',
      trend.map((height, index) => `${(2 + index * stepX).toFixed(1)},${(14 - 12 * height).toFixed(1)}`).join(' '),
    );
    svg.append(line);
    return svg;
  }

  function drawProgress(element, { progress, kind }) {
    const isWaiting = kind === 'status' && progress === undefined;
    element.hidden = kind !== 'status';
    element.classList.toggle('waiting', isWaiting);
    const percent = Math.round((progress ?? 0) * 100);
    element.firstElementChild.style.inlineSize = isWaiting ? '' : `${percent}%`;
    element.setAttribute('aria-label', fill(page.session.texts.progress, { percent }));
    if (isWaiting) element.removeAttribute('aria-valuenow');
    else element.setAttribute('aria-valuenow', String(percent));
  }

  function drawPictures(element, { pictures = [], isSpoiler = false }) {
    element.hidden = pictures.length === 0;
    const isHidden = isSpoiler && !element.isRevealed;
    element.classList.toggle('spoiler', isHidden);
    element.dataset.count = String(pictures.length);
    const buttons = [...element.children];
    pictures.forEach(({ src, alt }, index) => {
      const button = buttons[index] ?? element.appendChild(createPictureButton(element, index));
      const image = button.firstElementChild;
      image.alt = isHidden ? page.session.texts.showHidden : alt;
      button.title = isHidden ? page.session.texts.showHidden : page.session.texts.openPicture;
      if (image.dataset.src === src) return;
      image.dataset.src = src;
      showWhenLoaded(image, src);
    });
    for (const extra of buttons.slice(pictures.length)) extra.remove();
    element.shownPictures = pictures;
    element.reveal = () => {
      element.isRevealed = true;
      drawPictures(element, { pictures });
    };
  }

  function createPictureButton(element, index) {
    const image = create('img', { alt: '', draggable: false });
    const button = create('button', { type: 'button', className: 'picture loading' }, image);
    button.addEventListener('click', () => {
      if (element.classList.contains('spoiler')) element.reveal();
      else openViewer(element.shownPictures, index);
    });
    image.addEventListener('load', () => {
      const { naturalWidth: width, naturalHeight: height } = image;
      button.classList.remove('loading');
      button.classList.toggle('wide', width > 1.4 * height);
      button.style.setProperty('--ratio', `${width} / ${height}`);
    });
    return button;
  }

  /** The old picture stays until the new one is there; a first one is fetched when it comes into view. */
  function showWhenLoaded(image, src) {
    if (!image.src) {
      image.loading = 'lazy';
      image.src = src;
      return;
    }
    const next = new Image();
    next.addEventListener('load', () => {
      if (image.dataset.src === src) image.src = src;
    });
    next.src = src;
  }

  function drawOwnPhotos(element, { event, photoCount = 0 }) {
    const photos = ownPhotos.get(event) ?? [];
    element.hidden = photoCount === 0;
    element.classList.add('own');
    if (photos.length === photoCount) {
      element.replaceChildren(
        ...photos.map(({ address, name }) => {
          const image = create('img', { src: address, alt: name, title: name, className: 'thumbnail' });
          image.addEventListener('error', () =>
            image.replaceWith(create('span', { className: 'thumbnail nameless', title: name }, name)),
          );
          return image;
        }),
      );
    } else {
      element.replaceChildren(
        create('span', { className: 'count' }, fill(page.session.texts.photosAttached, { count: photoCount })),
      );
    }
  }

  /** Below a single photo that this page still has; an edit takes one. */
  function drawEditButton(element, { event }) {
    const [photo, ...others] = ownPhotos.get(event) ?? [];
    const isOffered = photo && others.length === 0 && page.session.commands.some(({ name }) => name === 'edit');
    element.hidden = !isOffered;
    if (!isOffered) return;
    const button = create('button', { type: 'button', className: 'chip' }, page.session.texts.edit);
    button.addEventListener('click', () => onEdit(photo.file));
    element.replaceChildren(button);
  }

  function drawFiles(element, files) {
    element.hidden = files.length === 0;
    element.replaceChildren(
      ...files.map(({ src, name }) => create('a', { className: 'chip', href: src, download: name }, name)),
    );
  }

  function drawButtons(element, message) {
    const buttons = message.buttons ?? [];
    element.hidden = buttons.length === 0;
    const key = JSON.stringify(buttons);
    if (element.dataset.key === key) return;
    element.dataset.key = key;
    const { activeElement } = document;
    const isElsewhere = activeElement !== document.body && !element.contains(activeElement);
    const pressed = isElsewhere ? -1 : [...element.querySelectorAll('button')].indexOf(element.pressed);
    element.pressed = undefined;
    element.replaceChildren(
      ...buttons.flatMap(({ label, action, startsRow }) => {
        const button = create('button', { type: 'button', className: 'chip' }, label);
        button.addEventListener('click', async () => {
          element.pressed = button;
          button.disabled = true;
          const answer = await post('/api/presses', {
            event: newEvent(),
            message: message.id,
            action,
            language: page.language(),
          });
          if (answer.line !== undefined) onCommand(answer.line);
          if (!answer.ok && answer.status !== 410) page.showProblem(page.session.texts.fault);
          setTimeout(() => {
            button.disabled = false;
          }, 1500);
        });
        return startsRow ? [create('span', { className: 'row' }), button] : [button];
      }),
    );
    // Whoever goes by keyboard stays where they were in a message that changes under them.
    if (pressed >= 0) element.querySelectorAll('button')[pressed]?.focus();
  }

  function update() {
    list.setAttribute('aria-label', page.session.texts.messages);
    for (const entry of shown.values()) draw(entry, entry.message);
  }

  return {
    put,
    remove,
    replaceAll,
    update,
    isNewHere: () => shown.size <= 1,
    rememberPhotos: (event, photos) => ownPhotos.set(event, photos),
  };
}

function isAtEnd() {
  const { scrollTop, scrollHeight, clientHeight } = document.scrollingElement;
  return scrollHeight - clientHeight - scrollTop < 120;
}

function scrollToEnd(behavior) {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  scrollTo({ top: document.scrollingElement.scrollHeight, behavior: isCalm ? 'instant' : behavior });
}
