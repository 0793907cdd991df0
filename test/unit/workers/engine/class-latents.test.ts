import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { encodeClassLatents } from '#models/training/prior-preservation.js';
import { type ClassLatentsOptions, loadClassLatents } from '#workers/engine/class-latents.js';

let folder: string;
let warnings: string[];
let drawn: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-class-'));
  warnings = [];
  drawn = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Setting {
  readonly fingerprint?: string;
  readonly places?: readonly string[];
  readonly priorImages?: number;
}

/** As much of a model as class latents ask for. */
function modelOf({ fingerprint = 'checkpoint-1', places = [], priorImages = 12 }: Setting): StableDiffusionModel {
  const recommendations = { training: { priorImages, places } };
  const checkpoint = { path: folder, fingerprint, autoencoderFingerprint: 'autoencoder-1', recommendations };
  return { checkpoint, latentShape: [2, 2, 1] } as unknown as StableDiffusionModel;
}

/** A picture says which seed it was drawn from. */
function load(setting: Setting = {}, options: Partial<ClassLatentsOptions> = {}) {
  return loadClassLatents({
    model: modelOf(setting),
    className: 'dog',
    prompt: 'a photo of a dog',
    cacheFolder: join(folder, 'cache'),
    log: { info() {}, debug() {}, warn: (_, message) => void warnings.push(message) },
    draw: async (caption, seed) => {
      drawn.push(caption);
      return new Float32Array(4).fill(seed);
    },
    onPicture() {},
    ...options,
  });
}

const seedsOf = ({ pictures }: { readonly pictures: readonly Float32Array[] }) => pictures.map(([seed]) => seed);
const twelve = Array.from({ length: 12 }, (_, index) => index);
const cachedFiles = () => readdir(join(folder, 'cache', 'class-latents'));

describe('pictures of a class', () => {
  test('are drawn once and then shared by every training', async () => {
    expect(seedsOf(await load())).toEqual(twelve);
    expect(drawn).toHaveLength(12);
    expect(seedsOf(await load())).toEqual(twelve);
    expect(drawn).toHaveLength(12);
  });

  test('belong to a checkpoint, a class and a prompt', async () => {
    await load();
    await load({ fingerprint: 'checkpoint-2' });
    await load({}, { className: 'cat' });
    await load({}, { prompt: 'a drawing of a dog' });
    expect(drawn).toHaveLength(4 * 12);
    expect(await cachedFiles()).toHaveLength(4);
  });

  test('tell how many there are, and say where each is where the checkpoint knows places', async () => {
    const told: string[] = [];
    const { captions } = await load(
      { places: ['in the snow', 'in space'], priorImages: 3 },
      { onPicture: (done, total) => told.push(`${done} of ${total}`) },
    );
    const expected = ['in the snow', 'in space', 'in the snow'].map((place) => `a photo of a dog ${place}`);
    expect(captions).toEqual(expected);
    expect(drawn).toEqual(expected);
    expect(told).toEqual(['0 of 3', '1 of 3', '2 of 3']);
  });

  test('of an engine that was killed on the way are not all drawn again', async () => {
    const draw: ClassLatentsOptions['draw'] = async (_, seed) => {
      if (seed === 10) throw new Error('killed');
      return new Float32Array(4).fill(seed);
    };
    await expect(load({}, { draw })).rejects.toThrow('killed');
    expect(seedsOf(await load())).toEqual(twelve);
    expect(drawn, 'eight were kept').toHaveLength(4);
  });

  test('in a damaged file are drawn again, with a warning', async () => {
    await load();
    const [name] = await cachedFiles();
    await writeFile(join(folder, 'cache', 'class-latents', name!), 'damaged');
    expect(seedsOf(await load())).toEqual(twelve);
    expect(drawn).toHaveLength(24);
    expect(warnings).toEqual(['class latents are not used']);
  });

  test('that cannot be kept, as on a full disk, cost time but no training', async () => {
    const cacheFolder = join(folder, 'file');
    await writeFile(cacheFolder, '');
    expect(seedsOf(await load({}, { cacheFolder }))).toEqual(twelve);
    expect(new Set(warnings)).toEqual(new Set(['class latents could not be kept']));
  });

  test.each([
    ['are used as they are', 'autoencoder-1', 0],
    ['of another autoencoder are not used', 'autoencoder-0', 12],
  ])('shipped with the checkpoint %s', async (_, checkpoint, count) => {
    const pictures = twelve.map((seed) => new Float32Array(4).fill(seed));
    const captions = twelve.map(() => 'a photo of a dog');
    const bytes = encodeClassLatents(
      { shape: [2, 2, 1], pictures, captions },
      { checkpoint, className: 'dog', prompt: 'a photo of a dog' },
    );
    const shipped = join(folder, 'class_latents');
    await mkdir(shipped);
    await writeFile(join(shipped, 'dog.safetensors'), bytes);
    expect(seedsOf(await load())).toEqual(twelve);
    expect(drawn).toHaveLength(count);
  });
});
