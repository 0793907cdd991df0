import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  SafetensorsFile,
  writeSafetensors,
} from '#models/tensors/files/safetensors.js';
import { CHECKPOINT_FOLDER } from '#test/helpers/model-golden.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tensors = {
  half: { shape: [3], data: Float32Array.of(1, -0.5, 0.1), dtype: 'F16' as const },
  matrix: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  scalar: { shape: [], data: Float32Array.of(7) },
  empty: { shape: [0, 4], data: new Float32Array() },
};

/** A file with this header, whatever it says, and `dataBytes` of data. */
function craft(header: unknown, dataBytes = 0): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

const tensor = (start: number, end: number, shape = [(end - start) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
});

describe('safetensors', () => {
  it('writes and reads tensors, metadata and half precision', async () => {
    const path = join(folder, 'round.safetensors');
    await writeSafetensors(path, tensors, { about: 'a pet 🐈' });
    const file = await SafetensorsFile.open(path);
    expect(file.metadata).toEqual({ about: 'a pet 🐈' });
    expect([...file.entries.keys()].sort()).toEqual(Object.keys(tensors).sort());
    expect(file.entries.get('half')).toMatchObject({ dtype: 'F16', shape: [3], byteLength: 6 });
    expect(await file.readFloat32('matrix')).toEqual(tensors.matrix.data);
    expect(await file.readFloat32('scalar')).toEqual(tensors.scalar.data);
    expect(await file.readFloat32('empty')).toEqual(tensors.empty.data);
    expect((await file.readFloat32('half'))[2]).toBeCloseTo(0.1, 4);
    const decoded = decodeSafetensors(await readFile(path));
    expect(decoded.metadata).toEqual(file.metadata);
    expect(decoded.tensors.get('matrix')).toEqual({ shape: [2, 2], data: tensors.matrix.data });
  });

  it('states offsets from the start of the file, aligned to the element', async () => {
    const path = join(folder, 'offsets.safetensors');
    await writeSafetensors(path, tensors);
    const bytes = await readFile(path);
    for (const [, { dtype, byteOffset }] of (await SafetensorsFile.open(path)).entries) {
      expect(byteOffset % (dtype === 'F16' ? 2 : 4)).toBe(0);
    }
    const { byteOffset } = (await SafetensorsFile.open(path)).entries.get('matrix')!;
    expect(bytes.readFloatLE(byteOffset + 12)).toBe(4);
  });

  it('encodes equal tensors to equal bytes', () => {
    expect(encodeSafetensors(tensors, { a: 'b' })).toEqual(encodeSafetensors(tensors, { a: 'b' }));
  });

  it('reads what the reference implementation wrote, in bfloat16', async () => {
    const file = await SafetensorsFile.open(join(CHECKPOINT_FOLDER, 'vae', 'diffusion_pytorch_model.safetensors'));
    expect(file.entries.get('encoder.conv_in.weight')).toMatchObject({ dtype: 'BF16', shape: [8, 3, 3, 3] });
    expect(await file.readFloat32('decoder.conv_norm_out.weight')).toEqual(new Float32Array(8).fill(1));
  });

  it('leaves the old file alone and no parts behind when it cannot write', async () => {
    const path = join(folder, 'kept.safetensors');
    await writeSafetensors(path, { x: { shape: [1], data: Float32Array.of(1) } });
    const wrong = { x: { shape: [2], data: Float32Array.of(1) } };
    await expect(writeSafetensors(path, wrong)).rejects.toThrow('x has 1 values, its shape [2] 2');
    expect(await (await SafetensorsFile.open(path)).readFloat32('x')).toEqual(Float32Array.of(1));
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('names a tensor that is not there or holds no numbers that it can read', async () => {
    const path = join(folder, 'mask.safetensors');
    await writeFile(path, craft({ mask: { dtype: 'BOOL', shape: [8], data_offsets: [0, 8] } }, 8));
    const file = await SafetensorsFile.open(path);
    await expect(file.readFloat32('other')).rejects.toThrow('no tensor other');
    await expect(file.readFloat32('mask')).rejects.toThrow('tensor mask has dtype BOOL');
  });

  it('notices a file that shrank after it was opened', async () => {
    const path = join(folder, 'shrunk.safetensors');
    await writeSafetensors(path, tensors);
    const file = await SafetensorsFile.open(path);
    await writeFile(path, (await readFile(path)).subarray(0, 80));
    await expect(file.readFloat32('half')).rejects.toThrow(SafetensorsError);
  });

  it.each([
    ['nothing at all', new Uint8Array(), 'too few for a header length'],
    [
      'a header longer than the file',
      Buffer.from([200, 0, 0, 0, 0, 0, 0, 0, 123, 125]),
      'exceeds the file of 10 bytes',
    ],
    ['a header of exabytes', Buffer.from([0, 0, 0, 0, 0, 0, 0, 255]), 'exceeds the limit of 100000000'],
    ['a header that is not JSON', craft('{"a":'), 'not UTF-8 JSON'],
    ['a header that is not UTF-8', Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0x28]), 'not UTF-8 JSON'],
    ['a list', craft([]), 'not a JSON object'],
    ['metadata that is not text', craft({ __metadata__: { a: 1 } }), '__metadata__ is not a map of strings'],
    ['an unknown type', craft({ a: { ...tensor(0, 4), dtype: 'toString' } }, 4), 'unknown dtype "toString"'],
    ['a negative size', craft({ a: tensor(0, 4, [-1]) }, 4), 'has shape [-1]'],
    ['a fractional size', craft({ a: tensor(0, 4, [0.5]) }, 4), 'has shape [0.5]'],
    ['offsets that run backwards', craft({ a: tensor(4, 0, [1]) }, 4), 'has data_offsets [4,0]'],
    ['a shape that takes other bytes', craft({ a: tensor(0, 8, [3]) }, 8), 'takes 8 bytes, its shape and dtype 12'],
    ['a product beyond all numbers', craft({ a: tensor(0, 4, [2 ** 52, 2 ** 52]) }, 4), 'takes 4 bytes'],
    ['tensors that overlap', craft({ a: tensor(0, 8), b: tensor(4, 12) }, 12), 'tensor b starts at byte'],
    ['a hole', craft({ a: tensor(0, 4), b: tensor(8, 12) }, 12), 'tensor b starts at byte'],
    ['a tensor beyond the end', craft({ a: tensor(0, 16) }, 8), 'the file at'],
    ['data that no tensor claims', craft({ a: tensor(0, 4) }, 8), 'the file at'],
  ])('refuses %s', async (name, bytes, reason) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.safetensors`);
    await writeFile(path, bytes);
    await expect(SafetensorsFile.open(path)).rejects.toThrow(SafetensorsError);
    await expect(SafetensorsFile.open(path)).rejects.toThrow(reason);
    expect(() => decodeSafetensors(bytes, path)).toThrow(reason);
  });

  it('keeps a tensor called __proto__ a tensor', async () => {
    const path = join(folder, 'proto.safetensors');
    await writeFile(path, craft(`{"__proto__":${JSON.stringify(tensor(0, 4))}}`, 4));
    expect([...(await SafetensorsFile.open(path)).entries.keys()]).toEqual(['__proto__']);
  });
});
