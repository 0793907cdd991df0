/** `npm run bench`: what the engine reaches, against a matrix product measured in the same run. Writes bench.json. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { TracedFunction } from '#models/engine/engine.js';
import { createOnnxEngine } from '#models/engine/onnx-engine.js';
import { conv2d, groupNorm, scaledDotProductAttention } from '#models/ops.js';
import { waves } from '#test/helpers/engines.js';

interface Kernel {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly flops: number;
  readonly run: TracedFunction;
}

const REPETITIONS = 15;

/** 3×3 over [16, 16, 16, 128]: forward and both gradients, each alone. */
function convolutions(): Kernel[] {
  const [batch, size, channels] = [16, 16, 128];
  const shapes = [
    [batch, size, size, channels],
    [channels, channels, 3, 3],
    [batch, size, size, channels],
  ];
  const flops = 2 * batch * size * size * channels * channels * 9;
  const convolve = (x: tf.Tensor, w: tf.Tensor) => conv2d(x, w, undefined, { padding: 1 });
  const weighted = (y: tf.Tensor, dy: tf.Tensor) => tf.sum(tf.mul(y, dy));
  return [
    { name: 'conv 3×3', shapes, flops, run: ({ x0, x1 }) => ({ y: convolve(x0!, x1!) }) },
    {
      name: 'conv 3×3, input gradient',
      shapes,
      flops,
      run: ({ x0, x1, x2 }) => ({ y: tf.grad((x) => weighted(convolve(x, x1!), x2!))(x0!) }),
    },
    {
      name: 'conv 3×3, filter gradient',
      shapes,
      flops,
      run: ({ x0, x1, x2 }) => ({ y: tf.grad((w) => weighted(convolve(x0!, w), x2!))(x1!) }),
    },
  ];
}

const kernels: readonly Kernel[] = [
  {
    name: 'matmul 1024³ (the ceiling)',
    shapes: [
      [1024, 1024],
      [1024, 1024],
    ],
    flops: 2 * 1024 ** 3,
    run: ({ x0, x1 }) => ({ y: tf.matMul(x0!, x1!) }),
  },
  ...convolutions(),
  {
    name: 'attention 16×4×256×32',
    shapes: Array(3).fill([16, 4, 256, 32]),
    flops: 4 * 16 * 4 * 256 * 256 * 32,
    run: ({ x0, x1, x2 }) => ({ y: scaledDotProductAttention(x0!, x1!, x2!) }),
  },
  {
    name: 'group norm [16,16,16,128]',
    shapes: [[16, 16, 16, 128], [128], [128]],
    flops: 8 * 16 * 16 * 16 * 128,
    run: ({ x0, x1, x2 }) => ({ y: groupNorm(x0!, x1!, x2!, 16, 1e-5) }),
  },
];

async function medianMs({ name, shapes, run }: Kernel): Promise<number> {
  const engine = createOnnxEngine();
  const inputs = Object.fromEntries(shapes.map((shape, index) => [`x${index}`, waves(shape, index + 1)]));
  const signature = Object.fromEntries(
    Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]),
  );
  const compiled = await engine.compile(name, run, signature);
  const times: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS + 3; repetition++) {
    const startedAt = performance.now();
    await compiled.run(inputs);
    if (repetition >= 3) times.push(performance.now() - startedAt);
  }
  await engine.dispose();
  return times.sort((a, b) => a - b)[Math.floor(REPETITIONS / 2)]!;
}

await tf.setBackend('cpu');
const machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version };
const rows = [];
let ceiling = 0;
for (const kernel of kernels) {
  const milliseconds = await medianMs(kernel);
  const gflops = kernel.flops / milliseconds / 1e6;
  ceiling ||= gflops;
  rows.push({
    kernel: kernel.name,
    milliseconds: Number(milliseconds.toFixed(2)),
    gflops: Number(gflops.toFixed(1)),
    shareOfCeiling: Number((gflops / ceiling).toFixed(2)),
  });
}
console.table(rows);
await writeFile('bench.json', `${JSON.stringify({ machine, kernels: rows }, null, 2)}\n`);
