import { countInstants, showInstants } from '#src/core/instants.js';

/** What a bot may write in one message. */
export const maxContentLength = 2000;

/** Plain text that Discord shows as it is: no formatting, no links behind other words. */
export function escapeText(text: string): string {
  return (
    text
      .replace(/[\\*_~`|<>[\]]/g, '\\$&')
      // Headings, lists and small print begin a line; quotes are escaped above.
      .replace(/^([^\S\n\r\u2028\u2029]*)(#{1,3}|-#|[-+])(?=\s)/gm, '$1\\$2')
      .replace(/^([^\S\n\r\u2028\u2029]*\d+)\.(?=\s)/gm, '$1\\.')
  );
}

/** How much longer than its mark Discord's form of an instant is, at most. */
const instantGrowth = 24;

/** Escaped, cut at the end of a character where it is too long, and with instants in the reader's zone. */
export function renderText(text: string, maxLength = maxContentLength): string {
  const rendered = renderWords(text, maxLength - instantGrowth * countInstants(text));
  return showInstants(rendered, (at) => {
    const seconds = Math.round(at.getTime() / 1000);
    return `<t:${seconds}:F> (<t:${seconds}:R>)`;
  });
}

function renderWords(text: string, maxLength: number): string {
  const escaped = escapeText(text);
  if (escaped.length <= maxLength) return escaped;
  // No escaped text is shorter than its source.
  const characters = [...segments.segment(text.slice(0, maxLength))].map(({ segment }) => segment);
  let fitting = 0;
  for (let step = characters.length; step >= 1; step = step === 1 ? 0 : Math.ceil(step / 2)) {
    while (
      fitting + step <= characters.length &&
      escapeText(characters.slice(0, fitting + step).join('')).length < maxLength
    )
      fitting += step;
  }
  return `${escapeText(characters.slice(0, fitting).join(''))}…`;
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
