import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readSafetensorsMetadata } from '#models/tensors/files/safetensors.js';
import { unpackLoRA } from '#workers/jobs/lora-archive.js';
import { zipEntries } from '#workers/jobs/zip-entries.js';

const file = (name: string) => new Uint8Array(readFileSync(`test/files/lora/${name}`));
const lora = file('peft-without-alpha.safetensors');
const config = file('adapter_config.json');
const zip = (entries: Parameters<typeof zipSync>[0], level: 0 | 6 = 6) => zipSync(entries, { level });

describe('an archive of one LoRA', () => {
  test('is that LoRA, packed or stored, in a folder or not, whatever else lies there', async () => {
    expect(await unpackLoRA(lora)).toBe(lora);
    const packed = await unpackLoRA(file('zipped.zip'));
    expect(Object.keys(readSafetensorsMetadata(packed))).not.toHaveLength(0);
    const others = { 'a/readme.txt': config, '__MACOSX/a/._x.safetensors': config, 'a/._y.safetensors': config };
    for (const level of [0, 6] as const)
      expect(Buffer.from(await unpackLoRA(zip({ 'a/x.safetensors': lora, ...others }, level)))).toEqual(
        Buffer.from(lora),
      );
  });

  test('has what PEFT wrote beside it', async () => {
    const configOf = async (entries: Parameters<typeof zipSync>[0]) =>
      readSafetensorsMetadata(await unpackLoRA(zip(entries))).lora_adapter_metadata;
    const text = new TextDecoder().decode(config);
    expect(await configOf({ 'x.safetensors': lora, 'adapter_config.json': config })).toBe(text);
    expect(await configOf({ 'a/x.safetensors': lora, 'a/adapter_config.json': config })).toBe(text);
    expect(await configOf({ 'a/x.safetensors': lora, 'b/adapter_config.json': config })).toBe(undefined);
  });
});

describe('an archive of something else is left as it is', () => {
  test.each([
    ['nothing', {}],
    ['two LoRAs', { 'a.safetensors': lora, 'b.safetensors': lora }],
    ['a pickle', { 'archive/data.pkl': config }],
    ['what only looks like a LoRA', { 'a.safetensors': config, 'adapter_config.json': config }],
    ['a configuration without end', { 'a.safetensors': lora, 'adapter_config.json': new Uint8Array(2 ** 21) }],
  ])('%s', async (_, entries) => {
    const archive = zip(entries);
    expect(await unpackLoRA(archive)).toBe(archive);
  });

  test('one that is cut or lies about itself', async () => {
    const archive = zip({ 'a.safetensors': lora });
    for (let length = 0; length < archive.length; length += 7919) {
      const cut = archive.slice(0, length);
      expect(await unpackLoRA(cut)).toBe(cut);
    }
    const end = archive.length - 22;
    for (const [at, value] of [
      [end + 10, 0xffff],
      [end + 16, 0xffffffff],
      [end + 16, 3],
    ] as const) {
      const lying = Buffer.from(archive);
      if (at === end + 10) lying.writeUInt16LE(value, at);
      else lying.writeUInt32LE(value, at);
      expect(await unpackLoRA(lying)).toBe(lying);
    }
  });

  test('more than may be unpacked is not', async () => {
    const [bomb] = zipEntries(zip({ 'a.safetensors': new Uint8Array(2 ** 24) }));
    await expect(bomb!.read(2 ** 20)).rejects.toThrow(RangeError);
    expect(await bomb!.read(2 ** 24)).toHaveLength(2 ** 24);
  });
});
