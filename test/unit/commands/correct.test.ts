import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { correct } from '#commands/correct.js';
import { UserError } from '#src/core/errors.js';
import type { WordsService } from '#src/drawing/services.js';
import { openVocabulary, readVocabulary } from '#src/drawing/vocabulary.js';
import { jobs as contracts, type JobName } from '#src/jobs/index.js';
import type { Pet } from '#src/pets/pet.js';
import { blob, editResult } from '#test/helpers/edit-result.js';

const toyPets = (await readVocabulary('models/checkpoints/toy-pets', pino({ level: 'silent' })))!;
const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;
const biscuit: Pet = {
  id: 'w-3',
  name: 'Biscuit II',
  className: 'bear',
  previews: [],
  photoCount: 3,
  createdAt: new Date(0),
};

const edited = {
  id: 'w-2',
  title: 'shirt → tuxedo',
  person: anna,
  data: contracts.edit.data.parse({
    picture: blob('3'),
    changes: [{ kind: 'replace', from: 'shirt', to: 'tuxedo' }],
    strengths: [4],
    seed: 9,
  }),
  result: editResult({
    caption: { text: 'a photo of a yellow rabbit, shirt', words: ['shirt'], isGiven: false },
    targetPrompt: 'a photo of a yellow rabbit, tuxedo',
  }),
};
const trained = {
  id: 'w-3',
  title: 'Biscuit',
  person: anna,
  data: contracts['train-pet'].data.parse({
    petName: 'Biscuit',
    className: 'bear',
    photos: [blob('6'), blob('7'), blob('8')],
    seed: 5,
    snapshot: blob('9'),
  }),
  result: contracts['train-pet'].result.parse({
    lora: blob('1'),
    previews: [],
    lossHistory: [],
    seen: { look: 'yellow', places: ['in a garden'] },
    seconds: 60,
  }),
};

interface World {
  readonly edited?: typeof edited;
  readonly trained?: typeof trained;
  readonly pets?: readonly Pet[];
  readonly unfinished?: readonly { readonly name: JobName; readonly title: string }[];
  readonly isGone?: boolean;
  readonly words?: WordsService;
}

const jobsOf = (world: World) => ({
  find: async (name: string) => (name === 'edit' ? world.edited : name === 'train-pet' ? world.trained : undefined),
  findHere: async (name: string) => (name === 'edit' ? world.edited : undefined),
});

async function run(
  options: { readonly words: string; readonly job?: string; readonly without_unknown?: boolean },
  world: World,
) {
  const queued: { readonly name: JobName; readonly data: unknown; readonly title: string }[] = [];
  await correct.run({
    user: anna,
    options,
    jobs: {
      ...jobsOf(world),
      async enqueue(job: (typeof queued)[number]) {
        queued.push({ ...job, data: contracts[job.name].data.parse(job.data) });
        return { id: 'w-9', position: 1 };
      },
      assertRoom: async () => {},
      unfinished: async () => world.unfinished ?? [],
    },
    pets: { available: async () => world.pets ?? [], list: async () => world.pets ?? [] },
    files: { has: async () => !world.isGone },
    words: world.words ?? openVocabulary,
    reply: () => ({ text: { key: 'delivery.thread', params: {} } }),
    // biome-ignore lint/suspicious/noExplicitAny: the parts of an invocation that this command uses.
  } as any);
  return queued[0];
}
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => (error instanceof UserError ? error.text.key.replace('errors.', '') : error),
  );

describe('whoever says what an edited picture really shows', () => {
  const words = 'a pink bear in a yellow shirt in a garden';

  test('gets the same edit of the same picture, with these words for certain', async () => {
    expect(await run({ words, job: 'w-2' }, { edited })).toEqual({
      name: 'edit',
      title: 'shirt → tuxedo',
      data: { ...edited.data, caption: { text: words, words: [], isGiven: true } },
    });
    expect((await run({ words }, { edited }))?.name).toBe('edit');
  });

  test('is told where the words lack what is to change, or the picture is gone', async () => {
    expect(await refusal(run({ words: 'a pink bear', job: 'w-2' }, { edited }))).toBe('editWordsMissing');
    expect(await refusal(run({ words, job: 'w-2' }, { edited, isGone: true }))).toBe('pictureGone');
    expect(await refusal(run({ words }, {}))).toBe('correctNothing');
    expect(await refusal(run({ words, job: 'w-8' }, {}))).toBe('jobUnknown');
  });

  test('is understood in other languages and with names, and told what the checkpoint does not know', async () => {
    const world = { edited, words: toyPets, pets: [{ ...biscuit, name: 'Biscuit' }] };
    const again = (said: string, more: object = {}) => run({ words: said, job: 'w-2', ...more }, world);
    expect((await again('ein rosa Bär im gelben Hemd'))?.data).toMatchObject({
      caption: { text: 'a pink bear wearing a yellow shirt' },
    });
    expect((await again('Biscuit wearing a shirt, fluffy'))?.data).toMatchObject({
      caption: { text: '{pet} wearing a shirt,' },
      sourcePet: { id: 'w-3' },
      unknownWords: [{ word: 'fluffy' }],
    });
    const said = 'a panda wearing a shirt';
    await expect(again(said)).rejects.toMatchObject({
      answers: [{ options: { words: 'a bear wearing a shirt' } }, { options: { without_unknown: true } }],
    });
    expect((await again(said, { without_unknown: true }))?.data).toMatchObject({ unknownWords: [{ word: 'panda' }] });
  });

  test('finds in the field what was read', async () => {
    expect(await correct.suggest?.(jobsOf({ edited }) as never, { job: 'w-2' })).toBe(
      'a photo of a yellow rabbit, shirt',
    );
  });
});

describe('whoever says how their pet really looks', () => {
  test('has it learnt again from the same photos, under the name that it has now', async () => {
    const { snapshot: _, ...order } = trained.data;
    expect(await run({ words: 'pink', job: 'w-3' }, { trained, pets: [biscuit] })).toEqual({
      name: 'train-pet',
      title: 'Biscuit II',
      data: { ...order, petName: 'Biscuit II', look: 'pink' },
    });
    const rosa = await run({ words: 'rosa', job: 'w-3' }, { trained, pets: [biscuit], words: toyPets });
    expect(rosa?.data).toMatchObject({ look: 'pink' });
    expect(await correct.suggest?.(jobsOf({ trained }) as never, { job: 'w-3' })).toBe('yellow');
  });

  test('is told where that cannot be', async () => {
    const ask = (world: World, words = 'pink') => refusal(run({ words, job: 'w-3' }, { trained, ...world }));
    expect(await ask({ pets: [biscuit] }, '???')).toBe('lookInvalid');
    expect(await ask({ pets: [biscuit] }, 'pink '.repeat(9).trim())).toBe('lookInvalid');
    expect(await ask({ pets: [] })).toBe('petUnknown');
    expect(await ask({ pets: [biscuit], isGone: true })).toBe('petPhotosGone');
    const unfinished = [{ name: 'train-pet', title: 'Biscuit II' }] as const;
    expect(await ask({ pets: [biscuit], unfinished })).toBe('petBeingTrained');
  });
});
