import type { EditPhrases } from '#locales/edit-phrases/edit-phrases.js';
import { UserError } from '#src/core/errors.js';
import { type EditChange, editFactor, maxEditChanges, maxEditWords, writtenChange } from './edit-job.js';
import { EditQuestionError } from './edit-question.js';
import { PhraseGrammar, withoutEnd } from './phrase-grammar.js';

/** What a person asks of a picture: changes of what it shows, or what it shall show instead. */
export type EditRequest =
  | { readonly kind: 'changes'; readonly changes: readonly EditChange[] }
  | { readonly kind: 'target'; readonly target: string };

const somethingToSee = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
const arrows = /[→⟶➔➜➝➞⇒⟹]|➡\uFE0F?|[-=–—−~]{0,3}>+/gu;
/** Where words run from right to left, so does the arrow. */
const arrowsBothWays = /[→⟶➔➜➝➞⇒⟹←⟵⇐⟸]|[➡⬅]\uFE0F?|[-=–—−~]{0,3}>+|<+[-=–—−~]{0,3}/gu;
/** Not within a number such as 2,5. */
const separators = /(?<!\p{N})[,，、;；]|[,，、;；](?!\p{N})/u;
const weight = /(?:\s?[×✕✖*]|\sx)\s?(\d{1,6}(?:[.,]\d{1,6})?)$/iu;
const maxWeightLength = 20;

/**
 * `dog → cat`, `replace the dog by a cat`, `+ a red hat`, `remove its collar`, `more snow`, several separated by commas. A part
 * that is none of these goes on with the change before it; where there is no change at all, the words say what the picture
 * shall show.
 * @throws EditQuestionError where the words can be read in more than one way, or may be an instruction that is not understood
 * @throws UserError where they can be read in none
 */
export function parseEdit(text: string, phrases: readonly EditPhrases[]): EditRequest {
  const whole = clean(text);
  if (!somethingToSee.test(whole)) throw new UserError('editNothing');
  const grammar = PhraseGrammar.of(phrases);
  const said = grammar.withoutCourtesy(whole);
  const target: EditRequest = { kind: 'target', target: withoutBraces(said) };
  const parts = splitParts(said);
  const read = parts.map((part, index) => {
    try {
      return { part, ...parsePart(index === 0 ? part : grammar.withoutJoin(part), grammar) };
    } catch (error) {
      if (!(error instanceof EditQuestionError)) throw error;
      throw error.within((words) => parts.with(index, words).join(', '));
    }
  });
  const [first] = read;
  const isChange = read.some(({ found, isDoubtful }) => found.length > 0 && !isDoubtful);
  if (!isChange || (first!.found.length === 0 && read.every(({ found, isBare }) => found.length === 0 || isBare))) {
    const guess = parts.length === 1 ? (first!.found[0] ?? grammar.lookOf(said)) : undefined;
    const isAsked = first!.found.length > 0 || grammar.isInstruction(said);
    if (isAsked) throw new EditQuestionError(said, guess ? [guess] : [], target.target);
    return target;
  }
  // `(snow:1.3), by night` is a description with a weight in it.
  if (parts.some(bracketsAround) && read.some(({ found }) => found.length === 0)) return target;
  const changes: EditChange[] = [];
  for (const { part, found, isBare } of read) {
    // `+ a hat, with a feather`: what is there goes on.
    const goesOn = found.length === 0 || (isBare && found[0]!.kind === 'add' && changes.at(-1)?.kind !== 'remove');
    const earlier = goesOn ? changes.pop() : undefined;
    if (found.length === 0 && !earlier) throw new UserError('editMixed', { part: shorten(part) });
    // `with a hat, a dog on the beach` begins as a change does.
    if (earlier && first!.isBare) throw new EditQuestionError(said, [], target.target);
    changes.push(...(earlier ? [prolonged(earlier, part)] : found));
  }
  if (changes.length > maxEditChanges) throw new UserError('editTooMany', { max: maxEditChanges });
  for (const words of changes.flatMap(wordsOf))
    if ([...words].length > maxEditWords) throw new UserError('editWordsTooLong', { max: maxEditWords });
  return { kind: 'changes', changes };
}

/** The words as they say what the picture shall show, whatever they look like. @throws UserError where they say nothing */
export function descriptionOf(text: string): EditRequest {
  const whole = clean(text);
  if (!somethingToSee.test(whole)) throw new UserError('editNothing');
  return { kind: 'target', target: withoutBraces(whole) };
}

/** Everything that a change says about what is in the picture, or shall be. */
export function wordsOf(change: EditChange): readonly string[] {
  return change.kind === 'replace' ? [change.from, change.to] : [change.words];
}

/** At commas, but for those within brackets, which hold what counts more: `(snow, ice:1.3)`. */
function splitParts(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const piece of text.split(separators)) {
    if (depth > 0) parts[parts.length - 1] += `, ${piece.trim()}`;
    else parts.push(piece.trim());
    depth = Math.max(0, depth + piece.split(/[([]/).length - piece.split(/[)\]]/).length);
  }
  // A bracket that is left open holds nothing together.
  return depth > 0 ? splitAtEach(text) : parts.filter((part) => part !== '');
}

function splitAtEach(text: string): string[] {
  const parts = text.split(separators).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

/** What a part asks for; none where it is no change. */
interface ReadPart {
  readonly found: readonly EditChange[];
  /** By a phrase without a verb, which a description may hold as well. */
  readonly isBare: boolean;
  readonly isDoubtful: boolean;
}

const noChange: ReadPart = { found: [], isBare: false, isDoubtful: false };

/** `add a hat and remove the collar` are two changes, `add a cat and a dog` is one: as many as can be read. */
function parsePart(part: string, grammar: PhraseGrammar): ReadPart {
  const { count, join } = grammar.piecesOf(part);
  const known = new Map<string, ReadPart>();
  const readOne = (first: number, last: number): ReadPart => {
    const piece = count === 0 ? part : join(first, last);
    const read = known.get(piece) ?? parseChange(piece, grammar);
    known.set(piece, read);
    return read;
  };
  /** The readings from a piece on, the most of them. */
  const readFrom = (first: number): readonly ReadPart[] | undefined => {
    if (first >= count) return [];
    let best: readonly ReadPart[] | undefined;
    for (let last = first; last < count; last += 1) {
      const rest = restOf(last + 1);
      // What reads in two ways as a whole may be two that read in one.
      if (!rest || (best && rest.length + 1 <= best.length)) continue;
      const one = readOne(first, last);
      if (one.found.length > 0) best = [one, ...rest];
    }
    return best;
  };
  const rests = new Map<number, readonly ReadPart[] | undefined>();
  const restOf = (first: number) => {
    if (!rests.has(first)) rests.set(first, readFrom(first));
    return rests.get(first);
  };
  const pieces = restOf(0);
  if (!pieces || pieces.length === 0) return noChange;
  if (pieces.length > maxEditChanges) throw new UserError('editTooMany', { max: maxEditChanges });
  if (pieces.length === 1) assertNoVerbInside(part, count, join, grammar, pieces[0]!.found);
  return {
    found: pieces.flatMap(({ found }) => found),
    isBare: pieces.every(({ isBare }) => isBare),
    isDoubtful: pieces.some(({ isDoubtful }) => isDoubtful),
  };
}

/** Where a verb follows that leads nowhere, words said one after the other may mean anything; signs say where they end. */
function assertNoVerbInside(
  part: string,
  count: number,
  join: (first: number, last: number) => string,
  grammar: PhraseGrammar,
  found: readonly EditChange[],
): void {
  if (arrowsIn(part) || /^[+＋−–—－-]/u.test(part)) return;
  for (let index = 1; index < count; index += 1)
    if (grammar.beginsWithVerb(join(index, index))) throw new EditQuestionError(part, found);
}

function parseChange(part: string, grammar: PhraseGrammar): ReadPart {
  const certain = parseArrow(part, grammar);
  if (certain) return { found: [certain], isBare: false, isDoubtful: false };
  const phrase = parsePhrase(part, grammar);
  if (phrase) return phrase;
  const signed = parseSigned(part, grammar) ?? parseWeight(part, grammar);
  return signed ? { found: [signed], isBare: false, isDoubtful: false } : noChange;
}

function arrowsIn(part: string): readonly string[] | undefined {
  const pattern = rightToLeft.test(part) ? arrowsBothWays : arrows;
  const sides = part.split(pattern);
  return sides.length === 1 ? undefined : sides;
}

function parseArrow(part: string, grammar: PhraseGrammar): EditChange | undefined {
  const sides = arrowsIn(part);
  if (!sides) return undefined;
  if (sides.length > 2) throw new UserError('editArrowsSeveral', { part: shorten(part) });
  return replacement(grammar.withoutReplaceVerb(sides[0]!), sides[1]!, grammar);
}

/** @throws EditQuestionError where languages, words that stand in it twice, or a weight give it more than one meaning */
function parsePhrase(part: string, grammar: PhraseGrammar): ReadPart | undefined {
  const readings = grammar.readingsOf(part);
  const changes = readings.map(({ change }) => finished(change, grammar));
  const [only] = readings;
  if (!only) return undefined;
  const weighed = weightIn(part);
  if (weighed) {
    const [words] = wordsOf(only.change).slice(-1);
    const plain = weightIn(words!)?.words ?? words!;
    throw new EditQuestionError(part, [
      ...(only.change.kind === 'add' ? [{ kind: 'add', words: phraseOf(plain) } as const] : []),
      { kind: 'weigh', words: grammar.withoutArticle(plain), factor: weighed.factor },
    ]);
  }
  const distinct = [...new Map(changes.map((change) => [writtenChange(change), change])).values()];
  if (distinct.length > 1) throw new EditQuestionError(part, distinct);
  const [change] = distinct as [EditChange];
  if (change.kind === 'replace' && grammar.isPronoun(change.from)) throw new EditQuestionError(part, [], change.to);
  return { found: [change], isBare: only.isBare, isDoubtful: only.isDoubtful };
}

function finished(change: EditChange, grammar: PhraseGrammar): EditChange {
  switch (change.kind) {
    case 'replace':
      return replacement(change.from, change.to, grammar);
    case 'add':
      return signed('add', change.words, grammar);
    case 'remove':
      return signed('remove', change.words, grammar);
    case 'weigh':
      return { ...change, words: grammar.withoutArticle(phraseOf(change.words)) };
  }
}

function parseSigned(part: string, grammar: PhraseGrammar): EditChange | undefined {
  const [, sign, words] = /^([+＋]|[-−–—－])(.*)$/u.exec(part) ?? [];
  if (sign === undefined) return undefined;
  return signed(/[+＋]/.test(sign) ? 'add' : 'remove', words!, grammar);
}

function parseWeight(part: string, grammar: PhraseGrammar): EditChange | undefined {
  const found = weightIn(part) ?? bracketsAround(part);
  if (!found) return undefined;
  const { words, given, factor } = found;
  if (factor < editFactor.min || factor > editFactor.max)
    throw new UserError('editFactor', { ...editFactor, words: shorten(words), given });
  return { kind: 'weigh', words: grammar.withoutArticle(phraseOf(words)), factor };
}

/** `snow ×2` */
function weightIn(
  part: string,
): { readonly words: string; readonly given: string; readonly factor: number } | undefined {
  const [sign, given] = weight.exec(part.slice(-maxWeightLength)) ?? [];
  if (sign === undefined || given === undefined) return undefined;
  const words = part.slice(0, part.length - sign.length).trim();
  return words === '' ? undefined : { words, given, factor: Number(given.replace(',', '.')) };
}

/** `(snow:1.3)`, as web UIs have it; brackets without a number are for the words of a description. */
function bracketsAround(part: string): ReturnType<typeof weightIn> {
  const inside = /^\(([^()[\]\\]+)\)$/.exec(part)?.[1];
  const colon = inside?.lastIndexOf(':') ?? -1;
  if (inside === undefined || colon < 1) return undefined;
  const [words, given] = [inside.slice(0, colon).trim(), inside.slice(colon + 1).trim()];
  return /^\d{1,6}(?:\.\d{1,6})?$/.test(given) && words !== '' ? { words, given, factor: Number(given) } : undefined;
}

function replacement(from: string, to: string, grammar: PhraseGrammar): EditChange {
  if (!somethingToSee.test(from) || !somethingToSee.test(to)) throw new UserError('editSideMissing');
  return { kind: 'replace', from: grammar.withoutArticle(phraseOf(from)), to: grammar.withoutArticle(phraseOf(to)) };
}

/** What is added keeps its article, because a sentence goes on with it. */
function signed(kind: 'add' | 'remove', words: string, grammar: PhraseGrammar): EditChange {
  if (!somethingToSee.test(words)) throw new UserError('editSideMissing');
  const phrase = phraseOf(words);
  return { kind, words: kind === 'add' ? phrase : grammar.withoutArticle(phrase) };
}

/** `dog → cat, oil painting`: commas belong to what shall be there, unless a change stands between them. */
function prolonged(change: EditChange, part: string): EditChange {
  if (change.kind === 'replace') return { ...change, to: `${change.to}, ${phraseOf(part)}` };
  if (change.kind === 'add') return { ...change, words: `${change.words}, ${phraseOf(part)}` };
  throw new UserError('editMixed', { part: shorten(part) });
}

/** Without quotes around it, and without the full stop of a sentence. */
function phraseOf(words: string): string {
  const inner = withoutEnd(withoutBraces(words).trim());
  const unquoted = /^(?:"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|「([^」]+)」|'([^']+)')$/u.exec(inner);
  const phrase = unquoted?.slice(1).find((found) => found !== undefined) ?? inner;
  return somethingToSee.test(phrase) ? phrase.trim() : inner;
}

/** Marks of direction are for the eye. The joiners of emoji and of some scripts stay: without them it is another word. */
function clean(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/(?![\u200C\u200D])\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** So that nobody writes the marker. */
function withoutBraces(text: string): string {
  return text.replace(/[{}]/g, '').trim();
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : text;
}
