/** Embeddings, overrides and isolates: they turn around what stands after them, which may be our own words. */
const directionControls = /[\u202A-\u202E\u2066-\u2069]/g;
/** Scripts written from right to left, and their marks. https://www.unicode.org/reports/tr9/#Bidirectional_Character_Types */
const rightToLeft = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

const firstStrongIsolate = '\u2068';
const popDirectionalIsolate = '\u2069';

/** More marks on one letter than any language has; https://unicode.org/reports/tr15/#Stream_Safe_Text_Format */
const furtherMarks = /(?<!\p{M})(\p{M}{30})\p{M}+/gu;

/**
 * Letters and their marks in one form. Of marks piled up on a letter thirty stay: putting them in order takes time that
 * grows with the square of their number.
 */
export function normalised(words: string, form: 'NFC' | 'NFD' | 'NFKC' = 'NFC'): string {
  return words.replace(furtherMarks, '$1').normalize(form);
}

/** What somebody wrote, on one line, without what never helps: control characters and changes of direction. */
export function cleanWords(words: string): string {
  return normalised(words)
    .replace(/\s+/g, ' ')
    .replace(directionControls, '')
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .trim();
}

/** Keeps words that run from right to left from taking the sentence around them along. A line to be typed again stays as it is. */
export function isolateDirection(words: string): string {
  if (!rightToLeft.test(words) || words.startsWith('/')) return words;
  return `${firstStrongIsolate}${words}${popDirectionalIsolate}`;
}
