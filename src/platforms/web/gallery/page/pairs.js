import { create, fill } from './texts.js';

/**
 * A ballot that compares entries two by two. The list shows one pair; what is decided leads to the next one that is not.
 * @param ballot what the server has of it
 * @param show puts entries into the list, by their numbers
 */
export function startPairs({ texts, ballot, button, send, show }) {
  const bar = document.querySelector('#pairs');
  let at = Math.max(0, undecidedAfter(-1));

  const pair = () => ballot().pairs[at];
  const decide = (side) => send({ kind: 'pair', index: pair().index, side });
  const sideOf = (number) => (number === pair().left ? 'left' : 'right');

  const before = stepButton('◀', texts.pairBefore, -1);
  const equal = create('button', { type: 'button', className: 'mark' });
  equal.addEventListener('click', () => decide('equal'));
  const after = stepButton('▶', texts.pairAfter, 1);
  bar.append(before, equal, after);

  /** Nobody is at the first or last pair for no reason: it begins again at the other end. */
  function stepButton(sign, label, step) {
    const element = create('button', { type: 'button', className: 'mark', title: label }, sign);
    element.setAttribute('aria-label', label);
    element.addEventListener('click', () => goTo((at + step + ballot().pairs.length) % ballot().pairs.length));
    return element;
  }

  function undecidedAfter(position) {
    const { pairs } = ballot();
    const later = pairs.findIndex(({ winner }, index) => index > position && winner === undefined);
    return later === -1 ? pairs.findIndex(({ winner }) => winner === undefined) : later;
  }

  function goTo(position) {
    at = position;
    const { left, right } = pair();
    show([left, right]);
    update();
  }

  function update() {
    const isAlike = pair().winner === 0;
    equal.textContent = isAlike ? `✓ ${texts.alike}` : texts.alike;
    equal.setAttribute('aria-pressed', isAlike);
  }

  return {
    keys: texts.keysPairs,
    begin() {
      bar.hidden = false;
      goTo(at);
    },
    summary() {
      const { pairs } = ballot();
      const decided = pairs.filter(({ winner }) => winner !== undefined).length;
      return fill(texts.pair, { position: at + 1, count: pairs.length, decided });
    },
    controls: (number) => [button(() => decide(sideOf(number)))],
    update(number, [better]) {
      const isBetter = pair().winner === number;
      better.textContent = isBetter ? `✓ ${texts.better}` : texts.better;
      better.setAttribute('aria-pressed', isBetter);
      better.setAttribute('aria-label', fill(texts.betterNumber, { number }));
      update();
    },
    told({ index }) {
      const winner = ballot().pairs.find((one) => one.index === index)?.winner;
      return winner ? fill(texts.betterNumber, { number: winner }) : texts.alike;
    },
    byKey: (_, key) => {
      const side = ['equal', 'left', 'right'][key];
      return side && { kind: 'pair', index: pair().index, side };
    },
    /** The next one that is not decided, if there is any. */
    goOn() {
      const next = undecidedAfter(at);
      if (next !== -1) goTo(next);
    },
  };
}
