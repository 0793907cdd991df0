import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LoRAAdapter, packLoRA, unpackLoRA } from '#models/lora/lora-adapter.js';
import { createLoRALayout } from '#models/lora/lora-layout.js';
import { loraLookup } from '#models/lora/lora-lookup.js';
import { attentionProjections } from '#models/lora/lora-modules.js';
import { createEagerEngine } from '#models/tensors/engine/eager-engine.js';
import type { Engine } from '#models/tensors/engine/engine.js';
import { type HostTensor, hostScalar, hostTensor } from '#models/tensors/engine/host-tensor.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { decodeSafetensors, SafetensorsFile } from '#models/tensors/files/safetensors.js';
import { createWeightFiles, recordParameters } from '#models/tensors/files/weight-files.js';
import { Parameters } from '#models/tensors/parameters.js';
import { dreamBoothLoRASignature, dreamBoothLoRAStep } from '#models/training/dreambooth-lora-step.js';
import { dreamBoothRowWeights } from '#models/training/loss.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';
import { onnx } from '#test/helpers/engines.js';

interface Facts {
  readonly modules: readonly { readonly path: string; readonly shape: readonly [number, number] }[];
  readonly rank: number;
  readonly alpha: number;
  readonly instance_rows: number;
  readonly class_rows: number;
  readonly prior_loss_weight: number;
  readonly learning_rate: number;
  readonly weight_decay: number;
  readonly max_gradient_norm: number;
  readonly timesteps: readonly number[][];
  readonly losses: readonly number[];
  readonly gradient_norms: readonly number[];
}

type TrainingState = Record<'lora' | 'm' | 'v', Float32Array>;

const folder = new URL('../../../golden/data/lora/', import.meta.url);
const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as unknown;
const facts = readJson('training.json') as Facts;
const golden = decodeSafetensors(new Uint8Array(readFileSync(new URL('training.safetensors', folder)))).tensors;
const file = await SafetensorsFile.open(fileURLToPath(new URL('unet.safetensors', folder)));
const weights = createWeightFiles([{ file }]);
const config = parseUNet2DConditionConfig(readJson('unet.json'));
const modules = attentionProjections(
  recordParameters((source) => new UNet2DConditionModel(config, new Parameters(source))),
);
const layout = createLoRALayout(modules, facts.rank);
const rows = facts.instance_rows + facts.class_rows;
const latentShape = [8, 8, 4] as const;
const embeddingShape = [5, 12] as const;

/** The factors of PyTorch's vector, in which ranks are not padded. */
function packGolden(name: string): Float32Array {
  const values = golden.get(name)!.data;
  let offset = 0;
  const take = (size: number) => {
    offset += size;
    return values.slice(offset - size, offset);
  };
  const layers = new Map(
    facts.modules.map(({ path, shape: [outFeatures, inFeatures] }) => {
      const down = take(facts.rank * inFeatures);
      return [path, { rank: facts.rank, alpha: facts.alpha, down, up: take(outFeatures * facts.rank) }];
    }),
  );
  return packLoRA({ layers } satisfies LoRAAdapter, layout).values;
}

/** Row-major [n, C, h, w] → [n, h, w, C]. */
function channelsLast(
  values: Float32Array,
  [height, width, channels]: readonly [number, number, number],
): Float32Array {
  const pixels = height * width;
  return values.map((_, index) => {
    const row = Math.floor(index / (pixels * channels));
    const pixel = Math.floor(index / channels) % pixels;
    return values[(row * channels + (index % channels)) * pixels + pixel]!;
  });
}

function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return actual.reduce((largest, value, index) => Math.max(largest, Math.abs(value - expected[index]!)), 0) / scale;
}

/** Root mean square of the difference over that of the expectation, both measured from `start`. */
function differenceOfChange(actual: Float32Array, expected: Float32Array, start: Float32Array): number {
  const squares = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0);
  return Math.sqrt(squares(actual, expected) / squares(expected, start));
}

const scheduleBetas = Array.from(
  { length: 1000 },
  (_, t) => (Math.sqrt(0.00085) + ((Math.sqrt(0.012) - Math.sqrt(0.00085)) * t) / 999) ** 2,
);
const alphaAt = (timestep: number) =>
  scheduleBetas.slice(0, timestep + 1).reduce((product, beta) => product * (1 - beta), 1);

function stepInputs(index: number, state: TrainingState, step = index + 1): Record<string, HostTensor> {
  const perStep = rows * 256;
  const latents = (name: string) =>
    hostTensor(
      [rows, ...latentShape],
      channelsLast(golden.get(name)!.data.slice(index * perStep, (index + 1) * perStep), latentShape),
    );
  const timesteps = facts.timesteps[index]!;
  const perRow = (values: ArrayLike<number>) => hostTensor([rows], Float32Array.from(values));
  const dreamBoothRows = { instanceRows: facts.instance_rows, classRows: facts.class_rows };
  return {
    lora: hostTensor([layout.size], state.lora),
    m: hostTensor([layout.size], state.m),
    v: hostTensor([layout.size], state.v),
    step: hostScalar(step),
    learning_rate: hostScalar(facts.learning_rate),
    weight_decay: hostScalar(facts.weight_decay),
    max_gradient_norm: hostScalar(facts.max_gradient_norm),
    lora_scale: hostScalar(facts.alpha / facts.rank),
    latents: latents('latents'),
    noise: latents('noise'),
    timesteps: perRow(timesteps),
    signal_rates: perRow(timesteps.map((timestep) => Math.sqrt(alphaAt(timestep)))),
    noise_rates: perRow(timesteps.map((timestep) => Math.sqrt(1 - alphaAt(timestep)))),
    encoder_hidden_states: hostTensor([rows, ...embeddingShape], golden.get('context')!.data),
    row_weights: hostTensor([rows], dreamBoothRowWeights(dreamBoothRows, facts.prior_loss_weight)),
  };
}

const zeros = () => new Float32Array(layout.size);
const createUNet = (parameters: Parameters) => new UNet2DConditionModel(config, parameters);
const signature = dreamBoothLoRASignature({ layout, rows, latentShape, embeddingShape });

describe.each<[string, Engine, number]>([
  ['tfjs cpu', createEagerEngine('cpu'), rows],
  ['onnx', onnx, rows],
  ['onnx, with weights that stay in their file and a row at a time', createOnnxEngine({ savesMemoryFromBytes: 0 }), 1],
])('LoRA training on %s, against PyTorch', (_, engine, rowsAtOnce) => {
  const trainingStep = dreamBoothLoRAStep({ createUNet, layout, rowsAtOnce });

  it('adapts the layers that diffusers adapts', () => {
    expect(modules.map(({ path, inFeatures, outFeatures }) => ({ path, shape: [outFeatures, inFeatures] }))).toEqual(
      facts.modules,
    );
  });

  it('predicts the same noise with the factors applied', async () => {
    const { sample, ...rest } = {
      sample: hostTensor([rows, ...latentShape], channelsLast(golden.get('noisy')!.data, latentShape)),
      lora: hostTensor([layout.size], packGolden('lora')),
    };
    const inputs = {
      ...rest,
      sample,
      timesteps: hostTensor([rows], Float32Array.from(facts.timesteps[0]!)),
      context: hostTensor([rows, ...embeddingShape], golden.get('context')!.data),
      scale: hostScalar(facts.alpha / facts.rank),
    };
    const specs = Object.fromEntries(Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]));
    const forward = await engine.compile(
      'lora-forward',
      (tensors, parameters) => {
        const lora = loraLookup(tensors.lora!, layout, tensors.scale!);
        const unet = new UNet2DConditionModel(config, parameters);
        return {
          prediction: unet.forward(tensors.sample as never, tensors.timesteps as never, tensors.context as never, {
            lora,
          }),
        };
      },
      specs,
      weights,
    );
    const { prediction } = await forward.run(inputs);
    const expected = channelsLast(golden.get('prediction')!.data, latentShape);
    expect(relativeDifference(prediction!.data as Float32Array, expected)).toBeLessThan(1e-5);
  });

  it('has the same loss and gradients', async () => {
    const step = await engine.compile('dreambooth-lora-step', trainingStep, signature, weights, { savesMemory: true });
    // The first moment after one step from zero is a tenth of the clipped gradient.
    const inputs = {
      ...stepInputs(0, { lora: packGolden('lora'), m: zeros(), v: zeros() }),
      max_gradient_norm: hostScalar(1e9),
    };
    const { m, loss, gradient_norm: norm } = await step.run(inputs);
    const gradients = (m!.data as Float32Array).map((value) => value * 10);
    expect(relativeDifference(gradients, packGolden('gradients'))).toBeLessThan(1e-5);
    expect(loss!.data[0]! / facts.losses[0]!).toBeCloseTo(1, 5);
    expect(norm!.data[0]! / facts.gradient_norms[0]!).toBeCloseTo(1, 5);
  });

  it('goes the same way for three clipped AdamW steps', async () => {
    const step = await engine.compile('dreambooth-lora-step', trainingStep, signature, weights, { savesMemory: true });
    let state: TrainingState = { lora: packGolden('lora'), m: zeros(), v: zeros() };
    for (let index = 0; index < facts.losses.length; index++) {
      const { lora, m, v, loss, gradient_norm: norm } = await step.run(stepInputs(index, state));
      state = { lora: lora!.data as Float32Array, m: m!.data as Float32Array, v: v!.data as Float32Array };
      expect(loss!.data[0]! / facts.losses[index]!).toBeCloseTo(1, 5);
      expect(norm!.data[0]! / facts.gradient_norms[index]!).toBeCloseTo(1, 4);
    }
    // AdamW's first updates have the size of the learning rate even where a gradient is little more than rounding, so
    // single factors differ more than gradients do.
    expect(relativeDifference(state.lora, packGolden('lora_after'))).toBeLessThan(5e-4);
    expect(relativeDifference(state.m, packGolden('m_after'))).toBeLessThan(5e-4);
    expect(relativeDifference(state.v, packGolden('v_after'))).toBeLessThan(5e-4);
    expect(differenceOfChange(state.lora, packGolden('lora_after'), packGolden('lora'))).toBeLessThan(2e-3);
    // What a bucket pads stays zero.
    expect(packLoRA(unpackLoRA(state.lora, layout, facts), layout).values).toEqual(state.lora);
  });
});
