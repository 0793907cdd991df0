import { fileURLToPath } from 'node:url';
import type { Signature } from '#models/tensors/engine/engine.js';
import { type HostTensor, hostTensor } from '#models/tensors/engine/host-tensor.js';
import { dreamBoothLoRASignature, dreamBoothLoRAStep } from '#models/training/dreambooth-lora-step.js';
import { waves } from '#test/helpers/engines.js';
import { type BenchContext, type Measurement, median, repeatMs } from './measurement.js';
import { inOwnProcess, peakMemoryMiB, type UNetSize, withModelOf } from './sized-checkpoint.js';

/** A photo and a picture of the class, as Stable Diffusion 1.x is trained by default. */
const ROWS = 2;
const RANK = 8;
const STEPS = 2;
/** With all rows at once, and with one after another. */
const MOST_MEMORY_MIB = { all: 9 * 1024, each: 7 * 1024 } as const;

interface StepCost {
  readonly peakMiB: number;
  readonly firstMs: number;
  readonly stepMs: number;
}

/** What a training step needs at most, with all rows at once and with one after another, and how long it takes. */
export async function loraStepOf(
  { name }: UNetSize,
  folder: string,
  context: BenchContext,
): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [rowsAtOnce, title, budget] of [
    [ROWS, 'at once', MOST_MEMORY_MIB.all],
    [1, 'one after another', MOST_MEMORY_MIB.each],
  ] as const) {
    const printed = await inOwnProcess(fileURLToPath(import.meta.url), folder, String(rowsAtOnce));
    const { peakMiB, firstMs, stepMs } = JSON.parse(printed) as StepCost;
    context.onLine(`a LoRA step with its rows ${title} needs ${peakMiB.toFixed(0)} MiB`);
    measurements.push({
      name: `peak memory of a process that trains a LoRA, ${name}, ${ROWS} rows ${title}`,
      unit: 'MiB',
      value: peakMiB,
      runs: STEPS,
      ...(context.isFullSize && { budget }),
      details: { firstMs, stepMs },
    });
  }
  return measurements;
}

/** The first step builds the session. */
async function costOfSteps(folder: string, rowsAtOnce: number): Promise<StepCost> {
  const [firstMs, stepMs] = await withModelOf(folder, async (model) => {
    const layout = model.layout(RANK);
    const { latentShape, embeddingShape } = model;
    const signature = dreamBoothLoRASignature({ layout, rows: ROWS, latentShape, embeddingShape });
    const createUNet = model.unet.bind(model);
    const take = async () => {
      const traced = dreamBoothLoRAStep({ layout, createUNet, rowsAtOnce });
      const step = await model.compile('lora step', signature, traced, { savesMemory: true });
      await step.run(trainingInputs(signature));
    };
    return [...(await repeatMs(take, 1, 0)), median(await repeatMs(take, STEPS, 0))];
  });
  return { peakMiB: await peakMemoryMiB(), firstMs: firstMs!, stepMs: stepMs! };
}

/** Second moments are squares; everything stays small enough that no step runs away. */
export function trainingInputs(signature: Signature): Record<string, HostTensor> {
  const entries = Object.entries(signature).map(([name, { shape }], index) => {
    const { data } = waves(shape, index + 1);
    const values = (data as Float32Array).map((value) => 0.01 * Math.abs(value));
    return [name, hostTensor(shape, values)] as const;
  });
  return Object.fromEntries(entries);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, rowsAtOnce] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await costOfSteps(folder!, Number(rowsAtOnce))));
}
