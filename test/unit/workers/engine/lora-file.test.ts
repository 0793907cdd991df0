import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { LoRAFileError, type LoRAFileProblem } from '#models/loaders/lora-file-error.js';
import { decodeLoRA } from '#models/loaders/lora-state-dict.js';
import { MAX_TRIGGER_LENGTH } from '#models/loaders/lora-subject.js';
import { attentionProjections, type LoRAModule } from '#models/lora/lora-modules.js';
import { decodeSafetensors, encodeSafetensors } from '#models/tensors/files/safetensors.js';
import { recordParameters } from '#models/tensors/files/weight-files.js';
import { Parameters } from '#models/tensors/parameters.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { type LoRANote, maxTriggerLength } from '#src/pets/import-pet-job.js';
import { loraUserError, notesOf } from '#workers/engine/lora-file.js';
import { unpackLoRA } from '#workers/jobs/lora-archive.js';

let modules: readonly LoRAModule[];
beforeAll(async () => {
  const { configs } = await CheckpointFolder.open('models/checkpoints/toy-pets');
  modules = attentionProjections(
    recordParameters((source) => new UNet2DConditionModel(configs.unet, new Parameters(source))),
  );
});

const read = async (name: string) => new Uint8Array(await readFile(`test/files/lora/${name}`));
const decode = (bytes: Uint8Array) => decodeLoRA(bytes, { modules, textEncoder: 'ignore' });

/** What is told of a file: what of it does not count, or why it is refused. */
async function told(bytes: Uint8Array) {
  try {
    return notesOf(decode(bytes));
  } catch (error) {
    if (!(error instanceof LoRAFileError)) throw error;
    return loraUserError(error).text;
  }
}

/** The file with other words about itself, or with some of its factors alone. */
async function changed(
  name: string,
  { metadata, only = /./ }: { readonly metadata?: Record<string, string>; readonly only?: RegExp },
): Promise<Uint8Array> {
  const { tensors, metadata: own } = decodeSafetensors(await read(name));
  return encodeSafetensors(Object.fromEntries([...tensors].filter(([key]) => only.test(key))), metadata ?? own);
}

describe('of a file that people send', () => {
  test.each<[string, readonly LoRANote[]]>([
    ['kohya-text-encoder.safetensors', [{ kind: 'text-encoder', layers: 24 }, { kind: 'no-trigger' }]],
    ['trigger-phrase.safetensors', [{ kind: 'trigger', words: 'zwx cat' }]],
    ['peft-without-alpha.safetensors', [{ kind: 'alpha-assumed' }, { kind: 'no-trigger' }]],
  ])('what does not count is told: %s', async (name, notes) => {
    expect(await told(await read(name))).toEqual(notes);
  });

  test.each<[string, object]>([
    [
      'kohya-all-layers.safetensors',
      { key: 'errors.loraLayers', params: { layers: 'proj_in, proj_out, ff_net_0_proj, ff_net_2' } },
    ],
    ['rank-192.safetensors', { key: 'errors.loraRank', params: { rank: 192, max: 128 } }],
    ['adapter_config.json', { key: 'errors.loraJson' }],
    ['zipped.zip', { key: 'errors.loraZip' }],
  ])('why it cannot be used is said as it is: %s', async (name, sentence) => {
    expect(await told(await read(name))).toMatchObject(sentence);
  });

  test('factors of the text encoder alone are no other method', async () => {
    const file = await changed('kohya-text-encoder.safetensors', { only: /^lora_te/ });
    expect(await told(file)).toMatchObject({ key: 'errors.loraTextEncoder' });
  });

  test('any JSON is called JSON, however it is written', async () => {
    for (const json of ['{}', '[1, 2]', ' \n{"r": 8}', '{"lora_alpha": 32, "r": 8}'])
      expect(await told(new TextEncoder().encode(json)), json).toMatchObject({ key: 'errors.loraJson' });
  });

  test('a strength that stands in the metadata is no guess', async () => {
    const metadata = { lora_adapter_metadata: JSON.stringify({ 'unet.lora_alpha': 32 }) };
    const file = await changed('peft-without-alpha.safetensors', { metadata });
    expect(await told(file)).toEqual([{ kind: 'no-trigger' }]);
    expect([...decode(file).adapter.layers.values()][0]!.alpha).toBe(32);
  });

  test('nor is one that comes along in an archive: rank 8 with alpha 32 counts four times', async () => {
    const [lora, config] = [await read('peft-without-alpha.safetensors'), await read('adapter_config.json')];
    const together = await unpackLoRA(
      zipSync({ 'my pet/pet.safetensors': lora, 'my pet/adapter_config.json': config }),
    );
    expect(await told(together)).toEqual([{ kind: 'no-trigger' }]);
    const layers = [...decode(together).adapter.layers.values()];
    expect(layers.map(({ alpha, rank }) => alpha / rank)).toEqual(layers.map(() => 4));
    expect(layers.map(({ down }) => down)).toEqual([...decode(lora).adapter.layers.values()].map(({ down }) => down));
  });
});

test.each<[LoRAFileProblem, string]>([
  ['too-large', 'loraTooLarge'],
  ['pickle', 'loraPickle'],
  ['zip', 'loraZip'],
  ['git-lfs', 'loraGitLfs'],
  ['json', 'loraJson'],
  ['malformed', 'loraMalformed'],
  ['unsupported', 'loraUnsupported'],
  ['text-encoder', 'loraTextEncoder'],
  ['layers', 'loraLayers'],
  ['rank', 'loraRank'],
  ['mismatch', 'loraMismatch'],
] satisfies readonly [LoRAFileProblem, string][])('the problem %s has the sentence %s', (problem, key) => {
  expect(loraUserError(new LoRAFileError('a file', problem, 'why')).text.key).toBe(`errors.${key}`);
});

test('the words that call a pet are as long as its contract takes', () => {
  expect(MAX_TRIGGER_LENGTH).toBe(maxTriggerLength);
});
