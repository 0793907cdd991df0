import { startPairs } from './pairs.js';
import { create, fill } from './texts.js';

const maxStars = 5;

/** Also where the page came by http, and `randomUUID` is not there. */
function newEvent() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function showKeys(words) {
  const line = document.querySelector('#keys');
  line.textContent = words;
  line.hidden = false;
}

/**
 * The ballot of whoever was signed in. Each press is saved at once, and says what it sets, so that one that comes twice changes
 * nothing. What is shown is what the server has.
 * @param say to those who do not look at the page, too
 * @param show puts entries into the list, by their numbers
 */
export function startBallot({ view, address, say, show }) {
  const { texts } = view;
  let ballot = view.ballot;
  let sending = Promise.resolve();
  const drawn = new Map();
  const panel = document.querySelector('#ballot');

  const methods = {
    approval: {
      keys: texts.keysApproval,
      controls: (number, send) => [button(() => send({ kind: 'mark', number, isOn: !isMarked(number) }))],
      update: (number, [mark]) => {
        const isOn = isMarked(number);
        mark.setAttribute('aria-pressed', isOn);
        mark.textContent = isOn ? `✓ ${texts.marked}` : texts.mark;
        mark.setAttribute('aria-label', fill(isOn ? texts.markedNumber : texts.markNumber, { number }));
      },
      told: ({ number }) => fill(isMarked(number) ? texts.markedNumber : texts.entry, { number }),
      byKey: (number, key) => (key <= 1 ? { kind: 'mark', number, isOn: key === 1 } : undefined),
    },
    stars: {
      keys: texts.keysStars,
      controls: (number, send) =>
        Array.from({ length: maxStars }, (_, index) =>
          button(() => {
            const stars = index + 1;
            send({ kind: 'star', number, stars: ballot.stars[number] === stars ? 0 : stars });
          }),
        ),
      update: (number, controls) => {
        const given = ballot.stars[number] ?? 0;
        for (const [index, star] of controls.entries()) {
          const stars = index + 1;
          star.textContent = stars <= given ? '★' : '☆';
          star.setAttribute('aria-pressed', stars === given);
          star.setAttribute('aria-label', fill(texts.rateNumber, { number, stars }));
        }
      },
      told: ({ number }) => fill(texts.rateNumber, { number, stars: ballot.stars[number] ?? 0 }),
      byKey: (number, key) => ({ kind: 'star', number, stars: key }),
    },
    podium: places(),
    ranked: places(),
  };
  const pairs = ballot?.pairs?.length > 0 ? startPairs({ texts, ballot: () => ballot, button, send, show }) : undefined;
  const method = pairs ?? (ballot && methods[ballot.method]);

  function places() {
    return {
      keys: texts.keysPlaces,
      controls: (number, send) => {
        const options = Array.from(
          { length: ballot.limit },
          (_, index) => new Option(fill(texts.place, { place: index + 1 }), index + 1),
        );
        const select = create('select', {}, new Option(texts.noPlace, 0), ...options);
        select.setAttribute('aria-label', fill(texts.placeOfNumber, { number }));
        select.addEventListener('change', () => send({ kind: 'place', number, place: Number(select.value) }));
        return [select];
      },
      update: (number, [select]) => {
        select.value = ballot.marked.indexOf(number) + 1;
      },
      told: ({ number }) => {
        const place = ballot.marked.indexOf(number) + 1;
        return `${fill(texts.entry, { number })}: ${place === 0 ? texts.noPlace : fill(texts.place, { place })}`;
      },
      byKey: (number, key) => (key <= ballot.limit ? { kind: 'place', number, place: key } : undefined),
    };
  }

  function isMarked(number) {
    return ballot.marked.includes(number);
  }

  function button(onPress) {
    const element = create('button', { type: 'button', className: 'mark' });
    element.addEventListener('click', onPress);
    return element;
  }

  function summary() {
    const missing = ballot.missing > 0 ? fill(texts.missing, { count: ballot.missing }) : '';
    return [marksInWords(), missing, ballot.voided ?? ''].filter((words) => words !== '').join(' · ');
  }

  function marksInWords() {
    if (pairs) return pairs.summary();
    if (ballot.method === 'stars') return fill(texts.rated, { count: Object.keys(ballot.stars).length });
    const count = ballot.marked.length;
    return ballot.limit === undefined
      ? fill(texts.markedCount, { count })
      : fill(texts.markedOf, { count, max: ballot.limit });
  }

  function update() {
    for (const [number, controls] of drawn) method.update(number, controls);
    document.querySelector('#left').textContent = summary();
  }

  /** One after the other, so that the last answer is of the last press. */
  function send(mark) {
    sending = sending.then(() => save(mark));
  }

  async function save(mark) {
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ event: newEvent(), mark }),
      });
      if (response.status === 404) return say(texts.expired);
      if (!response.ok) throw new Error(`status ${response.status}`);
      const answer = await response.json();
      ballot = answer.ballot ?? ballot;
      const problem = texts[answer.outcome] ?? texts.failed;
      // What is told twice in the same words is not read aloud again.
      const told = `${texts.saved} ${method.told(mark)}`;
      say(answer.outcome === 'saved' ? told : fill(problem, { max: ballot.limit }));
      if (answer.outcome === 'saved') pairs?.goOn();
    } catch {
      say(texts.failed);
    }
    // Also where it failed: a list shows what was chosen in it.
    update();
  }

  // With a single entry there is nothing to compare.
  if (method) {
    panel.hidden = false;
    showKeys(method.keys);
    update();
  }

  return {
    controlsOf(number) {
      if (!method) return undefined;
      const controls = method.controls(number, send);
      drawn.set(number, controls);
      method.update(number, controls);
      const group = create('div', { className: 'controls', role: 'group' }, ...controls);
      group.setAttribute('aria-label', fill(texts.entry, { number }));
      return group;
    },
    /** Shows the first pair. */
    begin: () => pairs?.begin(),
    /** The list shows others now. */
    forget: () => drawn.clear(),
    /** @returns whether the key means something */
    setByKey(number, key) {
      const mark = method?.byKey(number, key);
      if (mark) send(mark);
      return mark !== undefined;
    },
  };
}
