import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '#models/tensors/files/safetensors.js';
import { PermanentError } from '#src/core/errors.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { changeWeights, createTinyCheckpoint } from '#test/helpers/tiny-checkpoint.js';
import {
  PausedError,
  type PetEngine,
  type PetEngineOptions,
  type TrainPetInput,
} from '#workers/engine/engine-calls.js';
import { createPetEngine } from '#workers/engine/pet-engine.js';

const silent = { info() {}, debug() {}, warn() {} };
const RECOMMENDATIONS = { training: { rank: 4, steps: 6, learningRate: 1e-3, priorImages: 4 } };

async function openEngine(checkpoint: string, engine = 'onnx', log: PetEngineOptions['log'] = silent) {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'petbooth-cache-'));
  return createPetEngine({ checkpoint, engine, cacheFolder, log });
}

const noHooks = () => ({ onProgress() {}, signal: new AbortController().signal });
const sizeOf = async (png: Uint8Array) => {
  const { format, width, height } = await sharp(png).metadata();
  return { format, width, height };
};

describe('the pet engine on a tiny checkpoint', () => {
  let engine: PetEngine;
  let input: TrainPetInput;

  beforeAll(async () => {
    engine = await openEngine(await createTinyCheckpoint(RECOMMENDATIONS));
    const photos = await Promise.all([1, 2, 3].map((seed) => drawPhoto(seed)));
    input = { photos, className: 'dog', seed: 5 };
  });

  test('says which checkpoint and which engine it runs', () => {
    expect(engine.describe()).toEqual({ checkpoint: 'tiny', engine: 'onnx (cpu)' });
  });

  test('draws as many pictures as asked for, the same for the same seed', async () => {
    const draw = () => engine.imagine({ prompt: 'a dog', negativePrompt: '', count: 3, seed: 11 }, noHooks());
    const first = await draw();
    const second = await draw();
    const scheduler = 'DPMSolverMultistepScheduler';
    expect(first.settings).toEqual({ seed: 11, steps: 4, guidanceScale: 7.5, scheduler });
    expect(await Promise.all(first.pictures.map(sizeOf))).toEqual(
      Array(3).fill({ format: 'png', width: 16, height: 16 }),
    );
    expect(first.pictures.map((png) => Buffer.from(png))).toEqual(second.pictures.map((png) => Buffer.from(png)));
    expect(Buffer.from(first.pictures[0]!)).not.toEqual(Buffer.from(first.pictures[1]!));
  });

  test('learns a pet, reports every step, and draws it differently from its kind', async () => {
    const steps: number[] = [];
    let previews = 0;
    const {
      lora,
      previews: finished,
      lossHistory,
    } = await engine.trainPet(input, {
      ...noHooks(),
      onProgress: ({ step, preview }) => (preview ? previews++ : steps.push(step)),
    });
    // A step is told again while its preview is drawn.
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect([...new Set(steps.filter((step) => step > 0))]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(previews).toBe(2);
    expect(finished).toHaveLength(3);
    expect(lossHistory).toHaveLength(6);

    const draw = (withPet: boolean) =>
      engine.imagine(
        {
          prompt: withPet ? 'a photo of {pet}' : 'a photo of a dog',
          negativePrompt: '',
          count: 1,
          seed: 3,
          ...(withPet ? { lora, className: 'dog' } : {}),
        },
        noHooks(),
      );
    expect(Buffer.from((await draw(true)).pictures[0]!)).not.toEqual(Buffer.from((await draw(false)).pictures[0]!));
  });

  test('calls the pet of a file from elsewhere by its trigger words, and says so', async () => {
    const { lora } = await engine.trainPet(input, noHooks());
    const foreign = encodeSafetensors(Object.fromEntries(decodeSafetensors(lora).tensors), {
      'modelspec.trigger_phrase': 'zwx',
    });
    const draw = async (prompt: string) => {
      const asked = { prompt, negativePrompt: '', count: 1, seed: 3, lora: foreign, className: 'dog' };
      const { pictures, loraNotes } = await engine.imagine(asked, noHooks());
      expect(loraNotes).toEqual([{ kind: 'trigger', words: 'zwx' }]);
      return Buffer.from(pictures[0]!);
    };
    expect(await draw('a photo of {pet}')).toEqual(await draw('a photo of zwx dog'));
    expect(await draw('a photo of {pet}')).not.toEqual(await draw('a photo of dog'));
  });

  test('goes on from a snapshot to the same pet', async () => {
    const snapshots: Uint8Array[] = [];
    const whole = await engine.trainPet(input, { ...noHooks(), onSnapshot: (bytes) => snapshots.push(bytes) });
    const resumed = await engine.trainPet({ ...input, resumeFrom: snapshots[2]! }, noHooks());
    expect(Buffer.from(resumed.lora)).toEqual(Buffer.from(whole.lora));
  });

  test('pauses with a snapshot, goes on without telling an earlier step, and ends with the same pet', async () => {
    const whole = await engine.trainPet(input, noHooks());
    const controller = new AbortController();
    const steps: number[] = [];
    let resumeFrom: Uint8Array | undefined;
    const hooks = {
      ...noHooks(),
      onSnapshot: (bytes: Uint8Array) => {
        resumeFrom = bytes;
      },
      onProgress({ step }: { readonly step: number }) {
        steps.push(step);
        if (step === 1) controller.abort();
      },
    };
    await expect(engine.trainPet(input, { ...hooks, pause: controller.signal })).rejects.toBeInstanceOf(PausedError);
    const finished = await engine.trainPet({ ...input, resumeFrom: resumeFrom! }, hooks);
    expect(Buffer.from(finished.lora)).toEqual(Buffer.from(whole.lora));
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
  });

  test('pauses while it draws pictures of the kind, and draws no picture twice', async () => {
    const drawn: number[] = [];
    const cats = { ...input, className: 'cat' };
    const hooks = {
      ...noHooks(),
      onProgress: ({ classPictures }: { readonly classPictures?: { readonly done: number } }) =>
        classPictures && drawn.push(classPictures.done),
    };
    const paused = engine.trainPet(cats, { ...hooks, pause: AbortSignal.abort() });
    await expect(paused).rejects.toBeInstanceOf(PausedError);
    expect(drawn).toEqual([0]);
    await engine.trainPet(cats, hooks);
    expect(drawn).toEqual([0, 1, 2, 3]);
  });

  test('stops within one step when it is cancelled', async () => {
    const controller = new AbortController();
    let lastStep = 0;
    const training = engine.trainPet(input, {
      signal: controller.signal,
      onProgress({ step }) {
        lastStep = step;
        if (step === 2) controller.abort(new Error('cancelled'));
      },
    });
    await expect(training).rejects.toThrow('cancelled');
    expect(lastStep).toBe(2);
  });
});

test('a checkpoint with a missing tensor is refused with its name, for good', async () => {
  const folder = await createTinyCheckpoint();
  await changeWeights(folder, 'unet', (tensors) => delete tensors['conv_in.weight']);
  const opening = openEngine(folder);
  await expect(opening).rejects.toThrow(/conv_in\.weight/);
  await expect(opening).rejects.toBeInstanceOf(PermanentError);
});

describe('the engine that runs', () => {
  test.each(['onnx', 'eager:absent', 'eager:tensorflow'])(
    'is named in one line of the log, whatever became of %s',
    async (wanted) => {
      const lines: object[] = [];
      const note = (details: object) => void lines.push(details);
      const log = { info: note, warn: note, debug() {} };
      const engine = await openEngine(await createTinyCheckpoint(RECOMMENDATIONS), wanted, log);
      // The package for CUDA is installed without its library; where somebody has fetched that, it is what runs.
      const runs = engine.describe().engine;
      expect(runs).toMatch(wanted === 'eager:tensorflow' ? /^(onnx \(cpu\)|eager \(tensorflow\))$/ : /^onnx \(cpu\)$/);
      expect(lines).toMatchObject([{ engine: runs }]);
      const { pictures } = await engine.imagine({ prompt: 'a dog', negativePrompt: '', count: 1, seed: 1 }, noHooks());
      expect(pictures).toHaveLength(1);
    },
  );

  test('is refused where its numbers are wrong, for good', async () => {
    tf.registerBackend('crooked', tf.findBackendFactory('cpu'));
    tf.copyRegisteredKernels('cpu', 'crooked');
    tf.unregisterKernel('Erf', 'crooked');
    tf.registerKernel({ ...tf.getKernel('Tanh', 'cpu'), kernelName: 'Erf', backendName: 'crooked' });
    const opening = openEngine(await createTinyCheckpoint(RECOMMENDATIONS), 'eager:crooked');
    await expect(opening).rejects.toThrow(/^eager \(crooked\) computes .* it cannot be trusted$/);
    await expect(opening).rejects.toBeInstanceOf(PermanentError);
  });

  test('tells sizes and build times of its sessions at debug level', async () => {
    const told: object[] = [];
    const log = { ...silent, debug: (details: object) => void told.push(details) };
    const engine = await openEngine(await createTinyCheckpoint(RECOMMENDATIONS), 'onnx', log);
    await engine.imagine({ prompt: 'a dog', negativePrompt: '', count: 1, seed: 1 }, noHooks());
    const sessions = ['self-test', 'text encoder, 1 rows', 'unet, 2 rows', 'autoencoder decode, 1 rows'];
    expect(told).toMatchObject(
      sessions.map((session) => ({
        session,
        buildMs: expect.any(Number),
        modelBytes: expect.any(Number),
        weightBytes: expect.any(Number),
      })),
    );
  });
});
