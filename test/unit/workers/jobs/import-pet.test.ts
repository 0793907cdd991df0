import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { translateWith } from '#src/core/locale.js';
import { jobs, tales } from '#src/jobs/index.js';
import { WordBlocklist } from '#src/moderation/word-blocklist.js';
import { importPetProcessor } from '#workers/jobs/import-pet.js';

const blob = `sha256-${'1'.repeat(64)}`;
const data = jobs['import-pet'].data.parse({ petName: 'Rex', className: 'dog', lora: blob, seed: 1 });
const loraNotes = [
  { kind: 'text-encoder', layers: 24 },
  { kind: 'alpha-assumed' },
  { kind: 'trigger', words: 'zwx cat' },
  { kind: 'no-trigger' },
];

test('of a file in an archive what was unpacked is tried out, and kept with the pet', async () => {
  const [archive, lora] = ['zipped.zip', 'trigger-phrase.safetensors'].map((name) =>
    readFileSync(`test/files/lora/${name}`),
  );
  const given: Uint8Array[] = [];
  const engine = {
    call: async (_: string, input: { lora: Uint8Array }) => {
      given.push(input.lora);
      return { pictures: [new Uint8Array(1)], loraNotes: [] };
    },
  };
  const importing = async (file: Uint8Array) => {
    const blobs = { get: async () => file, put: async (bytes: Uint8Array) => blobKeyOf(bytes) };
    const { signal } = new AbortController();
    const context = { engine, blobs, blocklist: new WordBlocklist([]), signal, report() {} };
    // biome-ignore lint/suspicious/noExplicitAny: the parts of a context that this processor uses.
    return jobs['import-pet'].result.parse(await importPetProcessor(data, context as any));
  };
  const { lora: unpacked } = await importing(archive!);
  expect(given[0]!.length).toBe(124_424);
  expect(unpacked).toBe(blobKeyOf(given[0]!));
  expect((await importing(lora!)).lora).toBe(undefined);
});

test('what the engine says of a file reaches the person with the result, in every language', async () => {
  const engine = { call: async () => ({ pictures: [new Uint8Array()], loraNotes }) };
  const blobs = { get: async () => new Uint8Array(), put: async () => blob };
  const { signal } = new AbortController();
  const context = { engine, blobs, blocklist: new WordBlocklist([]), signal, report() {} };
  // biome-ignore lint/suspicious/noExplicitAny: the parts of a context that this processor uses.
  const processed = await importPetProcessor(data, context as any);
  const result = jobs['import-pet'].result.parse(processed);
  const person = { platform: 'web', id: 'anna', name: 'Anna' } as const;
  const { lines } = tales['import-pet'].result({ id: 'w-1', title: 'Rex', person, data }, result);
  expect(lines).toEqual([
    { key: 'delivery.fileTextEncoder', params: { count: 24 } },
    { key: 'delivery.fileAlphaAssumed', params: {} },
    { key: 'delivery.fileTrigger', params: { pet: 'Rex', words: 'zwx cat' } },
    { key: 'delivery.fileNoTrigger', params: {} },
  ]);
  for (const locale of Object.values(locales)) {
    const [encoder, alpha, trigger] = lines!.map((line) => translateWith(locale, line));
    expect(encoder).toContain('24');
    expect(alpha).toContain('adapter_config.json');
    expect(trigger).toContain('zwx cat');
  }
});
