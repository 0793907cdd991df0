import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { linearWithLoRA } from '#models/lora/lora-layer.js';
import { createLoRALayout } from '#models/lora/lora-layout.js';
import { createEagerEngine } from '#models/tensors/engine/eager-engine.js';
import type { CompiledFunction, Engine } from '#models/tensors/engine/engine.js';
import { hostScalar, hostTensor } from '#models/tensors/engine/host-tensor.js';
import { createGenerator } from '#models/tensors/random.js';
import type { DreamBoothData } from '#models/training/dreambooth-batches.js';
import {
  dreamBoothLoRASignature,
  dreamBoothLoRAStep,
  type NoisePredictor,
} from '#models/training/dreambooth-lora-step.js';
import {
  type DreamBoothLoRASettings,
  type DreamBoothProgress,
  TrainingDivergedError,
  TrainingPausedError,
  trainDreamBoothLoRA,
} from '#models/training/train-dreambooth-lora.js';
import { largestDifference, onnx } from '#test/helpers/engines.js';

const latentShape = [4, 4, 4] as const;
const embeddingShape = [3, 6] as const;
const modules = [{ path: 'mid_block.attn2.to_out.0', inFeatures: 6, outFeatures: 64 }];
const layout = createLoRALayout(modules, 2);

/** Predicts from the text alone: enough to learn something, small enough to be exact about. */
const createUNet = (): NoisePredictor => ({
  forward(sample, timesteps, encoderHiddenStates, { lora }) {
    const weight = tf.tensor2d(createGenerator(1).normals(64 * 6), [64, 6]);
    const text = tf.mean(linearWithLoRA(encoderHiddenStates, weight, undefined, lora('mid_block.attn2.to_out.0')), 1);
    const late = tf.reshape(tf.div(timesteps, 1000), [-1, 1, 1, 1]);
    return tf.add(tf.mul(sample, late), tf.reshape(text, [-1, 4, 4, 4]));
  },
});

const data: DreamBoothData = {
  latentShape,
  instances: [1, 2, 3].map((seed) => ({
    mean: createGenerator(seed).normals(64),
    std: new Float32Array(64).fill(0.1),
    embedding: createGenerator(6).normals(18),
  })),
  classPictures: [4, 5].map((seed) => ({
    latents: createGenerator(seed).normals(64),
    embedding: createGenerator(7).normals(18),
  })),
  scalingFactor: 0.18215,
  embeddingShape,
  alphasCumprod: Float64Array.from({ length: 1000 }, (_, index) => 0.995 ** (index + 1)),
};
const settings: DreamBoothLoRASettings = {
  seed: 11,
  instanceRows: 2,
  classRows: 1,
  priorLossWeight: 1,
  rank: 2,
  steps: 12,
  learningRate: 0.02,
};

const compile = (engine: Engine): Promise<CompiledFunction> =>
  engine.compile(
    'train-dreambooth-lora',
    dreamBoothLoRAStep({ createUNet, layout }),
    dreamBoothLoRASignature({ layout, rows: 3, latentShape, embeddingShape }),
  );
const step = await compile(createEagerEngine('cpu'));

const bits = (adapter: { layers: ReadonlyMap<string, { down: Float32Array; up: Float32Array }> }) =>
  [...adapter.layers.values()].map(({ down, up }) =>
    Buffer.concat([Buffer.from(down.buffer), Buffer.from(up.buffer)]).toString('hex'),
  );

/** A step whose loss is not finite at the updates that `broken` picks. */
function breaking(broken: (update: number, learningRate: number) => boolean): {
  step: CompiledFunction;
  rates: number[];
} {
  const rates: number[] = [];
  const wrapped: CompiledFunction = {
    ...step,
    async run(inputs) {
      const learningRate = inputs.learning_rate!.data[0]!;
      rates.push(learningRate);
      const outputs = await step.run(inputs);
      return broken(inputs.step!.data[0]!, learningRate) ? { ...outputs, loss: hostScalar(Number.NaN) } : outputs;
    },
  };
  return { step: wrapped, rates };
}

describe('dreamBoothLoRAStep', () => {
  it('gives the same numbers on the ONNX engine', async () => {
    const inputs = {
      lora: hostTensor([layout.size], createGenerator(8).normals(layout.size)),
      m: hostTensor([layout.size], new Float32Array(layout.size)),
      v: hostTensor([layout.size], new Float32Array(layout.size)),
      step: hostScalar(1),
      learning_rate: hostScalar(0.01),
      weight_decay: hostScalar(0.1),
      max_gradient_norm: hostScalar(0.5),
      lora_scale: hostScalar(2),
      latents: hostTensor([3, ...latentShape], createGenerator(9).normals(192)),
      noise: hostTensor([3, ...latentShape], createGenerator(10).normals(192)),
      timesteps: hostTensor([3], new Float32Array([1, 500, 999])),
      signal_rates: hostTensor([3], new Float32Array([0.99, 0.7, 0.1])),
      noise_rates: hostTensor([3], new Float32Array([0.14, 0.71, 0.99])),
      encoder_hidden_states: hostTensor([3, ...embeddingShape], createGenerator(11).normals(54)),
      row_weights: hostTensor([3], new Float32Array([0.5, 0.5, 0.3])),
    };
    const compiled = await compile(onnx);
    expect(largestDifference(await compiled.run(inputs), await step.run(inputs))).toBeLessThan(1e-5);
  });
});

describe('trainDreamBoothLoRA', () => {
  it('leaves no tensors behind', async () => {
    await trainDreamBoothLoRA({ step, layout, data, settings: { ...settings, steps: 1 } });
    const before = tf.memory().numTensors;
    await trainDreamBoothLoRA({ step, layout, data, settings: { ...settings, steps: 3 } });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('learns: the loss falls', async () => {
    const { lossHistory, adapter } = await trainDreamBoothLoRA({
      step,
      layout,
      data,
      settings: { ...settings, steps: 150 },
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(lossHistory).toHaveLength(150);
    expect(mean(lossHistory.slice(-20))).toBeLessThan(0.6 * mean(lossHistory.slice(0, 20)));
    expect(adapter.layers.get(modules[0]!.path)).toMatchObject({ rank: 2, alpha: 2 });
  });

  it('reports every step with the mean of the losses so far and the rate of the schedule', async () => {
    const reports: DreamBoothProgress[] = [];
    const warm = { ...settings, steps: 4, schedule: 'linear', warmupSteps: 2 } as const;
    const { lossHistory } = await trainDreamBoothLoRA(
      { step, layout, data, settings: warm },
      { onProgress: (report) => void reports.push(report) },
    );
    expect(reports.map((report) => report.step)).toEqual([1, 2, 3, 4]);
    expect(reports.map((report) => report.learningRate)).toEqual([0, 0.01, 0.02, 0.01]);
    expect(reports.map((report) => report.loss)).toEqual(lossHistory);
    expect(reports[3]!.meanLoss).toBeCloseTo(lossHistory.reduce((sum, loss) => sum + loss, 0) / 4, 12);
    expect(reports.every((report) => report.gradientNorm > 0)).toBe(true);
  });

  it('ends with the same bits when resumed from any snapshot', async () => {
    const snapshots: Uint8Array[] = [];
    const handlers = { snapshotEverySteps: 5, onSnapshot: (snapshot: Uint8Array) => void snapshots.push(snapshot) };
    const cosine = { ...settings, schedule: 'cosine', warmupSteps: 2 } as const;
    const whole = await trainDreamBoothLoRA({ step, layout, data, settings: cosine }, handlers);
    expect(snapshots).toHaveLength(3); // after 5, 10 and 12 updates
    for (const resumeFrom of [...snapshots]) {
      const resumed = await trainDreamBoothLoRA({ step, layout, data, settings: cosine }, { resumeFrom });
      expect(bits(resumed.adapter)).toEqual(bits(whole.adapter));
      expect(resumed.lossHistory).toEqual(whole.lossHistory);
    }
  });

  it('pauses after at least one step of each slice, loses none, and ends with the same bits', async () => {
    const whole = await trainDreamBoothLoRA({ step, layout, data, settings });
    const paused: number[] = [];
    let resumeFrom: Uint8Array | undefined;
    const slice = (pause: AbortSignal) =>
      trainDreamBoothLoRA(
        { step, layout, data, settings },
        {
          pause,
          ...(resumeFrom && { resumeFrom }),
          snapshotEverySteps: 5,
          onSnapshot: (snapshot, at) => {
            resumeFrom = snapshot;
            paused.push(at);
          },
        },
      );
    for (let count = 0; count < 3; count++)
      await expect(slice(AbortSignal.abort())).rejects.toBeInstanceOf(TrainingPausedError);
    expect(paused).toEqual([1, 2, 3]);
    const finished = await slice(new AbortController().signal);
    expect(bits(finished.adapter)).toEqual(bits(whole.adapter));
    expect(finished.lossHistory).toEqual(whole.lossHistory);
  });

  it('refuses snapshots of other settings and damaged ones', async () => {
    let last = new Uint8Array();
    await trainDreamBoothLoRA(
      { step, layout, data, settings },
      {
        onSnapshot: (snapshot) => {
          last = Uint8Array.from(snapshot);
        },
      },
    );
    const resume = (resumeFrom: Uint8Array, changes: Partial<DreamBoothLoRASettings> = {}) =>
      trainDreamBoothLoRA({ step, layout, data, settings: { ...settings, ...changes } }, { resumeFrom });
    await expect(resume(last, { learningRate: 0.01 })).rejects.toThrow('made with other settings');
    await expect(resume(last, { seed: 12 })).rejects.toThrow('made with other settings');
    await expect(resume(last.subarray(0, 100))).rejects.toThrow('cannot be resumed');
    await expect(resume(new Uint8Array(0))).rejects.toThrow('cannot be resumed');
    await expect(resume(last)).resolves.toBeDefined();
  });

  it('stops within one step when aborted', async () => {
    const controller = new AbortController();
    let done = 0;
    const training = trainDreamBoothLoRA(
      { step, layout, data, settings },
      {
        signal: controller.signal,
        onProgress: (report) => {
          done = report.step;
          if (report.step === 3) controller.abort(new Error('cancelled by its owner'));
        },
      },
    );
    await expect(training).rejects.toThrow('cancelled by its owner');
    expect(done).toBe(3);
  });

  it('does no step at all when aborted before', async () => {
    const { step: counted, rates } = breaking(() => false);
    const training = trainDreamBoothLoRA(
      { step: counted, layout, data, settings },
      { signal: AbortSignal.abort(new Error('too late')) },
    );
    await expect(training).rejects.toThrow('too late');
    expect(rates).toEqual([]);
  });

  it('goes back to the last snapshot once, with half the learning rate', async () => {
    const { step: fragile, rates } = breaking((update, learningRate) => update === 8 && learningRate > 0.015);
    const { lossHistory } = await trainDreamBoothLoRA(
      { step: fragile, layout, data, settings },
      { snapshotEverySteps: 5 },
    );
    expect(lossHistory).toHaveLength(12);
    expect(lossHistory.every(Number.isFinite)).toBe(true);
    expect(rates.map((rate) => Math.round(rate * 100))).toEqual([...Array(8).fill(2), ...Array(7).fill(1)]);
  });

  it('gives up when it diverges again', async () => {
    const { step: broken, rates } = breaking((update) => update === 8);
    const error = await trainDreamBoothLoRA({ step: broken, layout, data, settings }, { snapshotEverySteps: 5 }).catch(
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(TrainingDivergedError);
    expect(error).toMatchObject({ step: 8, loss: Number.NaN });
    expect(rates).toHaveLength(8 + 3);
  });

  it('remembers the lower rate in snapshots', async () => {
    const { step: fragile } = breaking((update, learningRate) => update === 8 && learningRate > 0.015);
    const snapshots: Uint8Array[] = [];
    const whole = await trainDreamBoothLoRA(
      { step: fragile, layout, data, settings },
      { snapshotEverySteps: 5, onSnapshot: (snapshot) => void snapshots.push(snapshot) },
    );
    for (const resumeFrom of snapshots) {
      const resumed = await trainDreamBoothLoRA(
        { step: fragile, layout, data, settings },
        { resumeFrom, snapshotEverySteps: 5 },
      );
      expect(bits(resumed.adapter)).toEqual(bits(whole.adapter));
    }
  });

  it('takes any seed that the generator takes', async () => {
    const big = { ...settings, steps: 1, seed: 2n ** 63n };
    let snapshot = new Uint8Array();
    await trainDreamBoothLoRA(
      { step, layout, data, settings: big },
      {
        onSnapshot: (bytes) => {
          snapshot = Uint8Array.from(bytes);
        },
      },
    );
    await expect(
      trainDreamBoothLoRA({ step, layout, data, settings: big }, { resumeFrom: snapshot }),
    ).resolves.toBeDefined();
  });
});
