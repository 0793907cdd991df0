import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LoRAFileError } from '#models/loaders/lora-file-error.js';
import { decodeLoRA, encodeLoRA } from '#models/loaders/lora-state-dict.js';
import type { LoRAAdapter } from '#models/lora/lora-adapter.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '#models/tensors/files/safetensors.js';
import { createGenerator } from '#models/tensors/random.js';

const toOut = 'mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0';
const toK = 'down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k';
const upToQ = 'up_blocks.1.attentions.1.transformer_blocks.0.attn1.to_q';
const modules = [
  { path: toOut, inFeatures: 16, outFeatures: 16 },
  { path: toK, inFeatures: 12, outFeatures: 16 },
  { path: upToQ, inFeatures: 8, outFeatures: 8 },
];
const adapter: LoRAAdapter = {
  layers: new Map(
    modules.map(({ path, inFeatures, outFeatures }) => {
      const generator = createGenerator(3).fork(path);
      return [
        path,
        { rank: 3, alpha: 6, down: generator.normals(3 * inFeatures), up: generator.normals(outFeatures * 3) },
      ];
    }),
  ),
};
const facts = { baseModelVersion: 'sd_v1', steps: 400, learningRate: 1e-4, seed: 7, resolution: [512, 512] as const };

const tensor = (...shape: number[]): SafetensorsTensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.5),
});
const kohya = 'lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_out_0';
const pair = { [`${kohya}.lora_down.weight`]: tensor(2, 16), [`${kohya}.lora_up.weight`]: tensor(16, 2) };

function problemOf(bytes: Uint8Array, options = {}): string {
  try {
    decodeLoRA(bytes, { modules, ...options });
  } catch (error) {
    return `${(error as LoRAFileError).problem}: ${(error as Error).message}`;
  }
  return 'none';
}

describe('encodeLoRA', () => {
  it('keeps every bit in F32', () => {
    const decoded = decodeLoRA(encodeLoRA(adapter, modules, { dtype: 'F32', facts }), { modules });
    expect(decoded.adapter).toEqual(adapter);
    expect(decoded.format).toBe('kohya');
  });

  it('rounds to half precision in F16, and only once', () => {
    const once = decodeLoRA(encodeLoRA(adapter, modules, { facts }), { modules }).adapter;
    for (const [path, { down, up, alpha }] of adapter.layers) {
      const read = once.layers.get(path)!;
      expect(read.alpha).toBe(alpha);
      for (const [index, value] of down.entries())
        expect(Math.abs(read.down[index]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11 + 2 ** -25);
      for (const [index, value] of up.entries())
        expect(Math.abs(read.up[index]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11 + 2 ** -25);
    }
    expect(decodeLoRA(encodeLoRA(once, modules, { facts }), { modules }).adapter).toEqual(once);
  });

  it("writes kohya's names and the metadata that other tools show", () => {
    const bytes = encodeLoRA(adapter, modules, {
      facts: { ...facts, triggerPhrase: 'sks dog' },
      metadata: { pet: 'Biscuit' },
    });
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(tensors.get(`${kohya}.lora_down.weight`)!.shape).toEqual([3, 16]);
    expect(tensors.get(`${kohya}.lora_up.weight`)!.shape).toEqual([16, 3]);
    expect(tensors.get(`${kohya}.alpha`)).toEqual({ shape: [], data: new Float32Array([6]) });
    expect(metadata).toMatchObject({
      ss_v2: 'False',
      ss_base_model_version: 'sd_v1',
      ss_network_module: 'networks.lora',
      ss_network_dim: '3',
      ss_network_alpha: '6',
      ss_steps: '400',
      ss_learning_rate: '0.0001',
      ss_resolution: '(512, 512)',
      'modelspec.architecture': 'stable-diffusion-v1/lora',
      'modelspec.trigger_phrase': 'sks dog',
      pet: 'Biscuit',
    });
    expect(metadata.sshs_model_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(metadata.sshs_legacy_hash).toMatch(/^[0-9a-f]{8}$/);
    expect(metadata).not.toHaveProperty('ss_min_snr_gamma');
  });

  it('refuses numbers that the type cannot hold', () => {
    const layer = adapter.layers.get(toOut)!;
    const huge = { layers: new Map([[toOut, { ...layer, up: layer.up.map(() => 70_000) }]]) };
    expect(() => encodeLoRA(huge, modules, { facts })).toThrow('F16 cannot hold');
    expect(() => encodeLoRA(huge, modules, { facts, dtype: 'F32' })).not.toThrow();
  });
});

describe('decodeLoRA', () => {
  const read = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../../../golden/data/lora/files/${name}.safetensors`, import.meta.url)));
  const plain = decodeLoRA(read('peft'), { modules });

  it.each([
    ['peft', 'peft', 3],
    ['peft-base-model', 'peft', 3],
    ['diffusers', 'diffusers', 6],
    ['attn-procs', 'diffusers-attn-procs', 3],
    ['kohya', 'kohya', 6],
  ])('reads the file %s of the Python libraries', (name, format, alpha) => {
    const decoded = decodeLoRA(read(name), { modules });
    expect(decoded.format).toBe(format);
    expect([...decoded.adapter.layers.keys()].sort()).toEqual([toK, toOut]);
    for (const [path, layer] of decoded.adapter.layers) {
      expect(layer.alpha).toBe(alpha);
      expect(layer.rank).toBe(3);
      expect(layer.down).toEqual(plain.adapter.layers.get(path)!.down);
      expect(layer.up).toEqual(plain.adapter.layers.get(path)!.up);
    }
  });

  it('reads the block names of the original repository', () => {
    const stem = 'lora_unet_output_blocks_3_1_transformer_blocks_0_attn1_to_q';
    const file = encodeSafetensors({
      [`${stem}.lora_down.weight`]: tensor(2, 8),
      [`${stem}.lora_up.weight`]: tensor(8, 2),
    });
    const decoded = decodeLoRA(file, { modules });
    expect(decoded.format).toBe('kohya-sgm');
    expect([...decoded.adapter.layers.keys()]).toEqual([upToQ]);
  });

  it('reads 1×1 convolutions as linear layers and takes a missing alpha for the rank', () => {
    const file = encodeSafetensors({
      [`${kohya}.lora_down.weight`]: tensor(2, 16, 1, 1),
      [`${kohya}.lora_up.weight`]: tensor(16, 2, 1, 1),
    });
    expect(decodeLoRA(file, { modules }).adapter.layers.get(toOut)).toMatchObject({ rank: 2, alpha: 2 });
  });

  it('honours rank-stabilised scaling', () => {
    const peft = {
      [`unet.${toOut}.lora_A.weight`]: tensor(4, 16),
      [`unet.${toOut}.lora_B.default.weight`]: tensor(16, 4),
    };
    const metadata = { lora_adapter_metadata: JSON.stringify({ 'unet.lora_alpha': 8, 'unet.use_rslora': true }) };
    expect(decodeLoRA(encodeSafetensors(peft, metadata), { modules }).adapter.layers.get(toOut)!.alpha).toBe(16);
  });

  it('refuses factors of the text encoder, or ignores them where asked to', () => {
    const te = 'lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight';
    const file = encodeSafetensors({ ...pair, [te]: tensor(2, 8) });
    expect(problemOf(file)).toMatch(/^text-encoder: .*text encoder/);
    const layer = 'lora_te_text_model_encoder_layers_0_self_attn_q_proj';
    expect(decodeLoRA(file, { modules, textEncoder: 'ignore' }).ignoredLayers).toEqual([layer]);
  });

  it.each([
    ['lora_unet_x.hada_w1_a', 'LoHa'],
    ['lora_unet_x.lokr_w1', 'LoKr'],
    [`${kohya}.dora_scale`, 'DoRA'],
    [`unet.${toOut}.lora_magnitude_vector`, 'DoRA'],
    [`${kohya}.lora_mid.weight`, 'Tucker'],
    ['unet:0:up', 'cloneofsimo'],
  ])('refuses %s by the name of its method', (name, method) => {
    const problem = problemOf(encodeSafetensors({ ...pair, [name]: tensor(2) }));
    expect(problem).toMatch(/^unsupported/);
    expect(problem).toContain(method);
  });

  it.each<[string, Record<string, SafetensorsTensor>, RegExp]>([
    [
      'an unknown layer',
      { 'lora_unet_mid_block_ff.lora_down.weight': tensor(2, 2) },
      /^mismatch: .*lora_unet_mid_block_ff/,
    ],
    [
      'layers beside those that the model adapts',
      { ...pair, 'lora_unet_mid_block_attentions_0_transformer_blocks_0_ff_net_0_proj.lora_down.weight': tensor(2, 2) },
      /^layers: .*not used here: ff_net_0_proj$/,
    ],
    ['an unknown suffix', { ...pair, [`${kohya}.bias`]: tensor(2) }, /^layers: .*bias/],
    ['half a pair', { [`${kohya}.lora_down.weight`]: tensor(2, 16) }, /^malformed: .*no up factor/],
    ['alpha alone', { [`${kohya}.alpha`]: tensor() }, /^malformed: .*neither/],
    [
      'a layer of another width',
      { ...pair, [`${kohya}.lora_down.weight`]: tensor(2, 17) },
      /^mismatch: .*\[2,17\], expected \[2,16\]/,
    ],
    [
      'factors of two ranks',
      { ...pair, [`${kohya}.lora_up.weight`]: tensor(16, 3) },
      /^mismatch: .*\[16,3\], expected \[16,2\]/,
    ],
    ['a 3×3 convolution', { ...pair, [`${kohya}.lora_down.weight`]: tensor(2, 16, 3, 3) }, /^mismatch/],
    [
      'rank 0',
      { [`${kohya}.lora_down.weight`]: tensor(0, 16), [`${kohya}.lora_up.weight`]: tensor(16, 0) },
      /^rank: .*ranks/,
    ],
    [
      'rank 129',
      { [`${kohya}.lora_down.weight`]: tensor(129, 16), [`${kohya}.lora_up.weight`]: tensor(16, 129) },
      /^rank: .*ranks/,
    ],
    ['a scalar factor', { ...pair, [`${kohya}.lora_down.weight`]: tensor() }, /^rank/],
    ['two alphas', { ...pair, [`${kohya}.alpha`]: tensor(2) }, /^malformed: .*alpha has 2 values/],
    [
      'one factor under two names',
      { ...pair, [`${toOut}.lora_A.weight`]: tensor(2, 16) },
      /^malformed: .*the same factor/,
    ],
    ['no tensors', {}, /^malformed: .*no LoRA factors/],
    [
      'infinite numbers',
      { ...pair, [`${kohya}.alpha`]: { shape: [], data: new Float32Array([Number.POSITIVE_INFINITY]) } },
      /^malformed: .*finite/,
    ],
  ])('refuses %s', (_, tensors, expected) => {
    expect(problemOf(encodeSafetensors(tensors))).toMatch(expected);
  });

  it.each([
    ['PyTorch’s archive', [0x50, 0x4b, 0x03, 0x04, ...new TextEncoder().encode('archive/data.pkl')]],
    ['a bare pickle', [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20]],
  ])('refuses %s as a pickle', (_, bytes) => {
    expect(problemOf(Uint8Array.from(bytes))).toMatch(/^pickle/);
  });

  it('tells an archive from a pickle, and a pointer of Git LFS from a file', () => {
    expect(problemOf(Uint8Array.from([0x50, 0x4b, 0x03, 0x04, 0, 0, 0, 0, 0, 0]))).toMatch(/^zip/);
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:cd\nsize 3438167536\n';
    expect(problemOf(new TextEncoder().encode(pointer))).toMatch(/^git-lfs/);
  });

  it('reads a safetensors file whose length happens to look like a pickle', () => {
    const file = encodeSafetensors(pair, { padding: '' });
    const padding = 'x'.repeat(0x280 - Number(new DataView(file.buffer).getBigUint64(0, true)));
    const padded = encodeSafetensors(pair, { padding });
    expect([...padded.subarray(0, 2)]).toEqual([0x80, 0x02]);
    expect(problemOf(padded)).toBe('none');
  });

  it('honours alphas of single layers, by their names or the ends of those', () => {
    const peft = {
      [`unet.${toOut}.lora_A.weight`]: tensor(4, 16),
      [`unet.${toOut}.lora_B.weight`]: tensor(16, 4),
    };
    const alphaBy = (config: object) => {
      const metadata = { lora_adapter_metadata: JSON.stringify(config) };
      return decodeLoRA(encodeSafetensors(peft, metadata), { modules }).adapter.layers.get(toOut)!.alpha;
    };
    const others = { peft_type: 'LORA', r: 16, rank_pattern: { 'to_out.0': 4 }, lora_alpha: 8 };
    expect(alphaBy({ ...others, alpha_pattern: { to_q: 5, 'to_out.0': 32, [toOut]: 7 } })).toBe(32);
    expect(alphaBy({ ...others, alpha_pattern: { [`^${toOut}`]: 7 } })).toBe(7);
    expect(alphaBy({ ...others, alpha_pattern: { 'out.0': 5 } })).toBe(8);
    expect(alphaBy({ ...others, alpha_pattern: { 'to_out.0': 6 }, use_rslora: true })).toBe(12);
    expect(alphaBy({ ...others, alpha_pattern: null, lora_alpha: null })).toBe(4);
  });

  it('bounds what it reads', () => {
    const file = encodeSafetensors(pair);
    expect(problemOf(file, { maxBytes: file.length - 1 })).toMatch(/^too-large/);
    expect(problemOf(file.subarray(0, file.length - 1))).toMatch(/^malformed/);
    expect(problemOf(new Uint8Array(3))).toMatch(/^malformed/);
    expect(problemOf(new TextEncoder().encode('{"lora": true}'))).toMatch(/^json/);
    const longHeader = encodeSafetensors(pair, { tags: 'x'.repeat(17 * 2 ** 20) });
    expect(problemOf(longHeader)).toMatch(/^too-large: .*header/);
    const crowd = Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`t${index}`, tensor(0)]));
    expect(problemOf(encodeSafetensors(crowd))).toMatch(/^too-large: .*20001 tensors/);
    for (const metadata of [
      '{',
      '{"lora_alpha":"x"}',
      '{"alpha_pattern":{"(a+)+":1}}',
      '{"alpha_pattern":{"to_q":"x"}}',
      '{"use_dora":true}',
      '{"peft_type":"LOHA"}',
    ]) {
      expect(problemOf(encodeSafetensors(pair, { lora_adapter_metadata: metadata }))).toMatch(
        /^(malformed|unsupported|rank)/,
      );
    }
    expect(problemOf(encodeSafetensors(pair, { lora_adapter_metadata: 'null' }))).toBe('none');
  });
});
