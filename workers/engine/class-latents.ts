/** Pictures of other animals of a kind, for prior preservation: shipped with the checkpoint, or drawn once for everybody. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { SafetensorsError } from '#models/tensors/files/safetensors.js';
import { writeAtomically } from '#models/tensors/files/write-atomically.js';
import {
  type ClassLatents,
  ClassLatentsError,
  type ClassLatentsSource,
  classLatentsKey,
  decodeClassLatents,
  encodeClassLatents,
} from '#models/training/prior-preservation.js';
import { PausedError, type PetEngineOptions } from './engine-calls.js';

export interface ClassLatentsOptions extends Pick<PetEngineOptions, 'cacheFolder' | 'log'> {
  readonly model: StableDiffusionModel;
  readonly className: string;
  readonly prompt: string;
  /** Latents of one new picture; the same seed gives the same. */
  readonly draw: (caption: string, seed: number) => Promise<Float32Array>;
  /** Called before each picture that has to be drawn. */
  readonly onPicture: (done: number, total: number) => void;
  /** Checked after each picture. */
  readonly pause?: AbortSignal | undefined;
}

/** What a killed engine draws again at most. */
const WRITE_EVERY_PICTURES = 8;

/** @returns scaled latents, [h, w, C] each, with their captions @throws PausedError, with those drawn so far kept */
export async function loadClassLatents(options: ClassLatentsOptions): Promise<ClassLatents> {
  const { model, className, prompt, cacheFolder, draw, onPicture, pause, log } = options;
  const { path, fingerprint, autoencoderFingerprint, recommendations } = model.checkpoint;
  // Shipped ones are encoded drawings, so they belong to the autoencoder; drawn ones belong to the whole checkpoint.
  const shipped = join(path, 'class_latents', `${className}.safetensors`);
  const fromCheckpoint = await read(shipped, { checkpoint: autoencoderFingerprint, className, prompt }, options);
  if (fromCheckpoint) return fromCheckpoint;
  const source = { checkpoint: fingerprint, className, prompt };
  const cached = join(cacheFolder, 'class-latents', `${classLatentsKey(fingerprint, className, prompt)}.safetensors`);
  const known = await read(cached, source, options);
  const pictures = [...(known?.pictures ?? [])];
  const captions = [...(known?.captions ?? [])];
  const latents = { shape: model.latentShape, pictures, captions };
  const { priorImages: wanted, places } = recommendations.training;
  while (pictures.length < wanted) {
    const { length } = pictures;
    onPicture(length, wanted);
    const place = places[length % places.length];
    const caption = place === undefined ? prompt : `${prompt} ${place}`;
    pictures.push(await draw(caption, length));
    captions.push(caption);
    if (pause?.aborted || pictures.length === wanted || pictures.length % WRITE_EVERY_PICTURES === 0) {
      await write(cached, encodeClassLatents(latents, source)).catch((error: unknown) => {
        // They are drawn again next time, which is no reason to lose a training.
        log.warn({ err: error }, 'class latents could not be kept');
      });
    }
    if (pause?.aborted) throw new PausedError();
  }
  return latents;
}

/** Undefined where there is no such file, or one that is damaged or of another checkpoint. */
async function read(file: string, expected: ClassLatentsSource, { log, model }: ClassLatentsOptions) {
  if (!existsSync(file)) return undefined;
  try {
    const latents = decodeClassLatents(await readFile(file), { expected, file });
    if (String(latents.shape) === String(model.latentShape)) return latents;
    log.warn({ file, shape: latents.shape, expected: model.latentShape }, 'class latents of another size are not used');
  } catch (error) {
    if (!(error instanceof ClassLatentsError || error instanceof SafetensorsError)) throw error;
    log.warn({ err: error }, 'class latents are not used');
  }
  return undefined;
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, bytes);
}
