import type { EditPhrases, WeighPhrases } from '#locales/edit-phrases/edit-phrases.js';
import { type EditChange, maxEditWords } from './edit-job.js';
import { FoldedText, fold } from './folded-text.js';
import { alternatives, PhrasePattern, type Span } from './phrase-pattern.js';

/** Both sides at their longest, with the words around them. */
const maxPhraseLength = 2 * maxEditWords + 100;
/** Without a verb, more words than these on one side may as well describe a picture. */
const maxBareWords = 3;
const maxBareCharacters = 40;
/** Between joining words; so many changes are refused anyway. */
const maxPieces = 12;
/** Of politeness around an instruction; more is no politeness. */
const maxCourtesies = 4;

/** What a phrase says. */
export interface Reading {
  readonly change: EditChange;
  readonly isBare: boolean;
  /** No verb says that it is an instruction, and it is too long to be sure without. */
  readonly isDoubtful: boolean;
}

interface Phrase {
  readonly kind: EditChange['kind'] | 'look';
  readonly pattern: PhrasePattern;
  readonly factor?: number;
  readonly isBare: boolean;
  /** Of `look`. */
  readonly to?: string;
}

/** Changes in words, in all languages at once. Looks words up only, so that no text takes long. */
export class PhraseGrammar {
  static readonly #known = new WeakMap<readonly EditPhrases[], PhraseGrammar>();

  readonly #phrases: readonly Phrase[];
  readonly #looks: readonly Phrase[];
  readonly #joins: WordsByFirst;
  readonly #verbs: readonly string[];
  readonly #replaceVerbs: readonly string[];
  readonly #endings: WordsByFirst;
  readonly #pleaseBefore: readonly string[];
  readonly #pleaseAfter: readonly string[];
  readonly #pleaseWithin: readonly string[];
  readonly #articles: readonly string[];
  readonly #pronouns: ReadonlySet<string>;
  readonly #instructionStarts: readonly string[];
  readonly #instructionEnds: readonly string[];
  readonly #instructionParts: readonly string[];
  readonly #descriptions: readonly string[];

  private constructor(languages: readonly EditPhrases[]) {
    const all = (of: (language: EditPhrases) => readonly string[]) => longestFirst(languages.flatMap(of));
    this.#phrases = languages.flatMap((language) => [...phrasesOf(language, false), ...phrasesOf(language.bare, true)]);
    this.#looks = languages.flatMap(({ look, lookTo }) =>
      look.flatMap(PhrasePattern.compile).map((pattern) => ({ kind: 'look', pattern, isBare: false, to: lookTo })),
    );
    this.#joins = new WordsByFirst([...all(({ join }) => join), '&']);
    const withVerb = this.#phrases.filter(({ isBare }) => !isBare);
    this.#verbs = longestFirst(withVerb.flatMap(({ pattern }) => pattern.beginnings.map((words) => words.trimEnd())));
    this.#replaceVerbs = longestFirst(
      withVerb.flatMap(({ kind, pattern }) => (kind === 'replace' ? pattern.beginnings : [])),
    );
    this.#endings = new WordsByFirst(
      longestFirst(withVerb.flatMap(({ pattern }) => pattern.endings)).filter((ending) => !isSpaced(ending)),
    );
    this.#pleaseBefore = all(({ pleaseBefore }) => pleaseBefore);
    this.#pleaseAfter = all(({ pleaseAfter }) => pleaseAfter);
    this.#pleaseWithin = all(({ pleaseWithin }) => pleaseWithin);
    this.#articles = all(({ articles }) => articles);
    this.#pronouns = new Set(all(({ pronouns }) => pronouns));
    this.#instructionStarts = all(({ instruction }) => instruction.starts);
    this.#instructionEnds = all(({ instruction }) => instruction.ends);
    this.#instructionParts = all(({ instruction }) => instruction.parts);
    this.#descriptions = all(({ descriptions }) => descriptions);
  }

  /** @param languages compiled once */
  static of(languages: readonly EditPhrases[]): PhraseGrammar {
    const known = PhraseGrammar.#known.get(languages) ?? new PhraseGrammar(languages);
    PhraseGrammar.#known.set(languages, known);
    return known;
  }

  /** All that a part can mean in any of the languages, as far as they differ: what leaves the least to its parameters. */
  readingsOf(part: string): Reading[] {
    if (part.length > maxPhraseLength || this.#isDescription(part)) return [];
    const text = new FoldedText(withoutEnd(part));
    let best = 0;
    let readings = new Map<string, Reading>();
    const written = (span: Span | undefined) => (span ? this.#withoutPlease(text.slice(...span)) : '');
    for (const phrase of this.#phrases) {
      for (const { found, literalLength } of phrase.pattern.match(text.folded)) {
        if (literalLength < best) continue;
        const change = this.#changeOf(phrase, written, found);
        if (!change) continue;
        if (literalLength > best) readings = new Map();
        best = literalLength;
        readings.set(JSON.stringify(change), {
          change,
          isBare: phrase.isBare,
          isDoubtful: phrase.isBare && this.#isLong(change),
        });
      }
    }
    return [...readings.values()];
  }

  /** What somebody probably wants who says how something shall look: `make the sky pink`. */
  lookOf(part: string): EditChange | undefined {
    if (part.length > maxPhraseLength) return undefined;
    const text = new FoldedText(withoutEnd(part));
    for (const { pattern, to } of this.#looks) {
      const { found } = pattern.match(text.folded).at(-1) ?? {};
      if (!found?.words || !found.look) continue;
      const words = this.withoutArticle(text.slice(...found.words));
      const look = text.slice(...found.look);
      if (look.includes(' ') || this.#pronouns.has(fold(words))) continue;
      return { kind: 'replace', from: words, to: to!.replace('{look}', () => look).replace('{words}', () => words) };
    }
    return undefined;
  }

  /** Whether something is asked for, although nobody can tell what. */
  isInstruction(text: string): boolean {
    const folded = fold(withoutEnd(text));
    if (this.#isDescription(text)) return false;
    return (
      this.#instructionStarts.some((start) => folded.startsWith(start)) ||
      this.#instructionEnds.some(
        (end) => folded.endsWith(end) && (isSpaced(end) ? folded.split(' ').length <= 6 : true),
      ) ||
      this.#instructionParts.some((part) => folded.includes(part))
    );
  }

  /** Whether a part begins as an instruction does, which may lead nowhere. */
  beginsWithVerb(part: string): boolean {
    const folded = fold(part);
    return this.#verbs.some((verb) => folded === verb || folded.startsWith(`${verb} `));
  }

  /** Without “please”, “could you” and their like around it. */
  withoutCourtesy(text: string): string {
    let said = text.replace(/^[¿¡\s]+/, '');
    for (let round = 0; round < maxCourtesies; round += 1) {
      const shorter = this.#withoutOneCourtesy(said);
      if (shorter === said || shorter === '') return said;
      said = shorter;
    }
    return said;
  }

  /**
   * Cuts at every word that may join two changes, and after every verb that ends one: whether they are two is for the reader.
   * @returns how many pieces there are, and those from one to another, as written
   */
  piecesOf(part: string): { readonly count: number; readonly join: (first: number, last: number) => string } {
    const text = new FoldedText(part);
    const { folded } = text;
    const pieces: Span[] = [];
    let start = 0;
    let at = part.length > maxPhraseLength ? folded.length : 1;
    while (at < folded.length && pieces.length < maxPieces) {
      const ending = this.#endingAt(folded, at);
      const end = at + (ending?.length ?? 0);
      const join = this.#cutAt(folded, end);
      if (ending === undefined && !join) at += 1;
      else {
        pieces.push([start, end]);
        start = join ? join[1] : end;
        at = start + 1;
      }
    }
    if (start < text.folded.length) pieces.push([start, text.folded.length]);
    return { count: pieces.length, join: (first, last) => text.slice(pieces[first]![0], pieces[last]![1]) };
  }

  /** `dog → cat, and hat → cap`: the word belongs to neither. */
  withoutJoin(part: string): string {
    const text = new FoldedText(part);
    const join = this.#joins
      .at(text.folded, 0)
      .find((one) =>
        isSpaced(one) ? text.folded.startsWith(`${one} `) : text.folded.startsWith(one) && text.folded !== one,
      );
    return join === undefined ? part : text.slice(join.length);
  }

  /** `replace dog → cat`: the verb says again what the arrow does. */
  withoutReplaceVerb(words: string): string {
    const text = new FoldedText(words.trim());
    const verb = this.#replaceVerbs.find((one) => text.folded.startsWith(one) && text.folded !== one);
    return verb === undefined ? words : text.slice(verb.length);
  }

  /** What is in a picture is called by its noun: `the cat` is found as `cat`. */
  withoutArticle(words: string): string {
    let noun = words.trim();
    for (let round = 0; round < 2; round += 1) {
      const text = new FoldedText(noun);
      const article = this.#articles.find(
        (one) => text.folded.startsWith(isSpaced(one) && !one.endsWith("'") ? `${one} ` : one) && text.folded !== one,
      );
      if (article === undefined) break;
      const rest = text.slice(article.length);
      if (rest === '') break;
      noun = rest;
    }
    return noun;
  }

  isPronoun(words: string): boolean {
    return this.#pronouns.has(fold(words.trim()));
  }

  #changeOf(
    { kind, factor }: Phrase,
    written: (span: Span | undefined) => string,
    { from, to, words }: Partial<Record<'from' | 'to' | 'words', Span>>,
  ): EditChange | undefined {
    if (kind === 'replace') {
      const change = { kind, from: written(from), to: written(to) };
      return change.from === '' || change.to === '' ? undefined : change;
    }
    const named = written(words);
    if (named === '' || kind === 'look') return undefined;
    return kind === 'weigh' ? { kind, words: named, factor: factor! } : { kind, words: named };
  }

  #isLong(change: EditChange): boolean {
    const sides = change.kind === 'replace' ? [change.from, change.to] : [change.words];
    return sides.some((side) => {
      const words = this.withoutArticle(side);
      return words.split(' ').length > maxBareWords || words.length > maxBareCharacters || this.isInstruction(words);
    });
  }

  #isDescription(text: string): boolean {
    const folded = fold(text);
    return this.#descriptions.some((start) => folded === start || folded.startsWith(`${start} `));
  }

  #withoutPlease(words: string): string {
    const text = new FoldedText(words);
    const please = this.#pleaseWithin.find((one) => text.folded.startsWith(`${one} `));
    return please === undefined ? words : text.slice(please.length);
  }

  #withoutOneCourtesy(said: string): string {
    const text = new FoldedText(withoutEnd(said));
    const { folded } = text;
    const before = this.#pleaseBefore.find(
      (one) => folded.startsWith(one) && (!isSpaced(one) || /^[ ,、:!]/.test(folded.slice(one.length))),
    );
    if (before !== undefined) return text.slice(before.length).replace(/^[\s,、:!]+/, '');
    const after = this.#pleaseAfter.find(
      (one) => folded.endsWith(one) && (!isSpaced(one) || /[ ,、]$/.test(folded.slice(0, folded.length - one.length))),
    );
    if (after !== undefined)
      return text.slice(0, folded.length - after.length).replace(/(?<![\s,、。])[\s,、。]+$/, '');
    return said;
  }

  /** What lies between two pieces, where the first ends here. */
  #cutAt(folded: string, at: number): Span | undefined {
    if (at === 0) return undefined;
    if (folded[at] === ' ') {
      const join = this.#joins.at(folded, at + 1).find((one) => isSpaced(one) && folded.startsWith(`${one} `, at + 1));
      if (join !== undefined) return [at, at + join.length + 2];
    }
    const join = this.#joins.at(folded, at).find((one) => !isSpaced(one) && folded.startsWith(one, at));
    if (join !== undefined) return [at, at + join.length];
    return undefined;
  }

  #endingAt(folded: string, at: number): string | undefined {
    return this.#endings.at(folded, at).find((one) => folded.startsWith(one, at));
  }
}

/** Words by what they begin with. */
class WordsByFirst {
  readonly all: readonly string[];
  readonly #byFirst: ReadonlyMap<string | undefined, readonly string[]>;

  /** @param words the longest first */
  constructor(words: readonly string[]) {
    this.all = words;
    const byFirst = new Map<string | undefined, string[]>();
    for (const word of words) {
      const known = byFirst.get(word[0]);
      if (known) known.push(word);
      else byFirst.set(word[0], [word]);
    }
    this.#byFirst = byFirst;
  }

  /** Those that may stand at a place of a text. */
  at(text: string, place: number): readonly string[] {
    return this.#byFirst.get(text[place]) ?? [];
  }
}

type PhraseLists = Pick<EditPhrases, 'replace' | 'add' | 'remove'> & { readonly weigh: readonly WeighPhrases[] };

function phrasesOf({ replace, add, remove, weigh }: PhraseLists, isBare: boolean): Phrase[] {
  const compiled = (kind: Phrase['kind'], patterns: readonly string[], factor?: number): Phrase[] =>
    patterns
      .flatMap(PhrasePattern.compile)
      .map((pattern) => ({ kind, pattern, isBare, ...(factor !== undefined && { factor }) }));
  return [
    ...compiled('replace', replace),
    ...compiled('add', add),
    ...compiled('remove', remove),
    ...weigh.flatMap(({ factor, phrases }) => compiled('weigh', phrases, factor)),
  ];
}

function longestFirst(patterns: readonly string[]): string[] {
  const all = new Set(patterns.flatMap(alternatives));
  return [...all].filter((words) => words.trim() !== '').toSorted((one, other) => other.length - one.length);
}

/** Whether spaces separate words in the script of these; `に` and `を` stand close to theirs. */
function isSpaced(words: string): boolean {
  return !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(words);
}

/** Without the full stop of a sentence, or the mark of a question. */
export function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s.!?…。、,，！？〜~♪]/.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}
