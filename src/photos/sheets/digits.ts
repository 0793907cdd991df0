/**
 * Digits as strokes of our own in a box 6 wide and 10 high, because a fresh machine has no font and a picture must
 * not depend on one.
 */
const strokes = [
  'M3 0C1 0 0 2 0 5S1 10 3 10S6 8 6 5S5 0 3 0Z',
  'M1 2L3.5 0V10M1 10H6',
  'M0 2.5C0 1 1 0 3 0S6 1 6 3C6 5.5 0 7 0 10H6',
  'M0 1.5C.6 .5 1.6 0 3 0S6 .8 6 2.5S4.8 4.8 3 4.8C4.8 4.8 6 5.6 6 7.4S4.8 10 3 10S.6 9.5 0 8.5',
  'M4.5 10V0L0 7H6',
  'M5.5 0H.8L.4 4.6C1 4 2 3.7 3 3.7C4.9 3.7 6 5 6 6.8S4.8 10 3 10C1.6 10 .6 9.5 0 8.6',
  'M5.4 .8C4.8 .3 4 0 3.2 0C1 0 0 2.5 0 5.8C0 8.5 1.1 10 3 10S6 8.7 6 6.9S4.8 4 3 4S.2 5.2 0 6.4',
  'M0 0H6L2 10',
  'M3 4.7C1.4 4.7 .4 3.8 .4 2.4S1.4 0 3 0S5.6 1 5.6 2.4S4.6 4.7 3 4.7C1.2 4.7 0 5.8 0 7.3S1.2 10 3 10S6 8.8 6 7.3S4.8 4.7 3 4.7Z',
  'M.6 9.2C1.2 9.7 2 10 2.8 10C5 10 6 7.5 6 4.2C6 1.5 4.9 0 3 0S0 1.3 0 3.1S1.2 6 3 6S5.8 4.8 6 3.6',
] as const;

const box = 6;
const advance = 9;

/** SVG of a whole number, its middle at (`x`, `y`), `height` pixels high. */
export function drawNumber(number: number, x: number, y: number, height: number, colour: string): string {
  const digits = [...String(number)].map((digit) => strokes[Number(digit)]!);
  const width = (digits.length - 1) * advance + box;
  const paths = digits.map((path, place) => `<path transform="translate(${place * advance} 0)" d="${path}"/>`).join('');
  const scale = height / 10;
  return (
    `<g transform="translate(${x - (width * scale) / 2} ${y - height / 2}) scale(${scale})" fill="none" ` +
    `stroke="${colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${paths}</g>`
  );
}
