import type { EditPhrase } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { type EditChange, editFactor, maxEditChanges, maxEditWords } from '#src/jobs/edit.js';
import { PhraseGrammar } from './phrase-grammar.js';

/** What a person asks of a picture: changes of what it shows, or what it shall show instead. */
export type EditRequest =
  | { readonly kind: 'changes'; readonly changes: readonly EditChange[] }
  | { readonly kind: 'target'; readonly target: string };

const somethingToSee = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
const arrows = /[→⟶➔➜➝➞⇒⟹]|➡\uFE0F?|[-=–—−]{1,3}>/gu;
/** Where words run from right to left, so does the arrow. */
const leftArrows = /[←⟵⇐⟸]|⬅\uFE0F?|<[-=–—−]{1,3}/gu;
/** Not within a number such as 2,5. */
const separators = /(?<!\p{N})[,，、;；]|[,，、;；](?!\p{N})/u;
const weight = /^(.+?)(?:\s*[×✕✖*＊]|\s+x)\s*(\d{1,6}(?:[.,]\d{1,6})?)$/iu;

/**
 * `dog → cat`, `replace dog with cat`, `+ a red hat`, `- collar`, `snow ×2`, several separated by commas. A part that is none
 * of these goes on with the change before it; where there is no change at all, the words say what the picture shall show.
 * @throws UserError where the words can be read in more than one way, or in none
 */
export function parseEdit(text: string, phrases: readonly EditPhrase[]): EditRequest {
  const whole = clean(text);
  if (!somethingToSee.test(whole)) throw new UserError('editNothing');
  const grammar = PhraseGrammar.of(phrases);
  const parts = splitParts(whole).map((part, index) => ({
    part,
    found: parseChanges(index === 0 ? part : grammar.withoutJoin(part), grammar),
  }));
  if (parts.every(({ found }) => found.length === 0)) return { kind: 'target', target: withoutBraces(whole) };
  const changes: EditChange[] = [];
  for (const { part, found } of parts) {
    const earlier = found.length > 0 ? undefined : changes.pop();
    if (found.length === 0 && !earlier) throw new UserError('editMixed', { part: shorten(part) });
    changes.push(...(earlier ? [prolonged(earlier, part)] : found));
  }
  if (changes.length > maxEditChanges) throw new UserError('editTooMany', { max: maxEditChanges });
  for (const words of changes.flatMap(wordsOf))
    if ([...words].length > maxEditWords) throw new UserError('editWordsTooLong', { max: maxEditWords });
  return { kind: 'changes', changes };
}

/** Everything that a change says about what is in the picture, or shall be. */
export function wordsOf(change: EditChange): readonly string[] {
  return change.kind === 'replace' ? [change.from, change.to] : [change.words];
}

function splitParts(text: string): string[] {
  const parts = text.split(separators).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

/**
 * What a part without commas asks for: `add a hat and remove the collar` are two changes, `add a cat and a dog` is one.
 * @returns none where it is no change
 */
function parseChanges(part: string, grammar: PhraseGrammar): readonly EditChange[] {
  const pieces = grammar.splitAtVerbs(part);
  if (pieces.length > maxEditChanges) throw new UserError('editTooMany', { max: maxEditChanges });
  const changes = pieces.map((piece) => parseChange(piece, grammar));
  if (changes.every((change) => change !== undefined)) return changes;
  // Where a verb follows that leads nowhere, words said one after the other may mean anything; signs say where they end.
  if (changes[0] && grammar.readingsOf(part).length > 0) throw new UserError('editUnclear', { part: shorten(part) });
  const only = parseChange(part, grammar);
  return only ? [only] : [];
}

function parseChange(part: string, grammar: PhraseGrammar): EditChange | undefined {
  return parseArrow(part, grammar) ?? parsePhrase(part, grammar) ?? parseSigned(part) ?? parseWeight(part);
}

function parseArrow(part: string, grammar: PhraseGrammar): EditChange | undefined {
  const pattern = rightToLeft.test(part) ? new RegExp(`${arrows.source}|${leftArrows.source}`, 'gu') : arrows;
  const sides = part.split(pattern);
  if (sides.length === 1) return undefined;
  if (sides.length > 2) throw new UserError('editArrowsSeveral', { part: shorten(part) });
  return replacement(grammar.withoutReplaceVerb(sides[0]!), sides[1]!);
}

/** @throws UserError where languages, words that stand in it twice, or a weight give it more than one meaning */
function parsePhrase(part: string, grammar: PhraseGrammar): EditChange | undefined {
  const readings = grammar.readingsOf(part);
  const [only] = readings;
  const isWeight = only !== undefined && weight.test(part);
  if (readings.length > 1 || isWeight) throw new UserError('editUnclear', { part: shorten(part) });
  if (!only) return undefined;
  return only.kind === 'replace' ? replacement(only.from, only.to) : signed(only.kind, only.words);
}

function parseSigned(part: string): EditChange | undefined {
  const [, sign, words] = /^([+＋]|[-−–—－])\s*(.*)$/u.exec(part) ?? [];
  if (sign === undefined) return undefined;
  return signed(/[+＋]/.test(sign) ? 'add' : 'remove', words!);
}

function parseWeight(part: string): EditChange | undefined {
  const [, words, given] = weight.exec(part) ?? [];
  if (words === undefined || given === undefined) return undefined;
  const factor = Number(given.replace(',', '.'));
  if (factor < editFactor.min || factor > editFactor.max)
    throw new UserError('editFactor', { ...editFactor, words: shorten(words), given });
  return { kind: 'weigh', words: phraseOf(words), factor };
}

function replacement(from: string, to: string): EditChange {
  if (!somethingToSee.test(from) || !somethingToSee.test(to)) throw new UserError('editSideMissing');
  return { kind: 'replace', from: phraseOf(from), to: phraseOf(to) };
}

function signed(kind: 'add' | 'remove', words: string): EditChange {
  if (!somethingToSee.test(words)) throw new UserError('editSideMissing');
  return { kind, words: phraseOf(words) };
}

/** `dog → cat, oil painting`: commas belong to what shall be there, unless a change stands between them. */
function prolonged(change: EditChange, part: string): EditChange {
  if (change.kind === 'replace') return { ...change, to: `${change.to}, ${phraseOf(part)}` };
  if (change.kind === 'add') return { ...change, words: `${change.words}, ${phraseOf(part)}` };
  throw new UserError('editMixed', { part: shorten(part) });
}

/** Without quotes around it, and without the full stop of a sentence. */
function phraseOf(words: string): string {
  const inner = withoutBraces(words)
    .trim()
    .replace(/[.!。！]+$/u, '')
    .trim();
  const unquoted = /^(?:"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«\s*([^»]+?)\s*»|「([^」]+)」|'([^']+)')$/u.exec(inner);
  const phrase = unquoted?.slice(1).find((found) => found !== undefined) ?? inner;
  return somethingToSee.test(phrase) ? phrase : inner;
}

/** Marks of direction are for the eye. The joiners of emoji and of some scripts stay: without them it is another word. */
function clean(text: string): string {
  return text
    .normalize('NFC')
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
