/** @file What is told of a LoRA file from anywhere: why it cannot be used, what of it does not count. */
import type { LoRAFileError, LoRAFileProblem } from '#models/loaders/lora-file-error.js';
import type { DecodedLoRA } from '#models/loaders/lora-state-dict.js';
import { TOKEN_KEY, triggerWords } from '#models/loaders/lora-subject.js';
import { type ErrorKey, UserError } from '#src/core/errors.js';
import type { LoRANote } from '#src/pets/import-pet-job.js';

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
