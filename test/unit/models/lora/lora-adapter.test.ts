import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { adapterRank, initializeLoRA, type LoRAAdapter, packLoRA, unpackLoRA } from '#models/lora/lora-adapter.js';
import { linearWithLoRA } from '#models/lora/lora-layer.js';
import { createLoRALayout, rankBucket } from '#models/lora/lora-layout.js';
import { loraLookup } from '#models/lora/lora-lookup.js';
import { createGenerator } from '#models/tensors/random.js';

const modules = [
  { path: 'a.attn1.to_q', inFeatures: 6, outFeatures: 5 },
  { path: 'b.attn2.to_k', inFeatures: 7, outFeatures: 3 },
];
const generator = createGenerator(5);

/** An adapter whose ups are not zero. */
function trained(rank: number, alpha = rank): LoRAAdapter {
  const fresh = initializeLoRA(modules, generator, { rank, alpha });
  const layers = [...fresh.layers].map(
    ([path, layer]) => [path, { ...layer, up: generator.fork(path).normals(layer.up.length) }] as const,
  );
  return { layers: new Map(layers) };
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('initializeLoRA', () => {
  it('draws down with deviation 1/rank and leaves up at zero', () => {
    const wide = [{ path: 'x', inFeatures: 5000, outFeatures: 3 }];
    const { down, up, alpha } = initializeLoRA(wide, generator, { rank: 4 }).layers.get('x')!;
    const meanSquare = down.reduce((sum, value) => sum + value * value, 0) / down.length;
    expect(Math.sqrt(meanSquare)).toBeCloseTo(0.25, 2);
    expect(up.every((value) => value === 0)).toBe(true);
    expect(alpha).toBe(4);
  });

  it('gives a module the same numbers whatever other modules there are', () => {
    const both = initializeLoRA(modules, generator, { rank: 2 });
    const alone = initializeLoRA(modules.slice(1), generator, { rank: 2 });
    expect(alone.layers.get('b.attn2.to_k')!.down).toEqual(both.layers.get('b.attn2.to_k')!.down);
  });
});

describe('rankBucket', () => {
  it('rounds ranks up', () => {
    expect([1, 4, 5, 16, 17, 128].map(rankBucket)).toEqual([4, 4, 8, 16, 32, 128]);
  });

  it.each([0, -1, 2.5, 129, Number.NaN])('refuses %s', (rank) => {
    expect(() => rankBucket(rank)).toThrow(RangeError);
  });
});

describe('packLoRA', () => {
  it('is undone by unpackLoRA, with the factors unchanged and alpha / rank as the scale', () => {
    const adapter = trained(3, 6);
    const layout = createLoRALayout(modules, 3);
    const { values, scale } = packLoRA(adapter, layout);
    expect(scale).toBe(2);
    expect(layout.rank).toBe(4);
    expect(unpackLoRA(values, layout, { rank: 3, alpha: 6 })).toEqual(adapter);
  });

  it('puts scales that differ between layers into the factors', () => {
    const adapter = trained(2);
    const first = adapter.layers.get('a.attn1.to_q')!;
    const mixed = { layers: new Map(adapter.layers).set('a.attn1.to_q', { ...first, alpha: 6 }) };
    const layout = createLoRALayout(modules, 2);
    const { values, scale } = packLoRA(mixed, layout);
    expect(scale).toBe(1);
    expect(unpackLoRA(values, layout, { rank: 2 }).layers.get('a.attn1.to_q')!.up).toEqual(
      first.up.map((value) => value * 3),
    );
  });

  it('leaves layers that the adapter lacks at zero', () => {
    const partial = { layers: new Map([...trained(2).layers].slice(0, 1)) };
    const layout = createLoRALayout(modules, 2);
    const { values } = packLoRA(partial, layout);
    expect(values.subarray(layout.slots[1]!.downOffset).every((value) => value === 0)).toBe(true);
  });

  it('refuses layers that the model lacks, larger ranks and factors of other shapes', () => {
    const layout = createLoRALayout(modules, 4);
    const layer = trained(2).layers.get('a.attn1.to_q')!;
    expect(() => packLoRA({ layers: new Map([['c', layer]]) }, layout)).toThrow('no layer c');
    expect(() => packLoRA({ layers: new Map([['b.attn2.to_k', layer]]) }, layout)).toThrow('do not fit');
    expect(() => packLoRA(trained(5), layout)).toThrow('rank 5');
    expect(adapterRank(trained(5))).toBe(5);
  });
});

describe('loraLookup', () => {
  const x = () => tf.tensor3d(createGenerator(1).normals(2 * 3 * 6), [2, 3, 6]);
  const weight = () => tf.tensor2d(createGenerator(2).normals(30), [5, 6]);

  function forward(adapter: LoRAAdapter, bucket: number, strength: tf.Tensor): Float32Array {
    return tf.tidy(() => {
      const layout = createLoRALayout(modules, bucket);
      const { values, scale } = packLoRA(adapter, layout);
      const lora = loraLookup(tf.tensor1d(values), layout, tf.mul(strength, scale));
      expect(lora('c')).toBeUndefined();
      return linearWithLoRA(x(), weight(), undefined, lora('a.attn1.to_q')).dataSync() as Float32Array;
    });
  }

  it('gives the same result in every bucket', () => {
    const adapter = trained(3, 6);
    expect(forward(adapter, 32, tf.scalar(1))).toEqual(forward(adapter, 3, tf.scalar(1)));
  });

  it('applies one strength per row of the batch', () => {
    const adapter = trained(3, 6);
    const mixed = forward(adapter, 4, tf.tensor3d([0, 1], [2, 1, 1]));
    expect(mixed.subarray(0, 15)).toEqual(forward(adapter, 4, tf.scalar(0)).subarray(0, 15));
    expect(mixed.subarray(15)).toEqual(forward(adapter, 4, tf.scalar(1)).subarray(15));
    expect(mixed.subarray(15)).not.toEqual(forward(adapter, 4, tf.scalar(0)).subarray(15));
  });

  it('keeps the padding of a bucket at a gradient of zero', () => {
    const layout = createLoRALayout(modules, 4);
    const { values } = packLoRA(trained(3), layout);
    const gradient = tf.tidy(() =>
      tf
        .grad((packed: tf.Tensor) => {
          const lora = loraLookup(packed, layout, tf.scalar(1));
          return tf.sum(tf.square(linearWithLoRA(x(), weight(), undefined, lora('a.attn1.to_q'))));
        })(tf.tensor1d(values))
        .dataSync(),
    ) as Float32Array;
    const ofRank3 = unpackLoRA(gradient, layout, { rank: 3 });
    expect(packLoRA(ofRank3, layout).values).toEqual(gradient);
    expect(ofRank3.layers.get('a.attn1.to_q')!.down.some((value) => value !== 0)).toBe(true);
    expect(ofRank3.layers.get('b.attn2.to_k')!.down.every((value) => value === 0)).toBe(true);
  });
});
