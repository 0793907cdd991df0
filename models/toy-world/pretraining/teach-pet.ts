/** @file Teaches a checkpoint a pet of the toy world from photos, as the service does it; what was taught is kept between runs. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeLoRA, encodeLoRA } from '../../loaders/lora-state-dict.js';
import { TOKEN_KEY } from '../../loaders/lora-subject.js';
import type { LoRAAdapter } from '../../lora/lora-adapter.js';
import type { StableDiffusionModel } from '../../pipelines/stable-diffusion-model.js';
import { createGenerator } from '../../tensors/random.js';
import { observeSubject } from '../../training/observe-subject.js';
import { decodeClassLatents } from '../../training/prior-preservation.js';
import { trainSubject } from '../../training/train-subject.js';
import type { Pet } from '../pet.js';
import { photoScenes } from '../photos.js';
import { drawScenes } from './toy-data.js';
import { TOY_PIXELS } from './toy-pets-configuration.js';

const PHOTO_COUNT = 6;

export interface TaughtPet {
  readonly adapter: LoRAAdapter;
  /** What stands for the pet before its kind, such as `blue sks`. */
  readonly token: string;
}

export interface Lesson {
  readonly pet: Pet;
  /** Of the photos and of the training. */
  readonly seed: number;
  /** Where LoRAs are kept. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

export async function teachPet(model: StableDiffusionModel, { pet, seed, folder, signal }: Lesson): Promise<TaughtPet> {
  const { recommendations, fingerprint, path: checkpointPath } = model.checkpoint;
  const identity = JSON.stringify({ pet, seed, fingerprint, training: recommendations.training });
  const name = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const path = join(folder, `${pet.kind}-${name}.safetensors`);
  const known = await readFile(path).catch(() => undefined);
  if (known) {
    const { adapter, metadata } = decodeLoRA(known, { modules: model.loraModules, textEncoder: 'ignore' });
    return { adapter, token: metadata[TOKEN_KEY]! };
  }
  const pixels = drawScenes(photoScenes(pet, PHOTO_COUNT, createGenerator(seed)), TOY_PIXELS);
  const size = pixels.length / PHOTO_COUNT;
  const photos = Array.from(
    { length: PHOTO_COUNT },
    (_, index) => () => pixels.slice(index * size, (index + 1) * size),
  );
  const file = join(checkpointPath, 'class_latents', `${pet.kind}.safetensors`);
  const classPictures = decodeClassLatents(await readFile(file), { file });
  const { steps } = recommendations.training;
  const subject = await observeSubject(model, pet.kind, photos, { signal });
  const { adapter } = await trainSubject(model, { subject, classPictures, steps, seed }, signal ? { signal } : {});
  const { token } = subject.words;
  await mkdir(folder, { recursive: true });
  const facts = { baseModelVersion: 'sd_v1' };
  await writeFile(path, encodeLoRA(adapter, model.loraModules, { facts, metadata: { [TOKEN_KEY]: token } }));
  return { adapter, token };
}
