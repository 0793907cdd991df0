import { BlobMissingError } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import type { Processors } from '../queue/processor.js';
import { assertDrawnFree } from './drawn-words.js';
import { unpackLoRA } from './lora-archive.js';

/** The engine refuses a file that does not fit the model, before it draws. */
export const importPetProcessor: Processors['import-pet'] = async (
  data,
  { engine, blobs, blocklist, signal, report },
) => {
  const given = await blobs.get(data.lora).catch((error: unknown) => {
    if (error instanceof BlobMissingError) throw new UserError('petGone');
    throw error;
  });
  const lora = await unpackLoRA(given);
  assertDrawnFree(blocklist, [], [{ lora, className: data.className }]);
  const { pictures, loraNotes = [] } = await engine.call(
    'imagine',
    {
      prompt: `a photo of ${petMarker}`,
      negativePrompt: '',
      count: 1,
      seed: data.seed,
      lora,
      className: data.className,
    },
    { signal, onProgress: ({ step, steps }) => report({ step, steps }) },
  );
  return {
    previews: await Promise.all(pictures.map((bytes) => blobs.put(bytes))),
    notes: [...loraNotes],
    ...(lora !== given && { lora: await blobs.put(lora) }),
  };
};
