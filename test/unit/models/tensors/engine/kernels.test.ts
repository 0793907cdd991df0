import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { hostTensor } from '#models/tensors/engine/host-tensor.js';
import { elementwiseKernels } from '#models/tensors/engine/kernels/elementwise.js';
import { linearAlgebraKernels } from '#models/tensors/engine/kernels/linear-algebra.js';
import { normalizationKernels } from '#models/tensors/engine/kernels/normalization.js';
import { reductionKernels } from '#models/tensors/engine/kernels/reduction.js';
import { shapeKernels } from '#models/tensors/engine/kernels/shape.js';
import {
  conv2d,
  embedding,
  geluErf,
  groupNorm,
  layerNorm,
  linear,
  quickGelu,
  scaledDotProductAttention,
  silu,
  upsampleNearest2x,
} from '#models/tensors/ops.js';
import { compareEngines, waves, withGradients } from '#test/helpers/engines.js';

const TOLERANCE = 1e-5;

const tables = [elementwiseKernels, shapeKernels, reductionKernels, linearAlgebraKernels, normalizationKernels];
/** Kernels that a case has used; the tables are wrapped before the first trace registers them. */
const used = new Set<string>();
for (const table of tables) {
  for (const [name, kernel] of Object.entries(table)) {
    table[name] = (call) => {
      used.add(name);
      return kernel(call);
    };
  }
}

type Case = readonly [title: string, shapes: readonly (readonly number[])[], op: (...inputs: tf.Tensor[]) => tf.Tensor];

const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.5);
const firstAxis = (shape: readonly number[], begin: number) => shape.map((_, axis) => (axis === 0 ? begin : 0));
const everySecond = (shape: readonly number[]) => shape.map((_, axis) => axis).filter((axis) => axis % 2 === 0);

const cases: readonly Case[] = [
  ...(
    [
      [[5], [5]],
      [[3, 5], [5]],
      [
        [2, 3, 5],
        [3, 1],
      ],
      [
        [2, 1, 3, 4],
        [2, 5, 1, 4],
      ],
      [
        [2, 3, 1, 2, 3],
        [1, 2, 3],
      ],
    ] as const
  ).flatMap((shapes): Case[] => [
    [`add of [${shapes.join('] and [')}]`, shapes, tf.add],
    [`sub of [${shapes.join('] and [')}]`, shapes, tf.sub],
    [`mul of [${shapes.join('] and [')}]`, shapes, tf.mul],
    [`div of [${shapes.join('] and [')}]`, shapes, (a, b) => tf.div(a!, positive(b!))],
  ]),
  ...([[7], [3, 5], [2, 3, 5], [2, 3, 3, 5], [1, 2, 3, 2, 2]] as const).flatMap((shape): Case[] => [
    [`exp of [${shape}]`, [shape], tf.exp],
    [`log of [${shape}]`, [shape], (x) => tf.log(positive(x!))],
    [`sqrt of [${shape}]`, [shape], (x) => tf.sqrt(positive(x!))],
    [`rsqrt of [${shape}]`, [shape], (x) => tf.rsqrt(positive(x!))],
    [`sigmoid of [${shape}]`, [shape], tf.sigmoid],
    [`tanh of [${shape}]`, [shape], tf.tanh],
    [`square of [${shape}]`, [shape], tf.square],
    [`erf of [${shape}]`, [shape], tf.erf],
    [`sine and cosine of [${shape}]`, [shape], (x) => tf.add(tf.sin(x!), tf.cos(x!))],
    [`silu of [${shape}]`, [shape], silu],
    [`quick gelu of [${shape}]`, [shape], quickGelu],
    [`gelu of [${shape}]`, [shape], geluErf],
    [`softmax of [${shape}]`, [shape], (x) => tf.softmax(x!)],
    [`sum of the last axis of [${shape}]`, [shape], (x) => tf.sum(x!, -1, true)],
    [`mean of all of [${shape}]`, [shape], (x) => tf.mean(x!)],
    [`clip of [${shape}]`, [shape], (x) => tf.clipByValue(x!, -0.7, 1.1)],
    [`absolute value and sign of [${shape}]`, [shape], (x) => tf.add(tf.abs(x!), tf.mul(tf.sign(x!), x!))],
    [`reciprocal of the negative of [${shape}]`, [shape], (x) => tf.reciprocal(tf.neg(positive(x!)))],
    [`relu and softplus of [${shape}]`, [shape], (x) => tf.add(tf.relu(x!), tf.softplus(x!))],
    [`log softmax of [${shape}]`, [shape], (x) => tf.logSoftmax(x!)],
    [`minimum with a constant of [${shape}]`, [shape], (x) => tf.minimum(x!, 0.3)],
    [`reversed axes of [${shape}]`, [shape], (x) => tf.square(tf.transpose(x!))],
    [`all but the first row of [${shape}]`, [shape], (x) => tf.slice(x!, firstAxis(shape, x!.shape[0]! > 1 ? 1 : 0))],
    [`[${shape}] beside itself`, [shape], (x) => tf.concat([x!, tf.square(x!)], shape.length - 1)],
    [`[${shape}] stacked on itself`, [shape], (x) => tf.stack([x!, tf.square(x!)], shape.length)],
    [
      `padding around [${shape}]`,
      [shape],
      (x) =>
        tf.pad(
          x!,
          shape.map((_, axis) => [axis % 2, 1]),
          0.5,
        ),
    ],
    [`[${shape}] with one more axis`, [shape], (x) => tf.square(tf.expandDims(x!, -1))],
    [`sum over the first axis of [${shape}]`, [shape], (x) => tf.sum(x!, 0)],
    [`mean over every second axis of [${shape}]`, [shape], (x) => tf.mean(x!, everySecond(shape), true)],
  ]),
  // tfjs has no broadcasting in the gradients of these two.
  [
    'maximum',
    [
      [3, 5],
      [3, 5],
    ],
    (a, b) => tf.maximum(a!, tf.mul(b!, 0.7)),
  ],
  [
    'squared difference',
    [
      [2, 3, 5],
      [2, 3, 5],
    ],
    tf.squaredDifference,
  ],
  ['sum over the outer axes', [[2, 3, 4, 5]], (x) => tf.sum(x!, [0, 2])],
  [
    'mean over the middle axes of a transposed tensor',
    [[2, 3, 4, 5]],
    (x) => tf.mean(tf.transpose(x!, [0, 3, 1, 2]), [2, 3]),
  ],
  ['max with kept axes', [[3, 4, 5]], (x) => tf.max(x!, 1, true)],
  [
    'transpose then add',
    [
      [2, 3, 4],
      [4, 2, 3],
    ],
    (a, b) => tf.add(tf.transpose(a!, [2, 0, 1]), b!),
  ],
  [
    'two transpositions in a row',
    [[2, 3, 4, 5]],
    (x) => tf.square(tf.transpose(tf.transpose(x!, [3, 1, 0, 2]), [2, 3, 1, 0])),
  ],
  ['reshape of a transposed tensor', [[2, 3, 4]], (x) => tf.reshape(tf.transpose(x!, [1, 2, 0]), [6, 4])],
  ['slice', [[4, 5, 3]], (x) => tf.slice(x!, [1, 0, 1], [2, 5, 2])],
  ['slice of a transposed tensor', [[4, 5, 3]], (x) => tf.slice(tf.transpose(x!, [2, 1, 0]), [1, 0, 1], [2, 5, 2])],
  [
    'concat',
    [
      [2, 3, 4],
      [2, 1, 4],
    ],
    (a, b) => tf.concat([a!, b!], 1),
  ],
  [
    'concat of transposed tensors',
    [
      [2, 4, 3],
      [2, 4, 2],
    ],
    (a, b) => tf.concat([tf.transpose(a!, [0, 2, 1]), tf.transpose(b!, [0, 2, 1])], 1),
  ],
  ['split', [[3, 6]], (x) => tf.mul(tf.split(x!, 2, 1)[0]!, tf.split(x!, [2, 3, 1], 1)[1]!)],
  [
    'stack and unstack',
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => tf.stack(tf.unstack(tf.stack([a!, b!], 1), 0).reverse(), 0),
  ],
  [
    'pad',
    [[2, 3, 4, 2]],
    (x) =>
      tf.pad(
        x!,
        [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ],
        0.5,
      ),
  ],
  ['tile', [[2, 3]], (x) => tf.tile(x!, [2, 3])],
  ['broadcast to', [[1, 3, 1]], (x) => tf.broadcastTo(x!, [2, 3, 4])],
  [
    'where',
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => tf.where(tf.tensor2d([1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0], [3, 4], 'bool'), a!, b!),
  ],
  ['least', [[3, 4, 5]], (x) => tf.min(x!, [0, 2])],
  ['power', [[3, 4]], (x) => tf.pow(positive(x!), 3)],
  [
    'sum of many',
    [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    (a, b, c) => tf.addN([a!, b!, c!]),
  ],
  ...[
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].flatMap(([transposeA, transposeB]): Case[] => [
    [
      `matrix product (${transposeA}, ${transposeB})`,
      [transposeA ? [5, 3] : [3, 5], transposeB ? [4, 5] : [5, 4]],
      (a, b) => tf.matMul(a!, b!, transposeA, transposeB),
    ],
    [
      `batched matrix product (${transposeA}, ${transposeB})`,
      [transposeA ? [2, 3, 5, 3] : [2, 3, 3, 5], transposeB ? [2, 3, 4, 5] : [2, 3, 5, 4]],
      (a, b) => tf.matMul(a!, b!, transposeA, transposeB),
    ],
  ]),
  ...(
    [
      [[1, 5, 7, 3], [4, 3, 3, 3], 1, 1],
      [[2, 6, 6, 3], [2, 3, 3, 3], 2, 1],
      [[2, 7, 5, 2], [3, 2, 3, 3], 2, 1],
      [[2, 6, 8, 2], [3, 2, 3, 3], 2, [0, 1, 0, 1]],
      [[2, 4, 4, 5], [6, 5, 1, 1], 1, 0],
      [[1, 8, 8, 3], [4, 3, 4, 4], 4, 0],
      [[1, 33, 32, 2], [3, 2, 3, 3], 1, 1],
      [[1, 65, 66, 2], [3, 2, 3, 3], 2, [0, 1, 0, 1]],
    ] as const
  ).map(
    ([x, w, stride, padding]): Case => [
      `convolution of [${x}] with [${w}], stride ${stride}, padding ${padding}`,
      [x, w, [w[0]]],
      (input, weight, bias) => conv2d(input!, weight!, bias!, { stride, padding }),
    ],
  ),
  ['group norm', [[2, 3, 5, 8], [8], [8]], (x, gamma, beta) => groupNorm(x!, gamma!, beta!, 4, 1e-5)],
  [
    'group norm after a convolution',
    [[2, 4, 4, 3], [6, 3, 3, 3], [6], [6]],
    (x, w, gamma, beta) => silu(groupNorm(conv2d(x!, w!, undefined, { padding: 1 }), gamma!, beta!, 2, 1e-6)),
  ],
  ['layer norm', [[2, 3, 8], [8], [8]], (x, gamma, beta) => layerNorm(x!, gamma!, beta!, 1e-5)],
  ['linear', [[2, 3, 5], [4, 5], [4]], (x, w, b) => linear(x!, w!, b!)],
  [
    'attention',
    [
      [2, 2, 3, 4],
      [2, 2, 5, 4],
      [2, 2, 5, 4],
    ],
    (q, k, v) => scaledDotProductAttention(q!, k!, v!),
  ],
  ...[15, 30, 60].map(
    (maxScores): Case => [
      `attention in slices of ${maxScores} scores`,
      [
        [3, 2, 3, 4],
        [3, 2, 5, 4],
        [3, 2, 5, 4],
      ],
      (q, k, v) => scaledDotProductAttention(q!, k!, v!, { maxScores }),
    ],
  ),
  [
    'attention with a mask',
    [
      [2, 2, 3, 4],
      [2, 2, 3, 4],
      [2, 2, 3, 4],
    ],
    (q, k, v) =>
      scaledDotProductAttention(q!, k!, v!, {
        mask: tf.tensor2d([
          [0, -1e9, -1e9],
          [0, 0, -1e9],
          [0, 0, 0],
        ]),
      }),
  ],
  ['nearest upsampling', [[2, 3, 5, 4]], (x) => upsampleNearest2x(x!)],
  [
    'residual over an upsampled convolution',
    [
      [1, 3, 3, 4],
      [4, 4, 3, 3],
    ],
    (x, w) => tf.add(upsampleNearest2x(conv2d(x!, w!, undefined, { padding: 1 })), upsampleNearest2x(x!)),
  ],
  [
    'embedding',
    [[7, 3]],
    (table) =>
      embedding(
        table!,
        tf.tensor2d(
          [
            [1, 6, 1],
            [0, 3, 3],
          ],
          [2, 3],
          'int32',
        ),
      ),
  ],
];

describe('the ONNX engine computes what TensorFlow.js computes, values and gradients', () => {
  test.each(cases)('%s', async (title, shapes, op) => {
    const inputs = Object.fromEntries(shapes.map((shape, index) => [`x${index}`, waves(shape, index + 1)]));
    expect(await compareEngines(title, inputs, withGradients(op))).toBeLessThanOrEqual(TOLERANCE);
  });

  test('comparisons and their logic, where both sides are broadcast', async () => {
    const inputs = { a: waves([2, 1, 5], 1), b: waves([3, 1], 2) };
    const difference = await compareEngines('comparisons', inputs, ({ a, b }) => {
      const relations = [tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.equal].map((relate) => relate(a!, b!));
      const [greater, , less] = relations;
      const all = [...relations, tf.logicalAnd(tf.logicalNot(greater!), tf.logicalNot(less!))];
      return {
        ...Object.fromEntries(all.map((relation, index) => [`relation${index}`, tf.cast(relation, 'float32')])),
        chosen: tf.where(greater!, tf.maximum(a!, b!), tf.minimum(a!, tf.mul(b!, 2))),
        squares: tf.squaredDifference(a!, b!),
        filled: tf.add(tf.fill([2, 3, 5], 0.25), tf.onesLike(tf.add(a!, b!))),
      };
    });
    expect(difference).toBeLessThanOrEqual(TOLERANCE);
  });

  test('a network of others: depthwise and fused convolutions, a batch norm with learnt statistics, a fused product', async () => {
    const inputs = {
      x: waves([2, 7, 6, 4], 1),
      filter: waves([3, 3, 4, 2], 2),
      pointwise: waves([1, 1, 8, 6], 3),
      vectors: waves([5, 6], 4),
      dense: waves([6, 3], 5),
    };
    const difference = await compareEngines('network of others', inputs, ({ x, filter, pointwise, vectors, dense }) => {
      const [mean, spread, offset, scale, bias] = tf.unstack(vectors!) as tf.Tensor1D[];
      const deep = (strides: number) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, strides === 1 ? 'same' : 'valid');
      const convolved = (given: { bias?: tf.Tensor; activation?: 'relu' }) =>
        tf.fused.conv2d({ x: deep(1), filter: pointwise as tf.Tensor4D, strides: 1, pad: 'same', ...given });
      const y = tf.batchNorm(convolved({ bias: bias! }), mean!, tf.abs(spread!), offset!, scale!, 1e-3) as tf.Tensor4D;
      const rows = tf.reshape(y, [2 * 7 * 6, 6]) as tf.Tensor2D;
      const product = (given: { bias?: tf.Tensor; activation?: 'relu' }) =>
        tf.fused.matMul({ a: rows, b: dense as tf.Tensor2D, ...given });
      return {
        y,
        strided: deep(2),
        plain: convolved({}),
        rectified: convolved({ bias: bias!, activation: 'relu' }),
        product: product({}),
        biased: product({ bias: tf.slice(bias!, 0, 3), activation: 'relu' }),
      };
    });
    expect(difference).toBeLessThanOrEqual(TOLERANCE);
  });

  test('operators whose gradients no model needs', async () => {
    const inputs = { x: waves([2, 3, 4, 5], 1), batch: waves([1, 3, 5, 2], 2) };
    const difference = await compareEngines('values only', inputs, ({ x, batch }) => ({
      product: tf.prod(positive(x!), [1, 3]),
      pooled: tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'),
      rows: tf.gather(x!, tf.tensor2d([[3, 0, 3]], [1, 3], 'int32'), 2),
      broadcast: tf.matMul(x!, batch!),
    }));
    expect(difference).toBeLessThanOrEqual(TOLERANCE);
  });

  test('comparisons, casts, one-hot and gather of integers', async () => {
    const inputs = { ids: hostTensor([4], Int32Array.from([2, 0, 3, 3])), x: waves([4, 3], 1) };
    const difference = await compareEngines('integers', inputs, ({ ids, x }) => ({
      hot: tf.oneHot(ids as tf.Tensor1D, 5),
      rows: tf.gather(x!, ids as tf.Tensor1D),
      mask: tf.cast(tf.lessEqual(tf.range(0, 4, 1, 'int32'), ids!), 'float32'),
      equal: tf.cast(tf.equal(ids!, 3), 'int32'),
    }));
    expect(difference).toBe(0);
  });

  test('no kernel is left out', () => {
    expect(tables.flatMap((table) => Object.keys(table)).filter((name) => !used.has(name))).toEqual([]);
  });
});
