/** `npm run bench`: measures on this machine what design.md promises; prints a table and writes bench.json. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '#src/core/package-root.js';
import { chats } from './chats.js';
import { checkpoint } from './checkpoint.js';
import { contests } from './contests.js';
import { hostile } from './hostile.js';
import { jobs } from './jobs.js';
import { kernels } from './kernels.js';
import type { BenchContext, Measurement, Topic } from './measurement.js';
import { pictures } from './pictures.js';
import { queue } from './queue.js';
import { start } from './start.js';
import { storage } from './storage.js';
import { printTable } from './table.js';

export type Row = { readonly topic: string } & (Measurement | { readonly name: string; readonly failure: string });

const topics: readonly Topic[] = [kernels, checkpoint, start, jobs, chats, hostile, queue, pictures, storage, contests];
const names = topics.map(({ name }) => name).join(', ');
const USAGE = `npm run bench -- [options]
  --only <topics>   some of: ${names} (separated by commas)
  --quick           fewer repetitions, a training of a few steps
  --full-size       attention control and LoRA steps on a UNet as large as that of Stable Diffusion 1.x: several GB of memory and disk, many minutes
  --rate <number>   commands per second in the topic chats, for machines that others use too; default: 50
  --output <file>   default: bench.json`;

function describeMachine() {
  const versionOf = (name: string) =>
    (JSON.parse(readFileSync(join(packageRoot, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
      .version;
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    onnxruntime: versionOf('onnxruntime-node'),
    tensorflowjs: versionOf('@tensorflow/tfjs'),
    /** Others' work at the beginning; much above zero, the figures are not this machine's best. */
    loadAverage: Number(loadavg()[0]!.toFixed(2)),
  };
}

async function run(chosen: readonly Topic[], context: BenchContext): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name: topic, parts } of chosen) {
    for (const [part, measure] of Object.entries(parts)) {
      process.stderr.write(`${topic}: ${part}\n`);
      try {
        for (const measurement of await measure(context)) rows.push({ topic, ...measurement });
      } catch (error) {
        rows.push({ topic, name: part, failure: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return rows;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: names },
    quick: { type: 'boolean', default: false },
    'full-size': { type: 'boolean', default: false },
    rate: { type: 'string', default: '50' },
    output: { type: 'string', default: 'bench.json' },
    help: { type: 'boolean', default: false },
  },
});
const wanted = values.only.split(',').map((name) => name.trim());
const unknown = wanted.filter((name) => !topics.some((topic) => topic.name === name));
if (values.help || unknown.length > 0) {
  process.stderr.write(`${unknown.length > 0 ? `no such topic: ${unknown.join(', ')}\n` : ''}${USAGE}\n`);
  process.exit(unknown.length > 0 ? 1 : 0);
}
const machine = describeMachine();
const rows = await run(
  topics.filter(({ name }) => wanted.includes(name)),
  {
    isQuick: values.quick,
    isFullSize: values['full-size'],
    onLine: (line) => void process.stderr.write(`  ${line}\n`),
    commandsPerSecond: Number(values.rate),
    checkpointFolder: process.env.CHECKPOINT || join(packageRoot, 'models/checkpoints/toy-pets'),
  },
);
printTable(machine, rows);
const report = { measuredAt: new Date().toISOString(), isQuick: values.quick, machine, rows };
await writeFile(values.output, `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`\n${values.output} is written\n`);
process.exit(0);
