import type { en } from '#locales/en/index.js';
import { isolateDirection } from './clean-words.js';
import { type Instant, markInstant, withoutMarks } from './instants.js';

/** The source of all texts; every other locale has exactly its keys and, in each text, exactly its {parameters}. */
export type SourceTexts = typeof en;

/** Names between braces in a text: `'Place {position} of {total}'` → `'position' | 'total'`. */
export type ParameterNames<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

type Leaves<Tree, Path extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? `${Path}${Key}` : Leaves<Tree[Key], `${Path}${Key}.`>;
}[keyof Tree & string];

/** Dotted path of a text, e.g. `'errors.petUnknown'`. */
export type TextKey = Leaves<SourceTexts>;

type At<Tree, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof Tree
    ? At<Tree[Head], Rest>
    : never
  : Path extends keyof Tree
    ? Tree[Path]
    : never;

export type SourceText<Key extends TextKey> = At<SourceTexts, Key>;

/** A value put into a text: as it is, a text of its own, translated with the rest, or a moment, shown as the platform can. */
export type ParameterValue = string | number | Text | Instant;
export type Parameters<Source> = { readonly [Name in ParameterNames<Source>]: ParameterValue };

/** A text not yet in any language. Made by `text()`, which checks key and parameters. */
export interface Text {
  readonly key: TextKey;
  readonly params: Readonly<Record<string, ParameterValue>>;
}

/** `[]` where the text has no parameters, else one object with exactly them. */
export type ParameterArguments<Source> = [ParameterNames<Source>] extends [never]
  ? [params?: Record<never, never>]
  : [params: Parameters<Source>];

export function text<Key extends TextKey>(key: Key, ...[params]: ParameterArguments<SourceText<Key>>): Text {
  return { key, params: (params ?? {}) as Record<string, ParameterValue> };
}

/** The shape of `en`, with any words. */
export type Translation<Tree> = {
  readonly [Key in keyof Tree]: Tree[Key] extends string ? string : Translation<Tree[Key]>;
};

type SameParameters<Source, Candidate> = {
  readonly [Key in keyof Source]: Key extends keyof Candidate
    ? Source[Key] extends string
      ? [ParameterNames<Source[Key]>] extends [ParameterNames<Candidate[Key]>]
        ? [ParameterNames<Candidate[Key]>] extends [ParameterNames<Source[Key]>]
          ? Candidate[Key]
          : { readonly unknownParameter: Exclude<ParameterNames<Candidate[Key]>, ParameterNames<Source[Key]>> }
        : { readonly missingParameter: Exclude<ParameterNames<Source[Key]>, ParameterNames<Candidate[Key]>> }
      : SameParameters<Source[Key], Candidate[Key]>
    : never;
};

type Tree = { readonly [Key in string]: string | Tree };

/** Refuses, at compile time, a translation of `source` that lacks a key, has one too many, or misspells a {parameter}. */
export function translationOf<const Source extends Tree, const Texts extends Translation<Source>>(
  _source: Source,
  texts: Texts & SameParameters<Source, Texts> & { readonly [Key in Exclude<keyof Texts, keyof Source>]: never },
): Translation<Source> {
  return texts as unknown as Translation<Source>;
}

/** Fills a text in one language. */
export function translateWith(texts: Translation<SourceTexts>, { key, params }: Text): string {
  let found: unknown = texts;
  for (const part of key.split('.')) {
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[part] : undefined;
  }
  if (typeof found !== 'string') throw new Error(`no text '${key}'`);
  return found.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`text '${key}': parameter {${name}} is missing`);
    if (typeof value !== 'object') return isolateDirection(withoutMarks(String(value)));
    return 'instant' in value ? markInstant(value) : translateWith(texts, value);
  });
}
