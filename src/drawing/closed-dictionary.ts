import type { ClosedSetting, ClosedWords } from '#locales/closed-words/closed-words.js';
import { type ClosedLanguage, closedWords } from '#locales/closed-words/index.js';
import { type WrittenWeight, weightsIn } from '#src/core/written-weights.js';

/** As captions of the toy world say where something is. */
const phraseOf: Readonly<Record<ClosedSetting, string>> = {
  jungle: 'in the jungle',
  snow: 'in the snow',
  beach: 'at the beach',
  'wooden floor': 'on a wooden floor',
  mountain: 'in front of a mountain',
  city: 'in the city',
  house: 'in front of a blue house',
  window: 'in front of a window',
  sunflowers: 'in a field of sunflowers',
  'red carpet': 'on a red carpet',
  sidewalk: 'on a busy sidewalk',
  'taj mahal': 'in front of the taj mahal',
  bath: 'in a bath',
  wave: 'surfing a wave',
  space: 'in space',
  jumping: 'jumping',
  bed: 'sleeping on a bed',
  garden: 'in the garden',
  cushion: 'on a purple cushion',
  'white background': 'on a white background',
};

type Role = 'kind' | 'colour' | 'garment' | 'setting' | 'filler';

interface Meaning {
  readonly language: ClosedLanguage;
  readonly role: Role;
  readonly english: string;
  readonly colourAfter: boolean;
}

export interface Token {
  readonly kind: 'pet' | 'english' | 'meaning' | 'filler' | 'unknown';
  /** Folded. */
  readonly word: string;
  readonly written: string;
  readonly start: number;
  readonly end: number;
  readonly meaning?: Meaning;
  readonly weight?: WrittenWeight;
}

/** Of a phrase, in words, or in letters where no spaces separate them. */
const maxPhraseWords = 4;
const maxPhraseLetters = 9;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;

/** Words of the bot's other languages, in English, as far as few words go. */
export class ClosedDictionary {
  /** Several languages may have a word. */
  readonly #meanings = new Map<string, Meaning[]>();

  /** @param isLearnt whether the checkpoint has met an English word */
  constructor(isLearnt: (word: string) => boolean) {
    for (const [language, words] of Object.entries(closedWords) as [ClosedLanguage, ClosedWords][]) {
      const { colourAfter, kinds, colours, clothes, settings, fillers } = words;
      const add = (role: Role, entries: Readonly<Record<string, readonly string[]>>) => {
        for (const [english, words] of Object.entries(entries))
          for (const word of words) {
            // As `tokens` puts the parts of one together.
            const folded = foldWord(word.replaceAll('-', ' '));
            const known = this.#meanings.get(folded) ?? [];
            const isDrawable = role === 'filler' || english.split(' ').every(isLearnt);
            if (!isDrawable || known.some((one) => one.language === language)) continue;
            this.#meanings.set(folded, [...known, { language, role, english, colourAfter }]);
          }
      };
      add('kind', kinds);
      add('colour', colours);
      add('garment', clothes);
      add('setting', settings);
      add('filler', { '': fillers });
    }
  }

  /** @param isEnglish whether a word is read as it stands */
  tokens(text: string, isEnglish: (word: string) => boolean): Token[] {
    const words = [...text.matchAll(/\{pet\}|[\p{L}\p{M}ー]+/gu)].flatMap((match) => piecesOf(match[0], match.index));
    const language = this.#languageOf(words);
    const tokens: Token[] = [];
    for (let index = 0; index < words.length; ) {
      const { length, token } = this.#tokenAt({ text, words, language }, index, isEnglish);
      tokens.push(token);
      index += length;
    }
    const weightOf = weightsIn(text);
    return joinUnknownLetters(text, tokens).map((token) => {
      const weight = weightOf(token.start, token.end);
      return weight ? { ...token, weight } : token;
    });
  }

  /** A caption as the checkpoint knows them: colours before what has them, clothes after, the place last. */
  compose(tokens: readonly Token[], as: 'description' | 'noun' | 'addition'): string {
    const said = tokens.filter(({ kind, meaning }) => kind !== 'unknown' && meaning?.role !== 'filler');
    const colours = coloursOf(said);
    const coloured = (token: Token) =>
      [colours.get(token), token].flatMap((one) => (one ? [weighted(one)] : [])).join(' ');
    const of = (role: Role) => said.filter(({ meaning }) => meaning?.role === role);
    if (as === 'noun') {
      const placed = new Set(colours.values());
      return said
        .filter((token) => !placed.has(token))
        .map(coloured)
        .join(' ');
    }
    const subjects = said.filter(({ meaning }) => !meaning || meaning.role === 'kind');
    const subject = subjects
      .map((token) => (token.meaning ? withArticle(coloured(token)) : weighted(token)))
      .join(subjects.every(({ meaning }) => !meaning) ? ' ' : ' and ');
    const clothes = of('garment').map((token) => `wearing ${withArticle(coloured(token))}`);
    const places = new Set(of('setting').map((token) => weighted(token, phraseOf[englishOf(token) as ClosedSetting])));
    return [subject, ...clothes, ...places].filter((part) => part !== '').join(' ');
  }

  /** The one that has most of the words: what several have is read as that one does. */
  #languageOf(words: readonly Word[]): ClosedLanguage | undefined {
    const counts = new Map<ClosedLanguage, number>();
    for (const { written } of words)
      for (const { language } of this.#meanings.get(foldWord(written)) ?? [])
        counts.set(language, (counts.get(language) ?? 0) + 1);
    return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
  }

  #tokenAt({ text, words, language }: Said, index: number, isEnglish: (word: string) => boolean) {
    const first = words[index]!;
    const isDense = unspaced.test(first.written);
    const most = Math.min(isDense ? maxPhraseLetters : maxPhraseWords, words.length - index);
    for (let length = most; length >= 1; length -= 1) {
      const part = words.slice(index, index + length);
      const word = foldWord(part.map(({ written }) => written).join(isDense ? '' : ' '));
      const meanings = this.#meanings.get(word);
      const meaning = meanings?.find((one) => one.language === language) ?? meanings?.[0];
      const isPlain = length === 1 && (word === '{pet}' || isEnglish(word));
      if (!meaning && !isPlain) continue;
      const kind = word === '{pet}' ? 'pet' : isPlain ? 'english' : meaning!.role === 'filler' ? 'filler' : 'meaning';
      return { length, token: tokenOf(text, part, word, kind, meaning) };
    }
    return { length: 1, token: tokenOf(text, [first], foldWord(first.written), 'unknown') };
  }
}

interface Word {
  readonly written: string;
  readonly start: number;
}

interface Said {
  readonly text: string;
  readonly words: readonly Word[];
  readonly language: ClosedLanguage | undefined;
}

/** Letter by letter where no spaces separate words. */
function piecesOf(written: string, start: number): Word[] {
  if (!unspaced.test(written)) return [{ written, start }];
  return [...written].map((letter, index) => ({ written: letter, start: start + index }));
}

function tokenOf(text: string, part: readonly Word[], word: string, kind: Token['kind'], meaning?: Meaning): Token {
  const start = part[0]!.start;
  const last = part.at(-1)!;
  const end = last.start + last.written.length;
  return { kind, word, written: text.slice(start, end), start, end, ...(meaning && { meaning }) };
}

/** Letters of a word that nobody knows are one word to whoever reads of it. */
function joinUnknownLetters(text: string, tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const before = joined.at(-1);
    const isOneWord =
      token.kind === 'unknown' && before?.kind === 'unknown' && before.end === token.start && unspaced.test(token.word);
    if (!isOneWord) joined.push(token);
    else
      joined[joined.length - 1] = {
        ...before,
        word: before.word + token.word,
        written: text.slice(before.start, token.end),
        end: token.end,
      };
  }
  return joined;
}

/** Which colour belongs to which noun: one beside it, rather on the side where the language has it. */
function coloursOf(said: readonly Token[]): Map<Token, Token> {
  const colours = new Map<Token, Token>();
  for (const [index, token] of said.entries()) {
    if (token.meaning?.role !== 'colour') continue;
    const sides = [said[index - 1], said[index + 1]];
    const noun = (token.meaning.colourAfter ? sides : sides.toReversed()).find((side) => side && isColourable(side));
    if (noun && !colours.has(noun)) colours.set(noun, token);
  }
  return colours;
}

function isColourable({ kind, meaning }: Token): boolean {
  return kind === 'pet' || meaning?.role === 'kind' || meaning?.role === 'garment';
}

function englishOf({ meaning, written }: Token): string {
  return meaning?.english ?? written;
}

/** Within the brackets that stood around the word. */
function weighted(token: Token, words = englishOf(token)): string {
  const { opens = '', closes = '' } = token.weight ?? {};
  return `${opens}${words}${closes}`;
}

function withArticle(noun: string): string {
  return `${/^[([]{0,9}[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** Case and accents make no difference; the marks of kana do. */
export function foldWord(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll('ß', 'ss');
}
