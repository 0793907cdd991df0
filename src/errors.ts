import { type Pet, petLabel } from './command.js';
import { type ParameterArguments, type SourceText, type Text, type TextKey, text } from './locale.js';

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

/** Trying again cannot help: the job fails at once. `cause` holds what happened. */
export class PermanentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PermanentError';
  }
}

/** Several pets have one name: which of them is asked, not guessed. */
export class PetAmbiguousError extends UserError<'petAmbiguous'> {
  readonly candidates: readonly Pet[];

  constructor(candidates: readonly Pet[]) {
    super('petAmbiguous', { name: candidates[0]!.name, names: candidates.map(petLabel).join(', ') });
    this.candidates = candidates;
  }
}
