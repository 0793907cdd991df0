import * as tf from '@tensorflow/tfjs';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import type { ActiveLoRA } from '#models/lora/active-lora.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { dreamBoothLoRASignature } from '#models/training/dreambooth-lora-step.js';
import { trainingStepOf } from '#models/training/training-step.js';
import { waves } from '#test/helpers/engines.js';
import { attentionControl } from './attention-control.js';
import { loraStepOf, trainingInputs } from './lora-step.js';
import { type BenchContext, type Measurement, median, repeatMs, type Topic } from './measurement.js';
import { withSizedCheckpoint } from './sized-checkpoint.js';

/** One picture with guidance, and four of them. */
const UNET_ROWS = [2, 8];
const TIMESTEP = 500;
const TOKEN_ID = 1;

type Measure = (model: StableDiffusionModel, context: BenchContext) => Promise<readonly Measurement[]>;

function withModel(measure: Measure) {
  return async (context: BenchContext): Promise<readonly Measurement[]> => {
    await tf.setBackend('cpu');
    const engine = createOnnxEngine();
    try {
      return await measure(
        new StableDiffusionModel(await CheckpointFolder.open(context.checkpointFolder), engine),
        context,
      );
    } finally {
      await engine.dispose();
    }
  };
}

/** The first call builds the session, which is told beside the median of the later ones. */
async function measureCalls(
  name: string,
  call: () => Promise<unknown>,
  { isQuick, onLine }: BenchContext,
): Promise<Measurement> {
  const runs = isQuick ? 5 : 20;
  const [firstCallMs] = await repeatMs(call, 1, 0);
  const times = await repeatMs(call, runs);
  onLine(`${name}: ${median(times).toFixed(1)} ms`);
  return { name, unit: 'ms', value: median(times), runs, details: { firstCallMs: firstCallMs! } };
}

/** Factors as small as those of a pet. */
function activeLoRA(model: StableDiffusionModel): ActiveLoRA {
  const layout = model.layout(model.checkpoint.recommendations.training.rank);
  return { layout, values: new Float32Array(layout.size).fill(1e-3), scale: 1 };
}

const unetSteps: Measure = async (model, context) => {
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  const measurements: Measurement[] = [];
  for (const lora of [undefined, activeLoRA(model)]) {
    const { predictNoise } = model.components(lora);
    for (const rows of UNET_ROWS) {
      const latents = waves([rows * size(model.latentShape)], 1).data as Float32Array;
      const embeddings = waves([rows * size(model.embeddingShape)], 2).data as Float32Array;
      const call = () => predictNoise({ latents, embeddings, rows, timestep: TIMESTEP });
      const title = `unet step, ${rows} rows${lora ? `, LoRA of rank ${lora.layout.rank}` : ''}`;
      measurements.push(await measureCalls(title, call, context));
    }
  }
  return measurements;
};

const loraStep: Measure = async (model, context) => {
  const { instanceRows, classRows, rank } = model.checkpoint.recommendations.training;
  const rows = instanceRows + classRows;
  const layout = model.layout(rank);
  const { latentShape, embeddingShape } = model;
  const signature = dreamBoothLoRASignature({ layout, rows, latentShape, embeddingShape });
  const step = await trainingStepOf(model, rows, layout);
  const inputs = trainingInputs(signature);
  return [await measureCalls(`LoRA step, ${rows} rows, rank ${layout.rank}`, () => step.run(inputs), context)];
};

const otherParts: Measure = async (model, context) => {
  const [length] = model.embeddingShape;
  const [height, width] = model.imageSize;
  const pixels = waves([height * width * 3], 1).data as Float32Array;
  const latents = waves([model.latentShape.reduce((product, side) => product * side, 1)], 2).data as Float32Array;
  const ids = new Int32Array(length).fill(TOKEN_ID);
  return [
    await measureCalls('text encoder, 1 text', () => model.encodeText(ids, 1), context),
    await measureCalls('autoencoder encode, 1 picture', () => model.encodeImage(pixels), context),
    await measureCalls('autoencoder decode, 1 picture', () => model.decodeLatents(latents, 1), context),
  ];
};

/** Random weights need as much memory and time as learnt ones. */
const ofRealSize = (context: BenchContext): Promise<readonly Measurement[]> =>
  withSizedCheckpoint(context.isFullSize, async (size, folder) => [
    ...(await attentionControl(size, folder, context)),
    ...(await loraStepOf(size, folder, context)),
  ]);

export const checkpoint: Topic = {
  name: 'checkpoint',
  parts: {
    'unet step': withModel(unetSteps),
    'LoRA step': withModel(loraStep),
    'other parts': withModel(otherParts),
    'sizes of real ones': ofRealSize,
  },
};
