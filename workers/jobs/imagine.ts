import { BlobMissingError } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import { wordsIn } from '#src/jobs/index.js';
import type { Processors } from '../queue/processor.js';
import { assertDrawnFree } from './drawn-words.js';
import { composeGrid } from './grid.js';
import { ToldProgress } from './told-progress.js';

export const imagineProcessor: Processors['imagine'] = async (
  data,
  { engine, blobs, blocklist, petFiles, log, signal, report },
) => {
  const started = performance.now();
  const { pet } = data;
  const file = pet?.id === undefined ? undefined : petFiles[pet.id];
  if (pet && !file) throw new UserError('petGone');
  const lora =
    file &&
    (await blobs.get(file).catch((error: unknown) => {
      if (error instanceof BlobMissingError) throw new UserError('petGone');
      throw error;
    }));
  const drawn = pet && { className: pet.className, ...(lora && { lora }) };
  assertDrawnFree(blocklist, wordsIn('imagine', data), [drawn]);
  const told = new ToldProgress({ blobs, log, report });
  const drawing = engine.call(
    'imagine',
    {
      prompt: data.prompt,
      negativePrompt: data.negativePrompt,
      count: data.count,
      seed: data.seed,
      ...(pet && lora && { lora, className: pet.className }),
      ...(data.steps !== undefined && { steps: data.steps }),
      ...(data.guidanceScale !== undefined && { guidanceScale: data.guidanceScale }),
    },
    {
      signal,
      onProgress: ({ step, steps, preview }) => told.tell({ step, steps }, preview),
    },
  );
  const { pictures, settings, isPromptCut } = await drawing.finally(() => told.stored());
  return {
    pictures: await Promise.all(pictures.map((bytes) => blobs.put(bytes))),
    ...(pictures.length > 1 && { grid: await blobs.put(await composeGrid(pictures)) }),
    settings,
    isPromptCut,
    seconds: (performance.now() - started) / 1000,
  };
};
