/**
 * @file The recipe that trained the shipped checkpoint, stage by stage: `npm run pretrain -- --stage all`.
 * Every stage resumes from its snapshot; SIGINT saves one and stops.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { createOnnxEngine } from '../../tensors/engine/onnx-engine.js';
import type { StageContext } from './stage-context.js';
import { STAGES, type StageName } from './stages.js';

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'all' },
    state: { type: 'string', default: join('data', 'pretrain') },
    checkpoint: { type: 'string', default: join('models', 'checkpoints', 'toy-pets') },
    judges: { type: 'string', default: join('models', 'checkpoints', 'toy-judges') },
    steps: { type: 'string' },
    threads: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

const names = Object.keys(STAGES) as StageName[];
const wanted = values.stage === 'all' ? names : values.stage.split(',');
const unknown = wanted.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  console.error(`Unknown stage ${unknown.join(', ')}; the stages are ${names.join(', ')}`);
  process.exit(2);
}

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());

// Without it TensorFlow.js prints a banner that recommends another backend.
tf.enableProdMode();
await tf.setBackend('cpu');
const engine = createOnnxEngine(values.threads === undefined ? {} : { threadCount: Number(values.threads) });
const context: StageContext = {
  engine,
  stateFolder: values.state,
  checkpointFolder: values.checkpoint,
  judgesFolder: values.judges,
  seed: Number(values.seed),
  steps: values.steps === undefined ? undefined : Number(values.steps),
  signal: controller.signal,
  onLine: (line) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`),
};

for (const name of wanted as StageName[]) {
  if (controller.signal.aborted) break;
  context.onLine(`stage ${name}`);
  await STAGES[name](context);
}
await engine.dispose();
