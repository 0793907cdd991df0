import { UserError } from '#src/errors.js';
import type { ProgressOf } from '#src/jobs/index.js';
import type { BlobKey } from '#src/storage/blob-key.js';
import { BlobMissingError } from '#src/storage/blobs.js';
import { composeGrid } from './grid.js';
import type { Processors } from './processor.js';

export const imagineProcessor: Processors['imagine'] = async (data, { engine, blobs, log, signal, report }) => {
  const started = performance.now();
  const { pet } = data;
  const lora =
    pet &&
    (await blobs.get(pet.lora).catch((error: unknown) => {
      if (error instanceof BlobMissingError) throw new UserError('petGone');
      throw error;
    }));
  let preview: BlobKey | undefined;
  let newest: ProgressOf<'imagine'> | undefined;
  const tell = (progress: ProgressOf<'imagine'>) => report({ ...progress, ...(preview && { preview }) });
  let storing: Promise<unknown> = Promise.resolve();
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
      onProgress({ step, steps, preview: bytes }) {
        newest = { step, steps };
        tell(newest);
        if (!bytes) return;
        storing = storing
          .then(async () => {
            preview = await blobs.put(bytes);
            // Later steps may have been told meanwhile.
            if (newest) tell(newest);
          })
          .catch((error: unknown) => log.warn({ err: error }, 'a preview could not be stored'));
      },
    },
  );
  const { pictures, settings, isPromptCut } = await drawing.finally(() => storing);
  return {
    pictures: await Promise.all(pictures.map((bytes) => blobs.put(bytes))),
    ...(pictures.length > 1 && { grid: await blobs.put(await composeGrid(pictures)) }),
    settings,
    isPromptCut,
    seconds: (performance.now() - started) / 1000,
  };
};
