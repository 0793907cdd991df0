import { startComposer } from './composer.js';
import { startConnection } from './connection.js';
import { startMessages } from './messages.js';
import { applyTexts, fill } from './texts.js';

/** The page's state: the session as the server described it, and what asks to be told when that changes. */
const storedLanguage = () => localStorage.getItem('language') ?? undefined;
const chosenLanguage = () => storedLanguage() ?? navigator.language;

async function loadSession() {
  const response = await fetch(`/api/session?language=${encodeURIComponent(chosenLanguage())}`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

const languageSelect = document.querySelector('#language');
const connectionLine = document.querySelector('#connection');
const noticeLine = document.querySelector('#notice');
/** Long enough for two lines, read slowly. */
const noticeMs = 8000;
let noticeTimer;

function showLanguages({ locale, locales }) {
  languageSelect.replaceChildren(...locales.map(({ name, label }) => new Option(label, name, false, name === locale)));
}

/** Passing words: read out where somebody listens, and gone after a while. */
function showNotice(text) {
  noticeLine.textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => {
    noticeLine.textContent = '';
  }, noticeMs);
}

async function start() {
  const page = { session: await loadSession(), language: chosenLanguage };
  const messages = startMessages(page, {
    onCommand: (words) => composer.insertCommand(words),
    onEdit: (photo) => composer.startEdit(photo),
  });
  const composer = startComposer(page, messages);
  const show = () => {
    document.documentElement.lang = page.session.locale;
    applyTexts(page.session.texts);
    showLanguages(page.session);
    composer.update();
    messages.update();
  };
  show();

  languageSelect.addEventListener('change', async () => {
    localStorage.setItem('language', languageSelect.value);
    page.session = await loadSession();
    show();
  });

  let hasConnected = false;
  startConnection({
    address: () => `/api/live?language=${encodeURIComponent(chosenLanguage())}`,
    onEvent(event) {
      if (event.type === 'all') {
        messages.replaceAll(event.messages);
        // Who has been here before needs no list of commands over the conversation.
        composer.update();
      } else if (event.type === 'removed') messages.remove(event.id);
      else if (event.type === 'notice') showNotice(event.text);
      else messages.put(event.message);
    },
    onState: (isOpen) => {
      hasConnected ||= isOpen;
      connectionLine.hidden = isOpen || !hasConnected;
      connectionLine.textContent = isOpen ? '' : fill(page.session.texts.disconnected);
      document.body.dataset.connection = isOpen ? 'open' : 'closed';
    },
    // The cookie is no longer known, e.g. because the server's data were deleted: a fresh page gets a fresh one.
    onUnknown: () => location.reload(),
  });
}

async function startWhenReachable(waitMs = 500) {
  try {
    await start();
  } catch (error) {
    console.error(error);
    connectionLine.hidden = false;
    connectionLine.textContent = '…';
    setTimeout(() => startWhenReachable(Math.min(8000, waitMs * 2)), waitMs);
  }
}

startWhenReachable();
