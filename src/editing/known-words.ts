import { type Answer, QuestionError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { withNearest } from '#src/drawing/near-words.js';
import type { ReadWords, UnknownWord, WordsService } from '#src/drawing/services.js';
import type { EditRequest } from './edit-instruction.js';

/** Of what the checkpoint knows, in a sentence: the first of each group are what people ask for most. */
const namedOfGroup = 5;
const maxNamed = 8;

/** Of a button's label. */
const maxLabelLength = 60;

interface Written {
  /** Of the command that the words stand in. */
  readonly option: 'prompt' | 'change' | 'caption' | 'words';
  /** What stands there. */
  readonly written: string;
  /** The person has been asked, and does without what is unknown. */
  readonly withoutUnknown?: boolean | undefined;
}

/** Something, or all, of what was asked for is no word to the checkpoint: what it has in its place is a button. */
export class UnknownWordsError extends QuestionError<'wordsUnknown'> {
  constructor(
    unknown: readonly UnknownWord[],
    { known = [] }: WordsService,
    { option, written, isRestKnown }: Written & { readonly isRestKnown: boolean },
  ) {
    const params = {
      unknown: unknown
        .slice(0, maxNamed)
        .map(({ word }) => word)
        .join(', '),
      known: known
        .slice(0, -1)
        .map((group) => group.slice(0, namedOfGroup).join(', '))
        .join('; '),
    };
    const near = withNearest(written, unknown);
    const answers: Answer[] = [];
    if (near !== written)
      answers.push({
        label: 'answer',
        params: { answer: near.slice(0, maxLabelLength) },
        options: { [option]: near },
      });
    if (isRestKnown) answers.push({ label: 'withoutUnknown', options: { without_unknown: true } });
    super('wordsUnknown', params, {
      question: isRestKnown
        ? text('commands.choose.replies.whichRest', { unknown: params.unknown })
        : text('commands.choose.replies.whichWords', params),
      answers,
      others: [{ for: 'everybody', label: 'knownWords', command: 'help', options: { about: 'words' } }],
    });
  }
}

/**
 * Words as the checkpoint reads them.
 * @throws UnknownWordsError where it knows none of them, or has something else in the place of some
 */
export function knownWords(
  said: string,
  words: WordsService,
  where: Written,
  as: 'description' | 'noun' = 'description',
): ReadWords {
  const read = orUnknown(words.read(said, as), words, where);
  assertNothingNear(read.unknown, words, where);
  return read;
}

function orUnknown(read: ReadWords, words: WordsService, where: Written): ReadWords {
  if (read.unknown.length > 0 && (!read.isAnythingKnown || read.words === ''))
    throw new UnknownWordsError(read.unknown, words, { ...where, isRestKnown: false });
  return read;
}

/** What nothing comes near to is left out and told: there is nothing to choose from. */
function assertNothingNear(unknown: readonly UnknownWord[], words: WordsService, where: Written): void {
  if (where.withoutUnknown || unknown.every(({ nearest }) => nearest === undefined)) return;
  throw new UnknownWordsError(unknown, words, { ...where, isRestKnown: true });
}

/**
 * An edit as the checkpoint reads it.
 * @throws UnknownWordsError where it knows nothing of one side of a change, or has something else in the place of words
 */
export function knownEdit(
  request: EditRequest,
  words: WordsService,
  where: Written,
): { readonly request: EditRequest; readonly unknown: readonly UnknownWord[] } {
  const unknown: UnknownWord[] = [];
  const side = (said: string, as: 'description' | 'noun' | 'addition'): string => {
    const read = orUnknown(words.read(said, as), words, where);
    unknown.push(...read.unknown);
    return read.words;
  };
  const known = knownSides(request, side);
  assertNothingNear(unknown, words, where);
  return { request: known, unknown };
}

function knownSides(
  request: EditRequest,
  side: (said: string, as: 'description' | 'noun' | 'addition') => string,
): EditRequest {
  if (request.kind === 'target') return { kind: 'target', target: side(request.target, 'description') };
  const changes = request.changes.map((change) => {
    if (change.kind === 'replace') return { ...change, from: side(change.from, 'noun'), to: side(change.to, 'noun') };
    return { ...change, words: side(change.words, change.kind === 'add' ? 'addition' : 'noun') };
  });
  return { kind: 'changes', changes };
}

/** Only what a job needs to tell. */
export function toldUnknown(unknown: readonly UnknownWord[]): { readonly unknownWords?: UnknownWord[] } {
  const told = unknown.slice(0, 20).map(({ word, nearest }) => ({
    word: word.slice(0, 60),
    ...(nearest !== undefined && { nearest }),
  }));
  return told.length > 0 ? { unknownWords: told } : {};
}
