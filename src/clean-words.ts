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

/** How stored files are called, in whatever letters turn into these. Rows name files so, and what a row names is kept. */
const fileNames = /sha256-([0-9a-f]{8})[0-9a-f]{56}/gi;

function withoutFileNames(words: string): string {
  const plain = normalised(words, 'NFKC');
  const shortened = plain.replace(fileNames, 'sha256-$1…');
  return shortened === plain ? words : shortened;
}

/** What somebody wrote, on one line, without what never helps: control characters, changes of direction, names of stored files. */
export function cleanWords(words: string): string {
  const line = normalised(words)
    .replace(/\s+/g, ' ')
    .replace(directionControls, '')
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .trim();
  return withoutFileNames(line);
}

/** Keeps words that run from right to left from taking the sentence around them along. A line to be typed again stays as it is. */
export function isolateDirection(words: string): string {
  if (!rightToLeft.test(words) || words.startsWith('/')) return words;
  return `${firstStrongIsolate}${words}${popDirectionalIsolate}`;
}
