import { rm } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { createOnnxEngine } from '#models/engine/onnx-engine.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { editingComponents } from '#models/pipelines/editing-components.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { waves } from '#test/helpers/engines.js';
import { createGoldenCheckpoint, type GoldenConfigs } from '#test/helpers/golden-checkpoint.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';
import { type BenchContext, type Measurement, median, timeMs } from './measurement.js';

/** With direct inversion: the source, and the target without and with its prompt. */
const ROLES = { count: 3, source: 0, target: 2 };
const TIMESTEP = 500;
/** Of a step without control. */
const MOST_WITH_CONTROL = 1.15;

interface Shape {
  readonly name: string;
  readonly channels: readonly number[];
  readonly latentSide: number;
}

const MEDIUM: Shape = { name: 'half of SD 1.x', channels: [160, 320, 640, 640], latentSide: 32 };
const FULL: Shape = { name: 'SD 1.x', channels: [320, 640, 1280, 1280], latentSide: 64 };

/** Only the UNet matters; text has the length and width of Stable Diffusion 1.x. */
function configsOf({ channels, latentSide }: Shape): GoldenConfigs {
  return {
    unet_config: {
      block_out_channels: channels,
      sample_size: latentSide,
      cross_attention_dim: 768,
      attention_head_dim: 8,
      layers_per_block: 2,
    },
    text_config: {
      hidden_size: 768,
      intermediate_size: 768,
      num_hidden_layers: 1,
      num_attention_heads: 12,
      max_position_embeddings: 77,
      vocab_size: Object.keys(JSON.parse(petTokenizer().files.vocabulary) as object).length,
    },
  };
}

/** Steps with and without control take turns, and the fastest of each count: what others do at the same time only makes them longer. */
export async function attentionControl({ isQuick, isFullSize, onLine }: BenchContext): Promise<readonly Measurement[]> {
  await tf.setBackend('cpu');
  const shape = isFullSize ? FULL : MEDIUM;
  const folder = await createGoldenCheckpoint(configsOf(shape));
  const engine = createOnnxEngine();
  try {
    const components = editingComponents(new StableDiffusionModel(await CheckpointFolder.open(folder), engine));
    const inputs = inputsFor(components.latentShape, components.levels);
    const steps = {
      without: () => components.predictNoise({ ...inputs, rows: ROLES.count }),
      with: () => components.predictControlled({ ...inputs, rows: ROLES, loraScales: [0, 0, 0] }),
    };
    const residentMiB = () => process.memoryUsage().rss / 2 ** 20;
    const firstWithoutMs = await timeMs(steps.without);
    const residentWithoutMiB = residentMiB();
    const firstWithMs = await timeMs(steps.with);
    const residentBothMiB = residentMiB();
    const times = { without: [] as number[], with: [] as number[] };
    const runs = isQuick ? 5 : 11;
    for (let run = 0; run < runs; run++) {
      times.without.push(await timeMs(steps.without));
      times.with.push(await timeMs(steps.with));
    }
    const value = Math.min(...times.with) / Math.min(...times.without);
    onLine(`a step with attention control takes ${value.toFixed(3)} times as long`);
    return [
      {
        name: `fastest step with attention control / without, ${shape.name}, ${ROLES.count} rows`,
        unit: 'times',
        value,
        runs,
        budget: MOST_WITH_CONTROL,
        details: {
          withoutMs: Math.min(...times.without),
          withMs: Math.min(...times.with),
          medianOfPairs: median(times.with.map((ms, run) => ms / times.without[run]!)),
          firstWithoutMs,
          firstWithMs,
          residentWithoutMiB,
          residentBothMiB,
        },
      },
    ];
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A map for every token, as an edit in all of its windows has. */
function inputsFor(latentShape: readonly number[], levels: number) {
  const [length, width] = [77, 768];
  const size = latentShape.reduce((product, side) => product * side, 1);
  return {
    latents: waves([ROLES.count * size], 1).data as Float32Array,
    embeddings: waves([ROLES.count * length * width], 2).data as Float32Array,
    timestep: TIMESTEP,
    weights: {
      mapper: Float32Array.from({ length: length ** 2 }, (_, index) => (index % (length + 1) === 0 ? 1 : 0)),
      sourceGain: new Float32Array(length).fill(1),
      targetGain: new Float32Array(length),
      selfReplace: Float32Array.from({ length: levels }, (_, level) => (level > 0 ? 1 : 0)),
    },
  };
}
