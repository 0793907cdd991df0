/**
 * @file Writes bytes as visible characters, so that a byte-level vocabulary can be kept in a text file.
 *
 * Printable Latin-1 bytes stand for themselves; the others take the characters from U+0100 on, in byte order.
 * Reference: https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */

const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

function buildSymbols(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** The character that stands for each byte. */
export const BYTE_SYMBOLS: readonly string[] = buildSymbols();

/** The byte behind each such character. */
export const SYMBOL_BYTES: ReadonlyMap<string, number> = new Map(BYTE_SYMBOLS.map((symbol, byte) => [symbol, byte]));

/** The 256 symbols in the order of CLIP's vocabulary: printable bytes first. */
export const BYTE_SYMBOLS_IN_VOCABULARY_ORDER: readonly string[] = [
  ...BYTE_SYMBOLS.filter((_, byte) => isPrintable(byte)),
  ...BYTE_SYMBOLS.filter((_, byte) => !isPrintable(byte)),
];
