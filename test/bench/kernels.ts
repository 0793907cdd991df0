import * as tf from '@tensorflow/tfjs';
import type { CompiledFunction, TracedFunction } from '#models/tensors/engine/engine.js';
import type { HostTensor } from '#models/tensors/engine/host-tensor.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { conv2d, groupNorm, linear, scaledDotProductAttention } from '#models/tensors/ops.js';
import { waves } from '#test/helpers/engines.js';
import { type BenchContext, type Measurement, median, type Topic, timeMs } from './measurement.js';

interface Kernel {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly flops: number;
  readonly run: TracedFunction;
}

const CEILING_SIZE = 1024;
const ceiling: Kernel = {
  name: `matmul ${CEILING_SIZE}³`,
  shapes: [
    [CEILING_SIZE, CEILING_SIZE],
    [CEILING_SIZE, CEILING_SIZE],
  ],
  flops: 2 * CEILING_SIZE ** 3,
  run: ({ x0, x1 }) => ({ y: tf.matMul(x0!, x1!) }),
};

/** Sum of y·dy, so that its gradient is the kernel's gradient for an output gradient of dy. */
const weighted = (y: tf.Tensor, dy: tf.Tensor) => tf.sum(tf.mul(y, dy));

/** [batch, size, channels] of the toy UNet's two levels, and of Stable Diffusion 1.x's upper two. */
const convolutionSizes = [
  [8, 16, 128],
  [8, 8, 256],
  [1, 64, 320],
  [1, 32, 640],
] as const;

function convolutions(): Kernel[] {
  const convolve = (x: tf.Tensor, w: tf.Tensor) => conv2d(x, w, undefined, { padding: 1 });
  return convolutionSizes.flatMap(([batch, size, channels]) => {
    const image = [batch, size, size, channels];
    const filter = [channels, channels, 3, 3];
    const title = `conv 3×3 [${image}]`;
    const flops = 2 * batch * size * size * channels * channels * 9;
    return [
      { name: title, shapes: [image, filter], flops, run: ({ x0, x1 }) => ({ y: convolve(x0!, x1!) }) },
      {
        name: `${title}, input gradient`,
        shapes: [image, filter, image],
        flops,
        run: ({ x0, x1, x2 }) => ({ y: tf.grad((x) => weighted(convolve(x, x1!), x2!))(x0!) }),
      },
      {
        name: `${title}, filter gradient`,
        shapes: [image, filter, image],
        flops,
        run: ({ x0, x1, x2 }) => ({ y: tf.grad((w) => weighted(convolve(x0!, w), x2!))(x1!) }),
      },
    ] satisfies Kernel[];
  });
}

function products(): Kernel[] {
  return (
    [
      [2048, 128, 128],
      [2048, 128, 1024],
      [4096, 320, 320],
    ] as const
  ).map(([rows, inner, outer]) => ({
    name: `linear [${rows},${inner}] → ${outer}`,
    shapes: [
      [rows, inner],
      [outer, inner],
    ],
    flops: 2 * rows * inner * outer,
    run: ({ x0, x1 }) => ({ y: linear(x0!, x1!) }),
  }));
}

function attentions(): Kernel[] {
  return (
    [
      [8, 4, 256, 256, 32],
      [8, 4, 256, 32, 32],
      [1, 8, 1024, 1024, 80],
    ] as const
  ).map(([batch, heads, queries, keys, width]) => ({
    name: `attention ${queries}×${keys}, ${batch * heads} heads of ${width}`,
    shapes: [
      [batch, heads, queries, width],
      [batch, heads, keys, width],
      [batch, heads, keys, width],
    ],
    flops: 4 * batch * heads * queries * keys * width,
    run: ({ x0, x1, x2 }) => ({ y: scaledDotProductAttention(x0!, x1!, x2!) }),
  }));
}

/** Additions and multiplications of each element: mean, variance, normalising, affine map. */
const FLOPS_PER_NORMALISED = 8;

function groupNorms(): Kernel[] {
  return (
    [
      [8, 16, 128],
      [1, 64, 320],
    ] as const
  ).flatMap(([batch, size, channels]): Kernel[] => {
    const image = [batch, size, size, channels];
    const flops = FLOPS_PER_NORMALISED * batch * size * size * channels;
    return [
      {
        name: `group norm [${image}]`,
        shapes: [image, [channels], [channels]],
        flops,
        run: ({ x0, x1, x2 }) => ({ y: groupNorm(x0!, x1!, x2!, 32, 1e-5) }),
      },
      {
        name: `group norm [${image}], input gradient`,
        shapes: [image, [channels], [channels], image],
        flops: 2 * flops,
        run: ({ x0, x1, x2, x3 }) => ({ y: tf.grad((x) => weighted(groupNorm(x, x1!, x2!, 32, 1e-5), x3!))(x0!) }),
      },
    ];
  });
}

interface Prepared {
  readonly compiled: CompiledFunction;
  readonly inputs: Readonly<Record<string, HostTensor>>;
}

/** Kernel and ceiling take turns, so that a neighbour's load hits both. */
async function measure(kernels: readonly Kernel[], { isQuick, onLine }: BenchContext): Promise<Measurement[]> {
  await tf.setBackend('cpu');
  const engine = createOnnxEngine();
  const runs = isQuick ? 5 : 15;
  const prepare = async ({ name, shapes, run }: Kernel): Promise<Prepared> => {
    const inputs = Object.fromEntries(shapes.map((shape, index) => [`x${index}`, waves(shape, index + 1)]));
    const signature = Object.fromEntries(
      Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]),
    );
    const compiled = await engine.compile(name, run, signature);
    for (let warmUp = 0; warmUp < 3; warmUp++) await compiled.run(inputs);
    return { compiled, inputs };
  };
  try {
    const top = await prepare(ceiling);
    const measurements: Measurement[] = [];
    for (const kernel of kernels) {
      const { compiled, inputs } = await prepare(kernel);
      const times: number[] = [];
      const ceilingTimes: number[] = [];
      for (let run = 0; run < runs; run++) {
        times.push(await timeMs(() => compiled.run(inputs)));
        ceilingTimes.push(await timeMs(() => top.compiled.run(top.inputs)));
      }
      await compiled.dispose();
      const gflops = kernel.flops / median(times) / 1e6;
      const ceilingGflops = ceiling.flops / median(ceilingTimes) / 1e6;
      const details = { milliseconds: median(times), ceilingGflops, percentOfCeiling: (100 * gflops) / ceilingGflops };
      measurements.push({ name: kernel.name, unit: 'GFLOPS', value: gflops, runs, details });
      onLine(`${kernel.name}: ${gflops.toFixed(1)} of ${ceilingGflops.toFixed(1)} GFLOPS`);
    }
    return measurements;
  } finally {
    await engine.dispose();
  }
}

export const kernels: Topic = {
  name: 'kernels',
  parts: {
    'matmul, the ceiling': (context) => measure([ceiling, ...products()], context),
    convolutions: (context) => measure(convolutions(), context),
    attention: (context) => measure(attentions(), context),
    'group norm': (context) => measure(groupNorms(), context),
  },
};
