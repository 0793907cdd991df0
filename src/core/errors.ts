import { type ParameterArguments, type Parameters, type SourceText, type Text, type TextKey, text } from './locale.js';
import type { Button } from './reply.js';

type ErrorTextKey = Extract<TextKey, `errors.${string}`>;
export type ErrorKey = ErrorTextKey extends `errors.${infer Key}` ? Key : never;

/** Something the person can read and act on: a text of `errors.*`. Never logged as a fault, never retried. */
export class UserError<Key extends ErrorKey = ErrorKey> extends Error {
  readonly text: Text;
  /** One line each below the sentence, e.g. what is wrong with which photo. */
  readonly details: readonly Text[];

  constructor(
    key: Key,
    ...[params, details]: [...ParameterArguments<SourceText<`errors.${Key}`>>, details?: readonly Text[]]
  ) {
    super(`user error '${key}'`);
    this.name = 'UserError';
    this.text = (text as (key: string, params: unknown) => Text)(`errors.${key}`, params);
    this.details = (details as readonly Text[] | undefined) ?? [];
  }

  /** As it comes back from another process. */
  static fromText(carried: Text, details: readonly Text[]): UserError {
    const error: UserError = Object.create(UserError.prototype);
    const { message, stack } = new Error(`user error '${carried.key}'`);
    return Object.assign(error, { name: 'UserError', message, stack, text: carried, details });
  }
}

/** What would tell others something about the person: which pets they have, what waits for them. A ban is no secret: everybody saw it happen. */
const revealing: ReadonlySet<string> = new Set<ErrorTextKey>([
  'errors.petAmbiguous',
  'errors.petBeingTrained',
  'errors.petExists',
  'errors.petsSeveral',
  'errors.petsTooMany',
  'errors.photosRefused',
  'errors.queueFullForYou',
  'errors.shareCodeUnknown',
]);

export function isRevealing({ text }: UserError): boolean {
  return revealing.has(text.key);
}

/** Trying again cannot help: the job fails at once. `cause` holds what happened. */
export class PermanentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PermanentError';
  }
}

/** One of the things that may be meant: what its button says, and the options of the command that say so for certain. */
export interface Answer extends Pick<Button, 'label' | 'params'> {
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** A command stopped, because more than one thing may be meant. The error's own sentence is for where it cannot be asked. */
export class QuestionError<Key extends ErrorKey = ErrorKey> extends UserError<Key> {
  readonly question: Text;
  readonly answers: readonly Answer[];
  /** Other buttons below the question. */
  readonly others: readonly Button[];

  constructor(
    key: Key,
    params: Parameters<SourceText<`errors.${Key}`>>,
    {
      question,
      answers,
      others = [],
    }: { readonly question: Text; readonly answers: readonly Answer[]; readonly others?: readonly Button[] },
  ) {
    super(key, ...([params] as unknown as ParameterArguments<SourceText<`errors.${Key}`>>));
    this.question = question;
    this.answers = answers;
    this.others = others;
  }
}
