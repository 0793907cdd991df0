import { describe, expect, test } from 'vitest';
import { again } from '#commands/again.js';
import { cancel } from '#commands/cancel.js';
import { help } from '#commands/help.js';
import { imagine } from '#commands/imagine.js';
import { pets } from '#commands/pets.js';
import { queue } from '#commands/queue.js';
import { settings } from '#commands/settings.js';
import { start } from '#commands/start.js';
import { train } from '#commands/train.js';
import type { Command, Pet, UnfinishedJob } from '#src/command.js';
import { kindsFor } from '#src/kinds.js';
import { incomingPhotos } from '#test/helpers/photos.js';

const key = `sha256-${'0'.repeat(64)}` as Pet['lora'];
const biscuit: Pet = {
  id: 'b',
  name: 'Biscuit',
  className: 'dog',
  lora: key,
  previews: [key],
  photoCount: 5,
  createdAt: new Date(0),
};
const milo: Pet = { ...biscuit, id: 'm', name: 'Milo', className: 'cat' };

/** Runs a command as Anna, with these pets and jobs, and returns what it answered and queued. */
async function run(
  command: Command,
  options: Record<string, unknown> = {},
  has: { pets?: Pet[]; jobs?: UnfinishedJob[]; drawn?: object; language?: string } = {},
) {
  const queued: unknown[] = [];
  const removed: string[] = [];
  const renamed: [id: string, name: string][] = [];
  let language = has.language;
  const reply = await command.run({
    user: { platform: 'web', id: 'anna', name: 'Anna' },
    place: { platform: 'web', channel: 'c' },
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
      cancel: async (id?: string) =>
        id === undefined ? (has.jobs ?? []).length : (has.jobs ?? []).filter((job) => job.id === id).length,
    },
    pets: {
      list: async () => has.pets ?? [],
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
    kinds: kindsFor('de'),
    newSeed: () => 42,
    reply: (name: string, params: object, extras: object) => ({
      text: { key: `commands.${command.name}.replies.${name}`, params: params ?? {} },
      ...extras,
    }),
    // biome-ignore lint/suspicious/noExplicitAny: the parts of an invocation that commands use.
  } as any);
  return { reply, queued, removed, renamed, language };
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
      { jobs: [{ id: '1', name: 'train-pet', title: 'Rex', position: 1 }] },
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
          pet: { lora: key, className: 'dog' },
          count: 2,
          seed: 42,
        },
        title: 'A hat for biscuit',
      },
    ]);
    expect(reply.text.params).toEqual({ prompt: 'A hat for biscuit', position: 2 });
  });

  test('draws without a pet, and with one chosen by option', async () => {
    expect((await run(imagine, { prompt: 'a red cat', seed: 7 })).queued).toMatchObject([
      { data: { prompt: 'a red cat', count: 1, seed: 7 } },
    ]);
    expect((await run(imagine, { prompt: 'in a bath', pet: milo }, { pets: [milo] })).queued).toMatchObject([
      { data: { prompt: '{pet} in a bath', pet: { className: 'cat' } } },
    ]);
  });

  test.each([
    ['no prompt', { prompt: undefined }, 'promptEmpty'],
    ['a prompt of dots', { prompt: '...' }, 'promptEmpty'],
    ['two pets', { prompt: 'Biscuit and Milo' }, 'petsSeveral'],
    ['one pet named and another chosen', { prompt: 'Biscuit', pet: milo }, 'petsSeveral'],
  ])('refuses %s', async (_, options, expected) => {
    await expect(run(imagine, options, { pets: [biscuit, milo] })).rejects.toMatchObject(refusal(expected));
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
      { id: '1', name: 'train-pet', title: 'Rex', position: 1 },
      { id: '2', name: 'imagine', title: 'a cat', position: 3 },
    ];
    expect((await run(queue)).reply.text.key).toBe('commands.queue.replies.empty');
    expect((await run(queue, {}, { jobs })).reply.lines).toHaveLength(2);
    expect((await run(cancel)).reply.text.key).toBe('commands.cancel.replies.nothing');
    expect((await run(cancel, { job: '2' }, { jobs })).reply.text.key).toBe('commands.cancel.replies.stopped');
    expect((await run(cancel, {}, { jobs })).reply.text).toMatchObject({
      key: 'commands.cancel.replies.stoppedAll',
      params: { count: 2 },
    });
  });

  test('help lists every command, start greets by name', async () => {
    expect((await run(help)).reply.lines).toHaveLength(3);
    expect((await run(start)).reply.text.params).toEqual({ name: 'Anna' });
  });
});
