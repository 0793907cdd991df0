/** @file Parses a checkpoint's config.json: every field known, every value supported, names in camelCase. */
import { z } from 'zod';
import { CheckpointError } from './checkpoint-error.js';

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** A config object with its keys in camelCase; keys that begin with an underscore describe the file and are left out. */
export type CamelCased<Config> = {
  readonly [Key in keyof Config as Key extends `_${string}`
    ? never
    : Key extends string
      ? CamelCase<Key>
      : never]: Config[Key];
};

export function camelCaseKeys<Config extends object>(config: Config): CamelCased<Config> {
  const fields = Object.entries(config).filter(([key]) => !key.startsWith('_'));
  const renamed = fields.map(([key, value]) => [
    key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(renamed) as CamelCased<Config>;
}

/** Fields that diffusers writes into every config.json and that do not change a model. */
export function diffusersFields<Name extends string>(className: Name) {
  return {
    _class_name: z.literal(className).optional(),
    _diffusers_version: z.string().optional(),
    _name_or_path: z.string().optional(),
    _commit_hash: z.string().nullable().optional(),
    _use_default_values: z.array(z.string()).optional(),
  };
}

/** @throws CheckpointError naming the file, where the text is not JSON */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CheckpointError(
      { file, key: 'the file', expected: 'JSON', found: (error as Error).message },
      { cause: error },
    );
  }
}

/** Where a parsed object came from, for messages. */
export interface ConfigurationOptions {
  /** Path shown in errors. */
  readonly file?: string;
}

/**
 * Parses `json` with `schema`.
 * @throws CheckpointError naming file, key, what is supported and what was found; the first problem is reported
 */
export function parseConfiguration<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  options: ConfigurationOptions = {},
): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const file = options.file ?? 'config.json';
  if (issue.code === 'unrecognized_keys') {
    const key = [...issue.path, issue.keys[0]!].join('.');
    throw new CheckpointError({
      file,
      key,
      expected: 'a known field',
      found: `${show(valueAt(json, [...issue.path, issue.keys[0]!]))}`,
    });
  }
  const found = valueAt(json, issue.path);
  const key = issue.path.join('.') || 'the file';
  throw new CheckpointError({ file, key, expected: expectation(issue), found: show(found) });
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map((value) => show(value)).join(' or ');
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flatMap((issues) =>
      issues.slice(0, 1).map((branch) => expectation(branch as z.core.$ZodIssue)),
    );
    return [...new Set(branches)].join(' or ');
  }
  return issue.message;
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], json);
}

function show(value: unknown): string {
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : (JSON.stringify(value) ?? 'nothing');
}
