/** @file Letters as a reader takes them: what looks alike becomes equal, what is not seen is gone. */

/** Accents and points that are added to letters of Latin, Greek, Cyrillic, Hebrew and Arabic; in other scripts marks are vowels. */
const addedMarks =
  /[\u0300-\u036F]|[\u0483-\u0489]|[\u0591-\u05C7]|[\u064B-\u065F]|\u0670|[\u1AB0-\u1AFF]|[\u1DC0-\u1DFF]|[\u20D0-\u20FF]|[\uFE20-\uFE2F]/g;
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u0640]/gu;

/** Letters of their own that a compatibility decomposition leaves as they are. */
const plainLetters: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ı: 'i', ł: 'l', ŧ: 't', þ: 'th', ƒ: 'f' },
  ...{ ɑ: 'a', ʙ: 'b', ɢ: 'g', ɡ: 'g', ʜ: 'h', ɪ: 'i', ɩ: 'i', ʟ: 'l', ɴ: 'n', ʀ: 'r', ꜱ: 's', ʏ: 'y', ᴀ: 'a', ᴄ: 'c' },
  ...{ ᴅ: 'd', ᴇ: 'e', ᴊ: 'j', ᴋ: 'k', ᴍ: 'm', ᴏ: 'o', ᴘ: 'p', ᴛ: 't', ᴜ: 'u', ᴠ: 'v', ᴡ: 'w', ᴢ: 'z' },
};

/** Letters of other scripts that look like Latin ones. */
const latinLookAlikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ё: 'e', һ: 'h', н: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm' },
  ...{ о: 'o', р: 'p', ԛ: 'q', г: 'r', ѕ: 's', т: 't', ц: 'u', ѵ: 'v', ԝ: 'w', х: 'x', у: 'y', п: 'n' },
  ...{ α: 'a', β: 'b', ϲ: 'c', δ: 'd', ε: 'e', η: 'n', ι: 'i', κ: 'k', μ: 'm', ν: 'v', ο: 'o', ρ: 'p', σ: 'o', ς: 's' },
  ...{ τ: 't', υ: 'u', χ: 'x', γ: 'y', ω: 'w', օ: 'o', ս: 'u', ո: 'n', հ: 'h', զ: 'q', ց: 'g' },
};

/** Digits and signs that stand for letters; `1`, `!`, `|` and `l` are all read as `i`. */
const leetLetters: Readonly<Record<string, string>> = {
  ...{ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 6: 'g', 7: 't', 8: 'b', 9: 'g' },
  ...{ '@': 'a', $: 's', '€': 'e', '!': 'i', '|': 'i', '+': 't', l: 'i' },
};

/** First letters of the blocks of letters in boxes, in circles, and of flags. */
const boxedAlphabets = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6];
const boxed = /[\u{1F130}-\u{1F149}\u{1F150}-\u{1F169}\u{1F170}-\u{1F189}\u{1F1E6}-\u{1F1FF}]/gu;
const katakana = /[\u30A1-\u30F6]/g;

/** Lower case without accents, width, style, boxes or anything unseen; kana as hiragana. The script stays. */
export function foldLetters(written: string): string {
  const seen = written.normalize('NFKD').replace(unseen, '').replace(addedMarks, '').normalize('NFKC').toLowerCase();
  return mapLetters(seen.replace(boxed, unboxed).replace(katakana, asHiragana), plainLetters);
}

/** Latin letters for those of other scripts that look like them. */
export const foldLookAlikes = (folded: string): string => mapLetters(folded, latinLookAlikes);

/** Letters for the digits and signs that stand for them. */
export const foldLeet = (folded: string): string => mapLetters(folded, leetLetters);

function mapLetters(letters: string, map: Readonly<Record<string, string>>): string {
  let mapped = '';
  for (const letter of letters) mapped += Object.hasOwn(map, letter) ? map[letter] : letter;
  return mapped;
}

function unboxed(letter: string): string {
  const code = letter.codePointAt(0)!;
  const first = boxedAlphabets.findLast((start) => start <= code)!;
  return String.fromCharCode('a'.charCodeAt(0) + code - first);
}

const asHiragana = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 0x60);
