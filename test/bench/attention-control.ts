import { fileURLToPath } from 'node:url';
import { editingComponents } from '#models/editing/editing-components.js';
import { waves } from '#test/helpers/engines.js';
import { type BenchContext, type Measurement, median, timeMs } from './measurement.js';
import { inOwnProcess, peakMemoryMiB, type UNetSize, withModelOf } from './sized-checkpoint.js';

/** With direct inversion: the source, and the target without and with its prompt. */
const ROLES = { count: 3, source: 0, target: 2 };
const TIMESTEP = 500;
/** Of a step without control. */
const MOST_WITH_CONTROL = 1.15;
const MOST_MEMORY_MIB = 8 * 1024;
const STEPS_FOR_MEMORY = 2;

/** What the control of a step costs in time, and how much memory an edit's steps need at most. */
export async function attentionControl(
  { name }: UNetSize,
  folder: string,
  context: BenchContext,
): Promise<readonly Measurement[]> {
  const peakMiB = Number(await inOwnProcess(fileURLToPath(import.meta.url), folder));
  context.onLine(`steps with attention control need ${peakMiB.toFixed(0)} MiB`);
  return [
    {
      name: `peak memory of a process that edits, ${name}, ${ROLES.count} rows`,
      unit: 'MiB',
      value: peakMiB,
      runs: 1,
      ...(context.isFullSize && { budget: MOST_MEMORY_MIB }),
    },
    await timeOfControl(name, folder, context),
  ];
}

/** Peak memory in MiB of a process that takes steps of an edit. */
async function memoryOfSteps(folder: string): Promise<number> {
  await withModelOf(folder, async (model) => {
    const components = editingComponents(model);
    const inputs = inputsFor(components.latentShape, components.levels);
    for (let step = 0; step < STEPS_FOR_MEMORY; step++)
      await components.predictControlled({ ...inputs, rows: ROLES, loraScales: [0, 0, 0] });
  });
  return peakMemoryMiB();
}

/** Steps with and without control take turns, and the fastest of each count: what others do at the same time only makes them longer. */
async function timeOfControl(size: string, folder: string, { isQuick, onLine }: BenchContext): Promise<Measurement> {
  return withModelOf(folder, async (model) => {
    const components = editingComponents(model);
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
      name: `fastest step with attention control / without, ${size}, ${ROLES.count} rows`,
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
  process.stdout.write(String(await memoryOfSteps(process.argv[2]!)));
}
