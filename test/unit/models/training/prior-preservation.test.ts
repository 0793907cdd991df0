import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '#models/tensors/files/safetensors.js';
import { createGenerator } from '#models/tensors/random.js';
import { classLatentsKey, decodeClassLatents, encodeClassLatents } from '#models/training/prior-preservation.js';

const source = { checkpoint: 'abc', className: 'dog', prompt: 'a photo of a dog' };
const shape = [4, 3, 2] as const;
const captions = ['a photo of a dog in the snow', 'a photo of a dog'];
const pictures = [createGenerator(1).normals(24), createGenerator(2).normals(24)];

describe('class latents', () => {
  it('have one key per checkpoint, class and prompt', () => {
    const key = classLatentsKey('abc', 'dog', 'a photo of a dog');
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    const others = [
      classLatentsKey('abd', 'dog', 'a photo of a dog'),
      classLatentsKey('abc', 'dogs', 'a photo of a dog'),
      classLatentsKey('abc', 'dog', 'a dog'),
    ];
    expect(new Set([key, ...others]).size).toBe(4);
  });

  it('come back within half precision', () => {
    const decoded = decodeClassLatents(encodeClassLatents({ shape, pictures, captions }, source), { expected: source });
    expect(decoded.shape).toEqual([...shape]);
    expect(decoded.captions).toEqual(captions);
    expect(decoded.pictures).toHaveLength(2);
    for (const [index, picture] of decoded.pictures.entries()) {
      for (const [position, value] of picture.entries()) expect(value).toBeCloseTo(pictures[index]![position]!, 2);
    }
    expect(encodeClassLatents(decoded, source)).toEqual(encodeClassLatents({ shape, pictures, captions }, source));
  });

  it('are refused when made for something else', () => {
    const bytes = encodeClassLatents({ shape, pictures, captions }, source);
    expect(() => decodeClassLatents(bytes, { expected: { ...source, className: 'cat' } })).toThrow(
      'class_name is "dog", expected "cat"',
    );
  });

  it.each([
    ['another format', encodeSafetensors({ latents: { shape: [1], data: new Float32Array(1) } }), 'format'],
    [
      'another shape',
      encodeSafetensors({ latents: { shape: [1], data: new Float32Array(1) } }, { format: 'class-latents-2' }),
      'shape [1]',
    ],
    [
      'no pictures',
      encodeSafetensors({ latents: { shape: [0, 4, 4, 4], data: new Float32Array(0) } }, { format: 'class-latents-2' }),
      'shape [0,4,4,4]',
    ],
    [
      'NaN',
      encodeSafetensors(
        { latents: { shape: [1, 1, 1, 1], data: new Float32Array([Number.NaN]) } },
        { format: 'class-latents-2' },
      ),
      'finite',
    ],
    [
      'another tensor',
      encodeSafetensors({ x: { shape: [1], data: new Float32Array(1) } }, { format: 'class-latents-2' }),
      'one tensor',
    ],
    ['no safetensors file', new TextEncoder().encode('nothing of the kind'), 'not a valid safetensors file'],
  ])('are refused with %s', (_, bytes, message) => {
    expect(() => decodeClassLatents(bytes)).toThrow(message);
  });

  it.each([
    ['no captions', {}],
    ['too few captions', { captions: '["x"]' }],
    ['captions that are no texts', { captions: '[1, 2]' }],
    ['captions that are no JSON', { captions: '[' }],
  ])('are refused with %s', (_, metadata) => {
    const latents = { shape: [2, 1, 1, 1], data: new Float32Array(2) };
    const bytes = encodeSafetensors({ latents }, { format: 'class-latents-2', ...metadata });
    expect(() => decodeClassLatents(bytes)).toThrow('one for each of 2 pictures');
  });

  it('are bounded and finite', () => {
    const bytes = encodeClassLatents({ shape, pictures, captions }, source);
    expect(() => decodeClassLatents(bytes, { maxBytes: 100 })).toThrow('at most 100');
    const broken = [new Float32Array(24).fill(Number.POSITIVE_INFINITY)];
    expect(() => encodeClassLatents({ shape, pictures: broken, captions: ['x'] }, source)).toThrow('finite');
    expect(() => encodeClassLatents({ shape, pictures: [new Float32Array(23)], captions: ['x'] }, source)).toThrow(
      'got 23',
    );
    expect(() => encodeClassLatents({ shape, pictures, captions: ['x'] }, source)).toThrow('as many captions');
  });
});
