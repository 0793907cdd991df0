import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { again } from '#commands/again.js';
import { cancel } from '#commands/cancel.js';
import { help } from '#commands/help.js';
import { imagine } from '#commands/imagine.js';
import { importPet } from '#commands/import.js';
import { info } from '#commands/info.js';
import { mydata } from '#commands/mydata.js';
import { pets } from '#commands/pets.js';
import { pick } from '#commands/pick.js';
import { queue } from '#commands/queue.js';
import { remove } from '#commands/remove.js';
import { settings } from '#commands/settings.js';
import { start } from '#commands/start.js';
import { train } from '#commands/train.js';
import { upscale } from '#commands/upscale.js';
import { vary } from '#commands/vary.js';
import type { Command } from '#src/command/define-command.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { WordsService } from '#src/drawing/services.js';
import { openVocabulary, readVocabulary } from '#src/drawing/vocabulary.js';
import type { UnfinishedJob } from '#src/jobs/services.js';
import { kindsFor } from '#src/pets/kinds.js';
import type { Pet } from '#src/pets/pet.js';
import { incomingPhotos } from '#test/helpers/photos.js';

const key = `sha256-${'0'.repeat(64)}` as BlobKey;
const biscuit: Pet = {
  id: 'b',
  name: 'Biscuit',
  className: 'dog',
  previews: [key],
  photoCount: 5,
  createdAt: new Date(0),
};
const milo: Pet = { ...biscuit, id: 'm', name: 'Milo', className: 'cat' };

/** Runs a command as Anna, with these pets and jobs, and returns what it answered and queued. */
async function run(
  command: Command,
  options: Record<string, unknown> = {},
  has: {
    pets?: Pet[];
    jobs?: UnfinishedJob[];
    drawn?: object;
    language?: string;
    shared?: Pet[];
    place?: object;
    words?: WordsService;
  } = {},
) {
  const queued: unknown[] = [];
  const removed: string[] = [];
  const shared: [id: string, scope: string][] = [];
  let isDeleted = false;
  const renamed: [id: string, name: string][] = [];
  let language = has.language;
  const reply = await command.run({
    user: { platform: 'web', id: 'anna', name: 'Anna' },
    place: { platform: 'web', channel: 'c', ...has.place },
    locale: 'de',
    commands: ['train', 'help'],
    options,
    jobs: {
      async enqueue(job: unknown) {
        queued.push(job);
        return { id: 'w-1', position: 2 };
      },
      unfinished: async () => has.jobs ?? [],
      assertRoom: async () => {},
      queuedBefore: async () => undefined,
      find: async () => has.drawn,
      findHere: async () => undefined,
      async remove(id: string) {
        removed.push(id);
        return has.drawn ? 'removed' : 'gone';
      },
      async removeCopy(id: string) {
        removed.push(`a copy of ${id}`);
        return has.drawn ? 'removed' : 'gone';
      },
      cancel: async (id?: string) =>
        id === undefined ? (has.jobs ?? []).length : (has.jobs ?? []).filter((job) => job.id === id).length,
    },
    pets: {
      list: async () => has.pets ?? [],
      available: async () => [...(has.pets ?? []), ...(has.shared ?? [])],
      async share(pet: Pet, scope: string) {
        shared.push([pet.id, scope]);
      },
      invite: async () => 'c0de',
      accept: async () => has.shared![0],
      unshare: async () => 2,
      fileOf: async () => key,
      assertMayDraw: async () => {},
      find: async (name: string) => has.pets?.find((pet) => pet.name.toLowerCase() === name.toLowerCase()),
      async remove(id: string) {
        removed.push(id);
        return true;
      },
      async rename(id: string, name: string) {
        renamed.push([id, name]);
      },
      maxCount: 2,
    },
    coach: {
      judge: async (images: unknown[]) => ({
        photos: images.map((_, index) => ({ number: index + 1, blob: key, doubts: [] })),
        set: [],
      }),
    },
    drafts: { savedBefore: async () => undefined, findReplacing: async () => undefined },
    settings: {
      language: async () => language,
      async setLanguage(chosen: string | undefined) {
        language = chosen;
      },
    },
    entries: { isTakingEntries: async () => false, isEntered: async () => false },
    files: { keep: async () => key },
    myData: {
      export: async () => [{ blob: key, name: 'data.zip' }],
      handedOver: async () => {},
      async delete() {
        isDeleted = true;
      },
    },
    kinds: kindsFor('de'),
    words: has.words ?? openVocabulary,
    newSeed: () => 42,
    reply: (name: string, params: object, extras: object) => ({
      text: { key: `commands.${command.name}.replies.${name}`, params: params ?? {} },
      ...extras,
    }),
    // biome-ignore lint/suspicious/noExplicitAny: the parts of an invocation that commands use.
  } as any);
  return { reply, queued, removed, renamed, language, shared, isDeleted };
}

const refusal = (key: string) => ({ text: { key: `errors.${key}` } });

describe('train', () => {
  test('keeps the photos, queues the class noun in English, and answers with the place', async () => {
    const { reply, queued } = await run(train, { name: 'Biscuit', kind: 'Hund', photos: await incomingPhotos(3) });
    expect(queued).toEqual([
      {
        name: 'train-pet',
        data: { petName: 'Biscuit', className: 'dog', photos: [key, key, key], seed: 42 },
        title: 'Biscuit',
      },
    ]);
    expect(reply).toEqual({
      text: { key: 'commands.train.replies.queued', params: { pet: 'Biscuit', photos: 3, position: 2 } },
      job: 'w-1',
    });
  });

  test.each([
    ['a name that is none', { name: '???', kind: 'dog' }, {}, 'petNameInvalid'],
    ['a name that is a kind', { name: 'Katze', kind: 'dog' }, {}, 'petNameIsKind'],
    ['a kind that is none', { name: 'Rex', kind: 'my dear one' }, {}, 'kindInvalid'],
    ['a name in use', { name: 'biscuit', kind: 'dog' }, { pets: [biscuit] }, 'petExists'],
    [
      'a name being learnt',
      { name: 'rex', kind: 'dog' },
      { jobs: [{ id: '1', name: 'train-pet', title: 'Rex', position: 1, line: 'commands.queue.replies.training' }] },
      'petBeingTrained',
    ],
    ['a pet too many', { name: 'Rex', kind: 'dog' }, { pets: [biscuit, milo] }, 'petsTooMany'],
  ] as const)('refuses %s before it looks at a photo', async (_, options, has, expected) => {
    const photos = [{ name: 'a', read: () => Promise.reject(new Error('must not be read')) }];
    await expect(run(train, { ...options, photos }, has as never)).rejects.toMatchObject(refusal(expected));
  });
});

describe('imagine', () => {
  test('puts the pet that the prompt names into the job, and its words into the answer', async () => {
    const { reply, queued } = await run(imagine, { prompt: 'A hat for biscuit', count: 2 }, { pets: [biscuit, milo] });
    expect(queued).toEqual([
      {
        name: 'imagine',
        data: {
          prompt: 'A hat for {pet}',
          negativePrompt: '',
          pet: { id: 'b', className: 'dog' },
          count: 2,
          seed: 42,
        },
        title: 'A hat for biscuit',
      },
    ]);
    expect(reply.text.params).toEqual({ prompt: 'A hat for biscuit', position: 2 });
  });

  test('tells of words that the checkpoint has never met, and draws the others, weights and all', async () => {
    const words = (await readVocabulary('models/checkpoints/toy-pets', pino({ level: 'silent' })))!;
    const draw = (options: object) => run(imagine, { ...options }, { pets: [biscuit], words });
    const { queued } = await draw({ prompt: 'Biscuit kämpfend am (Strand:1.3)' });
    expect(queued).toMatchObject([
      { data: { prompt: '{pet} (at the beach:1.3)', unknownWords: [{ word: 'kämpfend' }] } },
    ]);
    const prompt = 'Biscuit and a whale, a dragon fighting a whale in snow';
    await expect(draw({ prompt })).rejects.toMatchObject({
      answers: [
        { options: { prompt: 'Biscuit and an elephant, a turtle fighting an elephant in snow' } },
        { options: { without_unknown: true } },
      ],
      others: [{ command: 'help' }],
    });
    expect((await draw({ prompt, without_unknown: true })).queued).toMatchObject([
      { data: { unknownWords: [{ word: 'whale' }, { word: 'dragon' }, { word: 'fighting' }] } },
    ]);
    await expect(draw({ prompt: 'a dragon', without_unknown: true })).rejects.toMatchObject({
      answers: [{ options: { prompt: 'a turtle' } }],
    });
  });

  test('draws without a pet, and with one chosen by option', async () => {
    expect((await run(imagine, { prompt: 'a red cat', seed: 7 })).queued).toMatchObject([
      { data: { prompt: 'a red cat', count: 1, seed: 7 } },
    ]);
    expect((await run(imagine, { prompt: 'in a bath', pet: milo }, { pets: [milo] })).queued).toMatchObject([
      { data: { prompt: '{pet} in a bath', pet: { className: 'cat' }, petLabel: 'Milo' } },
    ]);
  });

  test.each([
    ['no prompt', { prompt: undefined }, 'promptEmpty'],
    ['a prompt of dots', { prompt: '...' }, 'promptEmpty'],
    ['two pets', { prompt: 'Biscuit and Milo' }, 'petsSeveral'],
    [
      'a name that two have',
      { prompt: 'Biscuit asleep' },
      'petAmbiguous',
      [{ ...milo, name: 'Biscuit', sharedBy: 'Ben' }],
    ],
    ['one pet named and another chosen', { prompt: 'Biscuit', pet: milo }, 'petsSeveral'],
  ] as const)('refuses %s', async (_, options, expected, shared: readonly Pet[] = []) => {
    const drawing = run(imagine, options, { pets: [biscuit, milo], shared: [...shared] });
    await expect(drawing).rejects.toMatchObject(refusal(expected));
  });

  test('of two with one name the one that was chosen is meant', async () => {
    const theirs = { ...milo, id: 't', name: 'Biscuit', sharedBy: 'Ben' };
    const { queued } = await run(
      imagine,
      { prompt: 'Biscuit asleep', pet: theirs },
      { pets: [biscuit], shared: [theirs] },
    );
    expect(queued).toMatchObject([{ data: { prompt: '{pet} asleep', pet: { className: 'cat' } } }]);
  });
});

describe('the others', () => {
  test('again repeats with a new seed, and says so when there is nothing', async () => {
    const drawn = { data: { prompt: 'a cat', negativePrompt: '', count: 1, seed: 1 }, title: 'a cat' };
    expect((await run(again, {}, { drawn })).queued).toMatchObject([
      { data: { prompt: 'a cat', seed: 42 }, title: 'a cat' },
    ]);
    await expect(run(again)).rejects.toMatchObject(refusal('nothingToRepeat'));
    await expect(run(again, { job: 'w-9' })).rejects.toMatchObject(refusal('jobUnknown'));
  });

  test('pets lists, shows and forgets', async () => {
    expect((await run(pets)).reply.text.key).toBe('commands.pets.replies.none');
    const { reply } = await run(pets, {}, { pets: [biscuit, milo] });
    expect([reply.lines?.length, reply.pictures?.length]).toEqual([2, 2]);
    expect((await run(pets, { forget: biscuit })).removed).toEqual(['b']);
  });

  test('pets shares with channel, server or by a code, and ends it', async () => {
    expect((await run(pets, { share: biscuit })).shared).toEqual([['b', 'channel']]);
    expect((await run(pets, { share: biscuit, with: 'server' })).shared).toEqual([['b', 'server']]);
    const { reply, shared } = await run(pets, { share: biscuit, with: 'person' });
    expect(shared).toEqual([]);
    expect(reply).toMatchObject({ text: { params: { name: 'Biscuit', code: 'c0de' } }, ephemeral: true });
    expect((await run(pets, { unshare: biscuit })).reply.text.params).toEqual({ name: 'Biscuit', count: 2 });
  });

  test("pets lists others' pets as theirs, and takes up a code", async () => {
    const theirs = { ...milo, sharedBy: 'Ben' };
    const { reply } = await run(pets, {}, { pets: [biscuit], shared: [theirs] });
    expect(reply.lines?.[1]).toMatchObject({
      key: 'commands.pets.replies.sharedLine',
      params: { name: 'Milo', person: 'Ben' },
    });
    const accepted = await run(pets, { accept: 'c0de' }, { shared: [theirs] });
    expect(accepted.reply.text.params).toEqual({ name: 'Milo', person: 'Ben' });
  });

  test('pets exports the LoRA under the name of the pet', async () => {
    const { reply } = await run(pets, { export: { ...biscuit, name: 'Bis cuit' } });
    expect(reply).toMatchObject({ files: [{ blob: key, name: 'Bis-cuit.safetensors' }], ephemeral: true });
  });

  test('import queues the file, under the rules of a training', async () => {
    const file = { name: 'x.safetensors', read: async () => new Uint8Array(8) };
    const { queued } = await run(importPet, { name: 'Rex', kind: 'Hund', file });
    expect(queued).toEqual([
      { name: 'import-pet', data: { petName: 'Rex', className: 'dog', lora: key, seed: 42 }, title: 'Rex' },
    ]);
    const taken = run(importPet, { name: 'biscuit', kind: 'dog', file }, { pets: [biscuit] });
    await expect(taken).rejects.toMatchObject(refusal('petExists'));
  });

  test('mydata asks before it deletes, and hands out nothing where others read along', async () => {
    const asked = await run(mydata, { action: 'delete' });
    expect([asked.isDeleted, asked.reply.buttons?.length]).toEqual([false, 1]);
    expect((await run(mydata, { action: 'delete', confirmed: true })).isDeleted).toBe(true);
    expect((await run(mydata, { action: 'export' })).reply.files).toHaveLength(1);
    const inServer = run(mydata, { action: 'export' }, { place: { server: 's' } });
    await expect(inServer).rejects.toMatchObject(refusal('privateOnly'));
  });

  test('pets renames, where both names are given and the new one can be one', async () => {
    const { reply, renamed } = await run(pets, { rename: biscuit, to: 'Cookie' });
    expect(renamed).toEqual([[biscuit.id, 'Cookie']]);
    expect(reply.text).toEqual({ key: 'commands.pets.replies.renamed', params: { name: 'Biscuit', to: 'Cookie' } });
    await expect(run(pets, { rename: biscuit })).rejects.toMatchObject(refusal('renameIncomplete'));
    await expect(run(pets, { to: 'Cookie' })).rejects.toMatchObject(refusal('renameIncomplete'));
    await expect(run(pets, { rename: biscuit, to: 'Katze' })).rejects.toMatchObject(refusal('petNameIsKind'));
    await expect(run(pets, { rename: biscuit, to: '???' })).rejects.toMatchObject(refusal('petNameInvalid'));
  });

  test('settings keeps a language, gives it up, and says which holds', async () => {
    expect(await run(settings, { language: 'ja' })).toMatchObject({
      language: 'ja',
      reply: { text: { key: 'commands.settings.replies.chosen' }, ephemeral: true },
    });
    expect(await run(settings, { language: 'auto' }, { language: 'ja' })).toMatchObject({
      language: undefined,
      reply: { text: { key: 'commands.settings.replies.automatic' } },
    });
  });

  test('queue and cancel speak of unfinished jobs only', async () => {
    const jobs: UnfinishedJob[] = [
      { id: '1', name: 'train-pet', title: 'Rex', position: 1, line: 'commands.queue.replies.training' },
      { id: '2', name: 'imagine', title: 'a cat', position: 3, line: 'commands.queue.replies.drawing' },
    ];
    expect((await run(queue)).reply.text.key).toBe('commands.queue.replies.empty');
    expect((await run(queue, {}, { jobs })).reply.lines).toEqual([
      { key: 'commands.queue.replies.training', params: { position: 1, title: 'Rex' } },
      { key: 'commands.queue.replies.drawing', params: { position: 3, title: 'a cat' } },
    ]);
    expect((await run(cancel)).reply.text.key).toBe('commands.cancel.replies.nothing');
    expect((await run(cancel, { job: '2' }, { jobs })).reply.text.key).toBe('commands.cancel.replies.stopped');
    expect((await run(cancel, {}, { jobs })).reply.text).toMatchObject({
      key: 'commands.cancel.replies.stoppedAll',
      params: { count: 2 },
    });
  });

  test('help lists every command, start greets by name', async () => {
    expect((await run(help)).reply.lines).toHaveLength(3);
    const privacy = expect.objectContaining({ key: 'commands.help.replies.privacy' });
    expect((await run(help, {}, { place: { platform: 'telegram', server: '-5' } })).reply.lines).toContainEqual(
      privacy,
    );
    for (const place of [{ platform: 'telegram' }, { platform: 'discord', server: '5' }])
      expect((await run(help, {}, { place })).reply.lines).not.toContainEqual(privacy);
    expect((await run(start)).reply.text.params).toEqual({ name: 'Anna' });
  });
});

describe('buttons on a result', () => {
  const other = `sha256-${'1'.repeat(64)}`;
  const drawn = {
    id: 'w-9',
    title: 'Biscuit asleep',
    person: { platform: 'web', id: 'anna', name: 'Anna' },
    data: {
      prompt: '{pet} asleep',
      negativePrompt: 'rain',
      count: 2,
      seed: 7,
      pet: { id: 'b', className: 'dog' },
    },
    result: {
      pictures: [key, other],
      settings: { seed: 7, steps: 20, guidanceScale: 4 },
      isPromptCut: false,
      seconds: 1.25,
    },
  };

  test('vary keeps the seed and the rest, and takes the pet that the new words name', async () => {
    const { queued } = await run(vary, { job: 'w-9', prompt: 'Milo awake' }, { pets: [biscuit, milo], drawn });
    expect(queued).toEqual([
      {
        name: 'imagine',
        data: {
          prompt: '{pet} awake',
          negativePrompt: 'rain',
          count: 2,
          seed: 7,
          pet: { id: 'm', className: 'cat' },
        },
        title: 'Milo awake',
      },
    ]);
  });

  test('vary without a pet in its words draws without one', async () => {
    const { queued } = await run(vary, { job: 'w-9', prompt: 'a lamp' }, { pets: [biscuit], drawn });
    expect(queued[0]).not.toHaveProperty('data.pet');
  });

  test('vary offers the old words', async () => {
    const find = async () => drawn;
    expect(await vary.suggest?.({ find } as never, { job: 'w-9' })).toBe('Biscuit asleep');
  });

  test('info tells all settings, and the line that draws the same again', async () => {
    const { reply } = await run(info, { job: 'w-9' }, { drawn });
    expect(reply.lines).toEqual([
      { key: 'commands.info.replies.numbers', params: { seed: 7, steps: 20, guidance: 4, count: 2 } },
      { key: 'commands.info.replies.without', params: { words: 'rain' } },
      { key: 'commands.info.replies.time', params: { seconds: '1.3' } },
      {
        key: 'commands.info.replies.repeat',
        params: { command: '/imagine Biscuit asleep seed:7 count:2 without:rain' },
      },
    ]);
    expect(reply.ephemeral).toBe(true);
  });

  test('a pet that was chosen beside the words is told, and stays when they change', async () => {
    const beside = { ...drawn, title: 'asleep', data: { ...drawn.data, pet: { id: 'b', className: 'dog' } } };
    const { reply } = await run(info, { job: 'w-9' }, { drawn: beside, pets: [biscuit] });
    expect(reply.lines).toContainEqual({ key: 'commands.info.replies.pet', params: { pet: 'Biscuit' } });
    expect(reply.lines!.at(-1)!.params).toEqual({
      command: '/imagine asleep seed:7 count:2 pet:Biscuit without:rain',
    });
    const varied = await run(vary, { job: 'w-9', prompt: 'awake' }, { drawn: beside, pets: [biscuit] });
    expect(varied.queued).toMatchObject([{ data: { prompt: '{pet} awake', pet: { id: 'b' }, petLabel: 'Biscuit' } }]);
    const renamed = await run(vary, { job: 'w-9', prompt: 'Milo awake' }, { drawn: beside, pets: [biscuit, milo] });
    expect(renamed.queued).toMatchObject([{ data: { prompt: '{pet} awake', pet: { id: 'm' } } }]);
    expect(renamed.queued[0]).not.toHaveProperty('data.petLabel');
    const named = await run(vary, { prompt: 'a lamp' }, { drawn, pets: [biscuit] });
    expect(named.queued[0]).not.toHaveProperty('data.pet');
  });

  test('pick shows the picture alone, and its buttons mean that one', async () => {
    const { reply } = await run(pick, { job: 'w-9', number: 2 }, { drawn });
    expect(reply.pictures?.map(({ blob }) => blob)).toEqual([other]);
    expect(reply.buttons).toContainEqual({
      for: 'everybody',
      label: 'upscale',
      command: 'upscale',
      options: { job: 'w-9', number: 2 },
    });
    expect(reply.buttons).toContainEqual({
      for: 'everybody',
      label: 'remove',
      command: 'remove',
      options: { job: 'w-9', copy: true },
    });
    expect(reply.text).toMatchObject({
      key: 'delivery.withSeed',
      params: { words: { key: 'commands.pick.replies.picked' }, seed: 7 },
    });
  });

  test('upscale queues the picture that was chosen', async () => {
    const { queued } = await run(upscale, { job: 'w-9', number: 2 }, { drawn });
    const data = { picture: other, factor: 4, drawn: { job: 'w-9', seed: 7, pet: { id: 'b', className: 'dog' } } };
    expect(queued).toEqual([{ name: 'upscale', data, title: 'Biscuit asleep' }]);
  });

  test.each([
    ['info', info, {}],
    ['pick', pick, { number: 3 }],
    ['upscale', upscale, { number: 3 }],
  ] as const)('%s refuses what is not there', async (_, command, options) => {
    const has = command === info ? {} : { drawn };
    await expect(run(command, { job: 'w-9', ...options }, has)).rejects.toMatchObject(refusal('jobUnknown'));
  });

  test('remove says whether there was something to remove', async () => {
    expect(await run(remove, { job: 'w-9' }, { drawn })).toMatchObject({
      removed: ['w-9'],
      reply: { text: { key: 'commands.remove.replies.removed' }, ephemeral: 'preferably' },
    });
    expect(await run(remove, { job: 'w-9', copy: true }, { drawn })).toMatchObject({ removed: ['a copy of w-9'] });
    expect(await run(remove, { job: 'w-9' })).toMatchObject({
      reply: { text: { key: 'commands.remove.replies.gone' } },
    });
  });
});
