/** @file What a LoRA file from anywhere says: why it cannot be used, which words call its pet, what of it does not count. */
import type { LoRAFileError, LoRAFileProblem } from '#models/loaders/lora-file-error.js';
import type { DecodedLoRA } from '#models/loaders/lora-state-dict.js';
import { type ErrorKey, UserError } from '#src/core/errors.js';
import { type LoRANote, maxTriggerLength } from '#src/pets/import-pet-job.js';

/** Where a LoRA file of ours says which token stands for the pet, and what kind of animal it is. */
export const TOKEN_KEY = 'petbooth.token';
export const CLASS_KEY = 'petbooth.class_name';

type Metadata = DecodedLoRA['metadata'];

/** How the pet of a file is called in prompts, and the kind of animal it is. */
export function subjectOf(metadata: Metadata, className?: string): { readonly name: string; readonly noun: string } {
  const { [TOKEN_KEY]: token, [CLASS_KEY]: classOfFile = '' } = metadata;
  const noun = className ?? classOfFile;
  const words = token === undefined ? triggerWords(metadata) : token.slice(0, maxTriggerLength);
  if (noun !== '' && words.toLowerCase().split(' ').includes(noun.toLowerCase())) return { name: words, noun };
  return { name: `${words} ${noun}`.trim(), noun };
}

/** What the person should know about a file that was taken. */
export function notesOf({ metadata, ignoredLayers, isAlphaAssumed }: DecodedLoRA): LoRANote[] {
  const words = triggerWords(metadata);
  return [
    ...(ignoredLayers.length > 0 ? [{ kind: 'text-encoder', layers: ignoredLayers.length } as const] : []),
    ...(isAlphaAssumed ? [{ kind: 'alpha-assumed' } as const] : []),
    // The token of a file of ours is nobody's concern.
    ...(metadata[TOKEN_KEY] === undefined ? [words ? ({ kind: 'trigger', words } as const) : noTrigger] : []),
  ];
}

const noTrigger = { kind: 'no-trigger' } as const;

/** The words that call what was learnt, as its trainer wrote them; otherwise the one tag that all its pictures had. */
function triggerWords(metadata: Metadata): string {
  const phrase = asWords(metadata['modelspec.trigger_phrase'] ?? '');
  if (phrase !== '') return phrase;
  const tags = tagsOf(metadata.ss_tag_frequency ?? '{}');
  return tags.size === 1 ? asWords([...tags][0]!) : '';
}

/** Files may say anything there: what is left is words, and no weights or marks. */
function asWords(text: string): string {
  const words = text.slice(0, 10 * maxTriggerLength).replace(/[^\p{L}\p{M}\p{N}_'’-]+/gu, ' ');
  return words.trim().slice(0, maxTriggerLength).trim();
}

/** The tags of kohya's trainer, of all folders: `{"10_zwx cat": {"zwx cat": 10}}`. */
function tagsOf(frequency: string): ReadonlySet<string> {
  try {
    const folders: unknown[] = Object.values(Object(JSON.parse(frequency)));
    const tags = folders.flatMap((counts) => (Array.isArray(counts) ? [] : Object.keys(Object(counts))));
    return new Set(tags.map((tag) => tag.trim()));
  } catch {
    return new Set();
  }
}

/** Why a file cannot be used, for whoever sent it. */
export function loraUserError({ problem, facts: { names = [], rank = 0, maxRank = 0 } }: LoRAFileError): UserError {
  if (problem === 'layers') return new UserError('loraLayers', { layers: names.join(', ') });
  if (problem === 'rank') return new UserError('loraRank', { rank, max: maxRank });
  return new UserError(loraErrors[problem]);
}

const loraErrors = {
  'too-large': 'loraTooLarge',
  pickle: 'loraPickle',
  zip: 'loraZip',
  'git-lfs': 'loraGitLfs',
  json: 'loraJson',
  malformed: 'loraMalformed',
  unsupported: 'loraUnsupported',
  'text-encoder': 'loraTextEncoder',
  mismatch: 'loraMismatch',
} as const satisfies Record<Exclude<LoRAFileProblem, 'layers' | 'rank'>, ErrorKey>;
