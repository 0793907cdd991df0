import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EDIT_METHODS } from '#models/loaders/recommendations.js';
import { SCHEDULER_NAMES } from '#models/schedulers/create-scheduler.js';
import { SafetensorsFile, writeSafetensors } from '#models/tensors/files/safetensors.js';
import { schedulerNames } from '#src/drawing/imagine-job.js';
import { editMethods } from '#src/editing/edit-job.js';
import { jobs } from '#src/jobs/index.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { createTinyCheckpoint } from '#test/helpers/tiny-checkpoint.js';
import type { EditInput, EditOutput, EditProgress, PetEngine } from '#workers/engine/engine-calls.js';
import { createPetEngine } from '#workers/engine/pet-engine.js';

const RECOMMENDATIONS = {
  sampling: { steps: 3 },
  editing: { steps: 4, guidanceScale: 4, selfReplaceLevel: 0, blendLevel: 0 },
};
/** The same but for the weights of one layer. */
async function changedCheckpoint(): Promise<string> {
  const folder = await createTinyCheckpoint(RECOMMENDATIONS);
  const path = join(folder, 'unet', 'diffusion_pytorch_model.safetensors');
  const file = await SafetensorsFile.open(path);
  const tensors = await Promise.all(
    [...file.entries].map(async ([name, { shape }]) => {
      const data = await file.readFloat32(name);
      return [name, { shape, data: name === 'conv_in.weight' ? data.map((value) => value * 1.1) : data }] as const;
    }),
  );
  await rm(path);
  await writeSafetensors(path, Object.fromEntries(tensors));
  return folder;
}

const warnings: string[] = [];
const log = { info() {}, debug() {}, warn: (_: object, message: string) => void warnings.push(message) };

test('the contract knows the methods and schedulers of the library', () => {
  expect(editMethods).toEqual(EDIT_METHODS);
  expect(schedulerNames.toSorted()).toEqual(SCHEDULER_NAMES.toSorted());
});

describe('the engine edits a photo on a tiny checkpoint', () => {
  let cacheFolder: string;
  let checkpoint: string;
  let engine: PetEngine;
  let photo: Uint8Array;

  beforeAll(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), 'petbooth-cache-'));
    checkpoint = await createTinyCheckpoint(RECOMMENDATIONS);
    engine = await createPetEngine({ checkpoint, engine: 'onnx', cacheFolder, log });
    photo = await drawPhoto(4, 150, 100);
  });

  const edit = (...given: Parameters<typeof editWith> extends [PetEngine, ...infer Rest] ? Rest : never) =>
    editWith(engine, ...given);
  const editWith = async (
    by: PetEngine,
    more: Partial<EditInput> = {},
    signal = new AbortController().signal,
    onProgress: (progress: EditProgress) => void = () => {},
  ): Promise<EditOutput> =>
    by.edit(
      {
        picture: photo,
        changes: [{ kind: 'replace', from: 'dog', to: 'cat' }],
        strengths: [3],
        petStrength: 1,
        seed: 5,
        ...more,
      },
      { signal, onProgress },
    );

  test('at its own size, in words of the edit where it cannot look, and faster the second time', async () => {
    const phases: string[] = [];
    const first = await edit({}, undefined, ({ phase, step, steps }) => {
      expect(step).toBeLessThanOrEqual(steps);
      if (phases.at(-1) !== phase) phases.push(phase);
    });
    expect(phases).toEqual(['caption', 'inversion', 'editing']);
    expect(first).toMatchObject({
      caption: { text: 'a photo of dog', words: ['dog'], isGiven: false },
      targetPrompt: 'a photo of cat',
      settings: { method: 'direct', steps: 4, guidanceScale: 4 },
      isInversionCached: false,
      isLetterboxed: false,
      isPromptCut: false,
    });
    const { width, height } = await sharp(first.pictures[0]!).metadata();
    expect([width, height]).toEqual([150, 100]);
    const second = await edit({ caption: first.caption });
    expect(second.isInversionCached).toBe(true);
    expect(second.isSqueezed).toBe(true);
    expect(second.evaluations).toBeLessThan(first.evaluations);
    expect(Buffer.compare(second.pictures[0]!, first.pictures[0]!)).toBe(0);
    const third = await edit({
      caption: first.caption,
      changes: [{ kind: 'add', words: 'in the snow' }],
      strengths: [2, 3, 4],
    });
    expect([third.isInversionCached, third.pictures.length, third.scores.length]).toEqual([true, 3, 3]);
  });

  test('with everything that decided it', async () => {
    const { settings } = await edit({ strengths: [2, 3, 4], keepBackground: true });
    expect(settings.control).toEqual({
      alignment: expect.any(String),
      selfReplaceLevel: 0,
      blend: { source: ['dog'], target: ['cat'], subtract: [], threshold: expect.any(Number) },
    });
    const cross = settings.byStrength!.map(({ crossReplaceSteps }) => crossReplaceSteps as number);
    expect(cross).toHaveLength(3);
    expect(cross[2]).toBeLessThan(cross[0]!);
    expect(settings.byStrength![2]!.guidanceScale).toBeGreaterThan(4);
    jobs.edit.result.shape.settings.parse(settings);
  });

  test('nothing is faster where the empty text is optimised anew', async () => {
    await edit();
    const first = await edit({ method: 'null-text', strengths: [3] });
    expect([first.isInversionCached, first.evaluations > 0]).toEqual([false, true]);
    expect((await edit({ method: 'null-text' })).isInversionCached).toBe(true);
  });

  test('with previews in the photo’s ratio', async () => {
    let now = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => (now += 600));
    const previews: Uint8Array[] = [];
    await edit({}, undefined, ({ preview }) => preview && previews.push(preview));
    expect(previews.length).toBeGreaterThan(0);
    const { width, height, format } = await sharp(previews[0]!).metadata();
    expect(format).toBe('png');
    expect(width / height).toBeCloseTo(150 / 100, 1);
  });
  afterEach(() => void vi.restoreAllMocks());

  test('again from the beginning with another method, caption or checkpoint, and after a damaged file', async () => {
    await edit();
    expect((await edit()).isInversionCached).toBe(true);
    const ofSeed = async (seed: number) => (await edit({ method: 'edit-friendly', seed })).isInversionCached;
    // Its noises come from the seed; what DDIM finds is the same for all.
    expect([await ofSeed(1), await ofSeed(1), await ofSeed(2)]).toEqual([false, true, false]);
    expect((await edit({ seed: 6 })).isInversionCached).toBe(true);
    const caption = { text: 'a dog on the beach', words: [], isGiven: true };
    expect((await edit({ caption })).isInversionCached).toBe(false);
    const others = await createPetEngine({ checkpoint: await changedCheckpoint(), engine: 'onnx', cacheFolder, log });
    expect((await editWith(others)).isInversionCached).toBe(false);
    const folder = join(cacheFolder, 'inversions');
    for (const name of await readdir(folder)) await writeFile(join(folder, name), 'damaged');
    expect((await edit()).isInversionCached).toBe(false);
    expect(warnings).toContain('an inversion is not usable and is made again');
  });

  test('one of our drawings is drawn again beside its edit, without inversion; one that comes out otherwise is a photo', async () => {
    const prompt = 'a photo of a dog';
    const hooks = { onProgress() {}, signal: new AbortController().signal };
    const { pictures, settings } = await engine.imagine({ prompt, negativePrompt: '', count: 2, seed: 11 }, hooks);
    const drawn = { prompt, negativePrompt: '', index: 1, ...settings };
    const caption = { text: prompt, words: [], isGiven: true };
    const replayed = await edit({ picture: pictures[1]!, drawn, caption });
    expect(replayed.settings.method).toBe('replay');
    expect(replayed.reconstruction).toBeGreaterThan(60);
    expect(replayed).not.toHaveProperty('replayObstacle');
    const other = await edit({ picture: pictures[1]!, drawn: { ...drawn, seed: 12 }, caption });
    expect([other.settings.method, other.replayObstacle]).toEqual(['direct', 'drawn-otherwise']);
    const { scheduler: _, ...older } = drawn;
    expect((await edit({ picture: pictures[1]!, drawn: older, caption })).settings.method).toBe('replay');
    expect(warnings).toContain('a picture could not be drawn again exactly, and is edited like a photo');
  });

  test('one of our drawings is drawn again by its own scheduler, whatever the checkpoint recommends since', async () => {
    const sampling = { steps: 3, scheduler: 'DDIMScheduler' };
    const then = await createPetEngine({
      checkpoint: await createTinyCheckpoint({ ...RECOMMENDATIONS, sampling }),
      engine: 'onnx',
      cacheFolder,
      log,
    });
    const prompt = 'a photo of a dog';
    const hooks = { onProgress() {}, signal: new AbortController().signal };
    const { pictures, settings } = await then.imagine({ prompt, negativePrompt: '', count: 1, seed: 3 }, hooks);
    expect(settings.scheduler).toBe('DDIMScheduler');
    const drawn = { prompt, negativePrompt: '', index: 0, ...settings };
    const caption = { text: prompt, words: [], isGiven: true };
    expect((await edit({ picture: pictures[0]!, drawn, caption })).settings.method).toBe('replay');
    const { scheduler: _, ...unknown } = drawn;
    expect((await edit({ picture: pictures[0]!, drawn: unknown, caption })).settings.method).toBe('direct');
  });

  test('words that are not in what it shows, and words beyond what can be read, are answered', async () => {
    const caption = { text: 'a cat', words: [], isGiven: true };
    await expect(edit({ caption })).rejects.toMatchObject({
      text: { key: 'errors.editWordsMissing', params: { words: 'dog', caption: 'a cat' } },
    });
    const long = { text: `a dog ${'in the snow '.repeat(40)}`.trim(), words: [], isGiven: true };
    expect((await edit({ caption: long })).isPromptCut).toBe(true);
    const late: EditInput['changes'] = [{ kind: 'add', words: 'a hat' }];
    await expect(edit({ caption: long, changes: late })).rejects.toMatchObject({
      text: { key: 'errors.editWordsCut' },
    });
  });

  test('and tells of a checkpoint that does not know such photos, and of a walk back that went wrong', async () => {
    // Random weights know nothing; direct inversion writes over what would show it.
    expect(await edit()).toMatchObject({ isUnknown: true, isLost: false });
    expect(await edit({ method: 'ddim' })).toMatchObject({ isUnknown: true, isLost: true });
  });

  test('cancelled within one step', async () => {
    const controller = new AbortController();
    let lastStep = 0;
    const cancelled = edit({ picture: await drawPhoto(9, 64, 64) }, controller.signal, ({ phase, step }) => {
      if (phase === 'caption') return;
      lastStep = step;
      if (step === 2) controller.abort(new Error('cancelled'));
    });
    await expect(cancelled).rejects.toThrow('cancelled');
    expect(lastStep).toBe(2);
  });
});
