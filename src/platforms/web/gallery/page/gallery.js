import { startBallot } from './ballot.js';
import { applyTexts, create, fill } from './texts.js';
import { openViewer } from './viewer.js';

/** Relative, so that a proxy may put a path of its own before it. */
const here = location.pathname.split('/').at(-1);
const addressOf = (number, size = '') => `${here}/pictures/${number}${size}`;

const list = document.querySelector('#entries');
const more = document.querySelector('#more');
const panel = document.querySelector('#ballot');
const status = document.querySelector('#status');

/** What the server told last, and the entries that are shown. */
const page = { view: undefined, entries: [] };

async function load(from) {
  const response = await fetch(`${here}/data?from=${from}`);
  if (!response.ok) throw Object.assign(new Error(`status ${response.status}`), { status: response.status });
  return response.json();
}

function show(id, words) {
  const element = document.querySelector(id);
  element.textContent = words ?? '';
  element.hidden = !words;
}

/** To those who do not look at the page, too. */
function say(words) {
  panel.hidden = false;
  status.textContent = words;
}

function phaseOf({ phase, votingAt, endsAt, texts, locale }) {
  const when = (at) => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(at));
  if (phase === 'soon') return fill(texts.soon, { time: when(votingAt) });
  if (phase === 'voting') return fill(texts.voting, { time: when(endsAt) });
  return texts[phase];
}

function pictureOf(entry) {
  const { texts } = page.view;
  const { number, alt, cover } = entry;
  if (cover === 'refused') return create('p', { className: 'withheld soft' }, texts.refused);
  const image = create('img', { src: addressOf(number, '/small'), alt, loading: 'lazy', width: 328, height: 328 });
  const button = create('button', { type: 'button', className: 'picture' }, image);
  if (cover === 'covered')
    button.append(create('span', { className: 'cover', ariaHidden: 'true' }, fill(texts.uncover, { number })));
  const label = () => {
    const isCovered = button.classList.contains('covered');
    const words = fill(isCovered ? texts.uncover : texts.enlarge, { number });
    button.setAttribute('aria-label', isCovered ? words : `${words}: ${alt}`);
    button.title = words;
    image.alt = isCovered ? '' : alt;
  };
  button.classList.toggle('covered', cover === 'covered');
  label();
  button.addEventListener('click', () => {
    if (button.classList.contains('covered')) {
      button.classList.remove('covered');
      button.querySelector('.cover').remove();
      label();
      return;
    }
    const open = page.entries.filter((one) => one.cover !== 'refused' && (one.cover !== 'covered' || one === entry));
    const pictures = open.map((one) => ({ src: addressOf(one.number), alt: `${one.number}: ${one.alt}` }));
    openViewer(pictures, open.indexOf(entry));
  });
  return button;
}

function captionOf({ number, rank, title, author }) {
  const { texts } = page.view;
  const caption = create('div', { className: 'caption' }, create('span', { className: 'number' }, String(number)));
  if (rank !== undefined) caption.append(create('strong', {}, fill(texts.rank, { rank })));
  if (title) caption.append(create('span', { className: 'title', dir: 'auto' }, title));
  if (author) caption.append(create('span', { className: 'soft', dir: 'auto' }, author));
  return caption;
}

function put(entry, ballot) {
  const item = create('li', { className: 'entry', id: `entry-${entry.number}` }, pictureOf(entry), captionOf(entry));
  item.dataset.number = entry.number;
  item.setAttribute('aria-label', fill(page.view.texts.entry, { number: entry.number }));
  const controls = ballot.controlsOf(entry.number);
  if (controls) item.append(controls);
  list.append(item);
  page.entries.push(entry);
}

/** As many as stand in a row now. */
function columns() {
  const [first] = list.children;
  return Math.max(1, [...list.children].filter((item) => item.offsetTop === first.offsetTop).length);
}

/** Arrows lead to the same place of another entry; digits set what a ballot takes. */
function onKey(event, ballot) {
  const item = event.target.closest?.('.entry, #pairs');
  if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
  const step = steps[event.key];
  // In a list of places, arrows choose.
  if (step !== undefined && event.target.tagName !== 'SELECT' && item.parentElement === list) {
    const other = list.children[[...list.children].indexOf(item) + step];
    const focusable = (one) => [...one.querySelectorAll('button, select')];
    const place = focusable(item).indexOf(event.target);
    const target = other && (focusable(other)[place] ?? focusable(other)[0]);
    if (!target) return;
    event.preventDefault();
    target.focus();
    return;
  }
  if (/^[0-5]$/.test(event.key) && ballot.setByKey(Number(item.dataset.number), Number(event.key)))
    event.preventDefault();
}

async function start() {
  const view = await load(0);
  page.view = view;
  document.documentElement.lang = view.locale;
  document.title = view.title;
  applyTexts(view.texts);
  show('#title', view.title);
  show('#theme', view.theme);
  show('#phase', phaseOf(view));
  const ballot = startBallot({
    view,
    address: `${here}/marks`,
    say,
    show: (numbers) => {
      const focused = list.contains(document.activeElement);
      list.replaceChildren();
      page.entries = [];
      ballot.forget();
      for (const number of numbers)
        put(
          view.entries.find((entry) => entry.number === number),
          ballot,
        );
      if (focused) list.querySelector('.mark').focus();
    },
  });
  const add = ({ entries, total }) => {
    for (const entry of entries) put(entry, ballot);
    more.hidden = page.entries.length >= total;
  };
  more.textContent = view.texts.more;
  const isOfPairs = view.ballot?.pairs !== undefined;
  list.classList.toggle('pair', isOfPairs);
  if (isOfPairs) ballot.begin();
  else add(view);
  more.addEventListener('click', async () => {
    more.disabled = true;
    try {
      const first = page.entries.length;
      add(await load(first));
      list.children[first]?.querySelector('button, select')?.focus();
    } catch {
      say(view.texts.failed);
    }
    more.disabled = false;
  });
  document.querySelector('main').addEventListener('keydown', (event) => onKey(event, ballot));
  document.body.dataset.ready = '';
}

async function startWhenReachable(waitMs = 500) {
  try {
    await start();
  } catch (error) {
    // The page itself says what is to be said then.
    if (error.status === 404) location.reload();
    else setTimeout(() => startWhenReachable(Math.min(8000, waitMs * 2)), waitMs);
  }
}

startWhenReachable();
