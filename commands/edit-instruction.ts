import type { EditPhrase } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { type EditChange, editFactor, maxEditChanges, maxEditWords } from '#src/jobs/edit.js';

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

/** Both sides at their longest, with the words around them; looking for phrases in more takes time that grows with its square. */
const maxPhraseLength = 2 * maxEditWords + 100;

/**
 * `dog → cat`, `replace dog with cat`, `+ a red hat`, `- collar`, `snow ×2`, several separated by commas. A part that is none
 * of these goes on with the change before it; where there is no change at all, the words say what the picture shall show.
 * @throws UserError where the words can be read in more than one way, or in none
 */
export function parseEdit(text: string, phrases: readonly EditPhrase[]): EditRequest {
  const whole = clean(text);
  if (!somethingToSee.test(whole)) throw new UserError('editNothing');
  const parts = splitParts(whole).map((part, index) => ({
    part,
    found: parseChanges(index === 0 ? part : withoutJoin(part, phrases), phrases),
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
function parseChanges(part: string, phrases: readonly EditPhrase[]): readonly EditChange[] {
  const pieces = splitAtVerbs(part, phrases);
  if (pieces.length > maxEditChanges) throw new UserError('editTooMany', { max: maxEditChanges });
  const changes = pieces.map((piece) => parseChange(piece, phrases));
  if (changes.every((change) => change !== undefined)) return changes;
  // Where a verb follows that leads nowhere, words said one after the other may mean anything; signs say where they end.
  if (changes[0] && readingsOf(part, phrases).length > 0) throw new UserError('editUnclear', { part: shorten(part) });
  const only = parseChange(part, phrases);
  return only ? [only] : [];
}

function parseChange(part: string, phrases: readonly EditPhrase[]): EditChange | undefined {
  return parseArrow(part, phrases) ?? parsePhrase(part, phrases) ?? parseSigned(part) ?? parseWeight(part);
}

function parseArrow(part: string, phrases: readonly EditPhrase[]): EditChange | undefined {
  const pattern = rightToLeft.test(part) ? new RegExp(`${arrows.source}|${leftArrows.source}`, 'gu') : arrows;
  const sides = part.split(pattern);
  if (sides.length === 1) return undefined;
  if (sides.length > 2) throw new UserError('editArrowsSeveral', { part: shorten(part) });
  // `replace dog → cat`: the verb says again what the arrow does.
  const verb = new RegExp(`^\\s*(?:${anyOf(replaceVerbs(phrases))})\\s+(?=\\S)`, 'iu');
  return replacement(sides[0]!.replace(verb, ''), sides[1]!);
}

const replaceVerbs = (phrases: readonly EditPhrase[]): string[] =>
  phrases.filter(({ kind }) => kind === 'replace').map(({ pattern }) => pattern.slice(0, pattern.indexOf('{')).trim());

/** @throws UserError where languages, words that stand in it twice, or a weight give it more than one meaning */
function parsePhrase(part: string, phrases: readonly EditPhrase[]): EditChange | undefined {
  const readings = readingsOf(part, phrases);
  const [only] = readings;
  const isWeight = only !== undefined && weight.test(part);
  if (readings.length > 1 || isWeight) throw new UserError('editUnclear', { part: shorten(part) });
  if (!only) return undefined;
  return only.kind === 'replace' ? replacement(only.from, only.to) : signed(only.kind, only.words);
}

type Reading = Exclude<EditChange, { readonly kind: 'weigh' }>;

/** All that a part can mean in any of the languages, as far as they differ. */
function readingsOf(part: string, phrases: readonly EditPhrase[]): Reading[] {
  if (part.length > maxPhraseLength) return [];
  const readings = new Map<string, Reading>();
  for (const { kind, pattern } of phrases) {
    if (kind === 'join') continue;
    for (const first of ['.+?', '.+'] as const) {
      const { from = '', to = '', words = '' } = expressionOf(pattern, first).exec(part)?.groups ?? {};
      if (from + to + words === '') continue;
      const reading: Reading = kind === 'replace' ? { kind, from, to } : { kind, words };
      readings.set(JSON.stringify(reading), reading);
    }
  }
  return [...readings.values()];
}

/** Cuts before every verb of a change that a joining word comes before, and after every one that ends a phrase. */
function splitAtVerbs(part: string, phrases: readonly EditPhrase[]): string[] {
  const changes = phrases.filter(({ kind }) => kind !== 'join').map(({ pattern }) => pattern);
  const joins = joinsOf(phrases);
  const firstVerbs = anyOf(changes.map((pattern) => pattern.slice(0, pattern.indexOf('{')).trim()));
  const lastVerbs = anyOf(
    changes.filter((pattern) => pattern.startsWith('{')).map((pattern) => pattern.slice(pattern.lastIndexOf('}') + 1)),
  );
  const start = `(?:${firstVerbs})(?![\\p{L}\\p{M}\\p{N}])|[+＋−–—－-]\\s`;
  const cut = new RegExp(`(?:^|\\s+)(?:${joins})\\s+(?=${start})|(?<=${lastVerbs})\\s*(?:${joins})?\\s*(?=\\S)`, 'iu');
  return part.split(cut).filter((piece) => piece !== '');
}

/** `dog → cat, and hat → cap`: the word belongs to neither. */
function withoutJoin(part: string, phrases: readonly EditPhrase[]): string {
  return part.replace(new RegExp(`^(?:${joinsOf(phrases)})\\s+(?=\\p{L})`, 'iu'), '');
}

/** Words between two changes, as an expression. */
function joinsOf(phrases: readonly EditPhrase[]): string {
  return anyOf([...phrases.filter(({ kind }) => kind === 'join').map(({ pattern }) => pattern), '&']);
}

/** An expression that, of no words, fits nowhere. */
function anyOf(words: readonly string[]): string {
  const given = words.filter((word) => word !== '').map(escaped);
  return given.length > 0 ? given.join('|') : '(?!)';
}

/** Spaces are free; the first parameter takes as much as `first` does. */
function expressionOf(pattern: string, first: '.+?' | '.+'): RegExp {
  const expression = escaped(pattern)
    .replace(/\{(from)\}/, `(?<$1>${first})`)
    .replace(/\{(to|words)\}/, '(?<$1>.+)');
  return new RegExp(`^${expression}$`, 'iu');
}

function escaped(words: string): string {
  return words.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
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
