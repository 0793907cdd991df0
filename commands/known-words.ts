import { type ReadWords, text, type UnknownWord, type WordsService } from '#src/command.js';
import { QuestionError } from '#src/errors.js';
import type { EditRequest } from './edit-instruction.js';

/** Of what the checkpoint knows, in a sentence: the first of each group are what people ask for most. */
const namedOfGroup = 5;
const maxNamed = 8;

interface Written {
  /** Of the command that the words stand in. */
  readonly option: 'prompt' | 'change' | 'caption';
  /** What stands there. */
  readonly written: string;
}

/** Nothing of what was asked for is a word to the checkpoint. */
export class UnknownWordsError extends QuestionError<'wordsUnknown'> {
  constructor(unknown: readonly UnknownWord[], { known = [] }: WordsService, { option, written }: Written) {
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
    const near = unknown.reduce(
      (words, { word, nearest }) => (nearest === undefined ? words : words.replace(word, () => nearest)),
      written,
    );
    super('wordsUnknown', params, {
      question: text('commands.choose.replies.whichWords', params),
      answers:
        near === written
          ? []
          : [{ label: 'answer', params: { answer: near.slice(0, 60) }, options: { [option]: near } }],
      others: [{ for: 'everybody', label: 'knownWords', command: 'help', options: { about: 'words' } }],
    });
  }
}

/**
 * Words as the checkpoint reads them.
 * @throws UnknownWordsError where it knows none of them
 */
export function knownWords(said: string, words: WordsService, where: Written): ReadWords {
  return orUnknown(words.read(said), words, where);
}

function orUnknown(read: ReadWords, words: WordsService, where: Written): ReadWords {
  if (read.unknown.length > 0 && (!read.isAnythingKnown || read.words === ''))
    throw new UnknownWordsError(read.unknown, words, where);
  return read;
}

/**
 * An edit as the checkpoint reads it.
 * @throws UnknownWordsError where it knows nothing of one side of a change
 */
export function knownEdit(
  request: EditRequest,
  written: string,
  words: WordsService,
): { readonly request: EditRequest; readonly unknown: readonly UnknownWord[] } {
  const unknown: UnknownWord[] = [];
  const side = (said: string, as: 'description' | 'noun' | 'addition'): string => {
    const read = orUnknown(words.read(said, as), words, { option: 'change', written });
    unknown.push(...read.unknown);
    return read.words;
  };
  if (request.kind === 'target')
    return { request: { kind: 'target', target: side(request.target, 'description') }, unknown };
  const changes = request.changes.map((change) => {
    if (change.kind === 'replace') return { ...change, from: side(change.from, 'noun'), to: side(change.to, 'noun') };
    return { ...change, words: side(change.words, change.kind === 'add' ? 'addition' : 'noun') };
  });
  return { request: { kind: 'changes', changes }, unknown };
}

/** Only what a job needs to tell. */
export function toldUnknown(unknown: readonly UnknownWord[]): { readonly unknownWords?: UnknownWord[] } {
  const told = unknown.slice(0, 20).map(({ word, nearest }) => ({
    word: word.slice(0, 60),
    ...(nearest !== undefined && { nearest }),
  }));
  return told.length > 0 ? { unknownWords: told } : {};
}
