import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { type EditingComponents, editingComponents } from '#models/editing/editing-components.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { waves } from '#test/helpers/engines.js';
import { createGoldenCheckpoint, type GoldenConfigs } from '#test/helpers/golden-checkpoint.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';
import { type BenchContext, type Measurement, median, timeMs } from './measurement.js';

/** With direct inversion: the source, and the target without and with its prompt. */
const ROLES = { count: 3, source: 0, target: 2 };
const TIMESTEP = 500;
/** Of a step without control. */
const MOST_WITH_CONTROL = 1.15;
const MOST_MEMORY_MIB = 8 * 1024;
const STEPS_FOR_MEMORY = 2;

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

/** What the control of a step costs in time, and how much memory an edit's steps need at most. */
export async function attentionControl(context: BenchContext): Promise<readonly Measurement[]> {
  const shape = context.isFullSize ? FULL : MEDIUM;
  // Weights are made elsewhere: what that needs is no memory of an edit.
  const folder = (await inOwnProcess('checkpoint', shape)).trim();
  try {
    const peakMiB = Number(await inOwnProcess('memory', shape, folder));
    context.onLine(`steps with attention control need ${peakMiB.toFixed(0)} MiB`);
    return [
      {
        name: `peak memory of a process that edits, ${shape.name}, ${ROLES.count} rows`,
        unit: 'MiB',
        value: peakMiB,
        runs: 1,
        ...(context.isFullSize && { budget: MOST_MEMORY_MIB }),
      },
      await timeOfControl(shape, folder, context),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inOwnProcess(task: keyof typeof TASKS, { name }: Shape, folder = ''): Promise<string> {
  const script = fileURLToPath(import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, task, name, folder]);
  return stdout;
}

const TASKS = {
  checkpoint: (shape: Shape) => createGoldenCheckpoint(configsOf(shape)),
  async memory(_shape: Shape, folder: string) {
    await withComponents(folder, async (components) => {
      const inputs = inputsFor(components.latentShape, components.levels);
      for (let step = 0; step < STEPS_FOR_MEMORY; step++)
        await components.predictControlled({ ...inputs, rows: ROLES, loraScales: [0, 0, 0] });
    });
    // Kept by the kernel, so that no peak between two looks is missed.
    const status = await readFile('/proc/self/status', 'utf8');
    return String(Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024);
  },
} as const;

async function withComponents<Result>(
  folder: string,
  work: (components: EditingComponents) => Promise<Result>,
): Promise<Result> {
  await tf.setBackend('cpu');
  const engine = createOnnxEngine();
  try {
    return await work(editingComponents(new StableDiffusionModel(await CheckpointFolder.open(folder), engine)));
  } finally {
    await engine.dispose();
  }
}

/** Steps with and without control take turns, and the fastest of each count: what others do at the same time only makes them longer. */
async function timeOfControl(shape: Shape, folder: string, { isQuick, onLine }: BenchContext): Promise<Measurement> {
  return withComponents(folder, async (components) => {
    const inputs = inputsFor(components.latentShape, components.levels);
    const steps = {
      without: () => components.predictNoise({ ...inputs, rows: ROLES.count }),
      with: () => components.predictControlled({ ...inputs, rows: ROLES, loraScales: [0, 0, 0] }),
    };
    const firstWithoutMs = await timeMs(steps.without);
    const firstWithMs = await timeMs(steps.with);
    const times = { without: [] as number[], with: [] as number[] };
    const runs = isQuick ? 5 : 11;
    for (let run = 0; run < runs; run++) {
      times.without.push(await timeMs(steps.without));
      times.with.push(await timeMs(steps.with));
    }
    const value = Math.min(...times.with) / Math.min(...times.without);
    onLine(`a step with attention control takes ${value.toFixed(3)} times as long`);
    return {
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
      },
    };
  });
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [task, name, folder = ''] = process.argv.slice(2);
  const shape = [MEDIUM, FULL].find((candidate) => candidate.name === name);
  if (!shape || !(task === 'checkpoint' || task === 'memory')) throw new Error(`unknown task ${task} of ${name}`);
  process.stdout.write(await TASKS[task](shape, folder));
}
