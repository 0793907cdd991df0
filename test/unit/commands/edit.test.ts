import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { adjust } from '#commands/adjust.js';
import { edit } from '#commands/edit.js';
import { info } from '#commands/info.js';
import { undo } from '#commands/undo.js';
import type { Command } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import type { WordsService } from '#src/drawing/services.js';
import { openVocabulary, readVocabulary } from '#src/drawing/vocabulary.js';
import { editPhrases } from '#src/editing/edit-phrases.js';
import { jobs as contracts } from '#src/jobs/index.js';
import type { Pet } from '#src/pets/pet.js';
import { blob, editResult } from '#test/helpers/edit-result.js';
import { incomingPhotos } from '#test/helpers/photos.js';

const toyPets = (await readVocabulary('models/checkpoints/toy-pets', pino({ level: 'silent' })))!;
const biscuit: Pet = {
  id: 'b',
  name: 'Biscuit',
  className: 'dog',
  previews: [],
  photoCount: 3,
  createdAt: new Date(0),
};
const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;
const ben = { platform: 'web', id: 'ben', name: 'Ben' } as const;

const drawing = (more: object = {}, settings: object = {}) => ({
  id: 'w-1',
  title: 'a dog in the snow',
  person: anna,
  data: contracts.imagine.data.parse({ prompt: 'a dog in the snow', count: 2, seed: 7, ...more }),
  result: contracts.imagine.result.parse({
    pictures: [blob('1'), blob('2')],
    settings: { seed: 7, steps: 20, guidanceScale: 4, ...settings },
    seconds: 1,
  }),
});
const editing = (more: object = {}, result: object = {}) => ({
  id: 'w-2',
  title: 'dog → cat',
  person: anna,
  data: contracts.edit.data.parse({
    picture: blob('3'),
    changes: [{ kind: 'replace', from: 'dog', to: 'cat' }],
    seed: 9,
    ...more,
  }),
  result: editResult(result),
});

interface World {
  readonly etaMs?: number;
  readonly drawn?: ReturnType<typeof drawing>;
  readonly edited?: ReturnType<typeof editing>;
  readonly pets?: readonly Pet[];
  readonly user?: typeof anna | typeof ben;
  readonly isGone?: boolean;
  readonly caption?: object;
  readonly words?: WordsService;
  /** Whether the job is another person’s. */
  readonly isOthers?: boolean;
}

/** Runs a command where these results are, and returns what it answered and queued. */
async function run(command: Command, options: Record<string, unknown>, world: World = {}) {
  const queued: { readonly data: Record<string, unknown>; readonly title: string }[] = [];
  const find = async (name: string) => (name === 'imagine' ? world.drawn : world.edited);
  const reply = await command.run({
    user: world.user ?? anna,
    options,
    editPhrases,
    jobs: {
      async enqueue(job: { readonly name: 'edit'; readonly data: unknown; readonly title: string }) {
        queued.push({ title: job.title, data: contracts.edit.data.parse(job.data) as Record<string, unknown> });
        return { id: 'w-9', position: 1, ...(world.etaMs !== undefined && { etaMs: world.etaMs }) };
      },
      assertRoom: async () => {},
      queuedBefore: async () => undefined,
      captionOf: async () => world.caption,
      find: async (name: string) => {
        const found = await find(name);
        if (found && world.isOthers) throw new UserError('jobNotYours', { person: found.person.name });
        return found;
      },
      findHere: find,
    },
    pets: { available: async () => world.pets ?? [] },
    entries: { isTakingEntries: async () => false },
    files: { keepPhoto: async () => ({ blob: blob('0'), isReduced: false }), has: async () => !world.isGone },
    words: world.words ?? openVocabulary,
    newSeed: () => 42,
    reply: (name: string, params: object = {}, extras: object = {}) => ({
      text: { key: `commands.${command.name}.replies.${name}`, params },
      ...extras,
    }),
    // biome-ignore lint/suspicious/noExplicitAny: the parts of an invocation that these commands use.
  } as any);
  return { reply, queued };
}

const refusal = (key: string) => ({ text: { key: `errors.${key}` } });

describe('edit', () => {
  test('reads a caption as other words where the checkpoint knows few, and tells what it has never met', async () => {
    const [photo] = await incomingPhotos(1);
    const world = { words: toyPets, pets: [biscuit] };
    const asked = (caption: string) => run(edit, { change: 'Hund → Katze', caption, photo }, world);
    const { queued } = await asked('ein alter Hund am Strand');
    expect(queued[0]!.data).toMatchObject({
      caption: { text: 'a dog at the beach', words: [], isGiven: true },
      changes: [{ kind: 'replace', from: 'dog', to: 'cat' }],
      unknownWords: [{ word: 'alter' }],
    });
    const named = await run(edit, { change: '+ einen Hut', caption: 'Biscuit am Strand', photo }, world);
    expect(named.queued[0]!.data).toMatchObject({
      caption: { text: '{pet} at the beach' },
      sourcePet: { id: biscuit.id },
    });
    await expect(asked('a horse')).rejects.toMatchObject({
      text: { key: 'errors.wordsUnknown' },
      answers: [{ options: { caption: 'a dog' } }],
    });
  });

  test('takes a posted photo, with the words that an earlier edit of it found', async () => {
    const [photo] = await incomingPhotos(1);
    const caption = { text: 'a photo of a dog', words: ['dog'], isGiven: false };
    const { reply, queued } = await run(edit, { change: 'dog → cat, + a hat', photo }, { caption });
    expect(queued).toEqual([
      {
        title: 'dog → cat, + a hat',
        data: {
          picture: blob('0'),
          isReduced: false,
          caption,
          changes: [
            { kind: 'replace', from: 'dog', to: 'cat' },
            { kind: 'add', words: 'a hat' },
          ],
          strengths: [3],
          petStrength: 1,
          seed: 42,
        },
      },
    ]);
    expect(reply).toMatchObject({ text: { params: { change: 'dog → cat, + a hat', position: 1 } }, job: 'w-9' });
  });

  test('the first answer tells when it may be ready, where that is known', async () => {
    const [photo] = await incomingPhotos(1);
    const position = { key: 'eta.place', params: { position: 1, ready: { key: 'eta.minute', params: {} } } };
    const { reply } = await run(edit, { change: 'dog → cat', photo }, { etaMs: 60_000 });
    expect(reply.text.params).toEqual({ change: 'dog → cat', position });
  });

  test('swaps in a pet, and keeps every option', async () => {
    const [photo] = await incomingPhotos(1);
    const options = { strength: 5, keep: true, method: 'edit-friendly', likeness: 1.5, seed: 3, caption: 'a dog {x}' };
    const { queued } = await run(edit, { change: 'dog → Biscuit', photo, ...options }, { pets: [biscuit] });
    expect(queued[0]!.data).toMatchObject({
      caption: { text: 'a dog x', words: [], isGiven: true },
      changes: [{ kind: 'replace', from: 'dog', to: '{pet}' }],
      pet: { id: 'b', className: 'dog', name: 'Biscuit' },
      strengths: [5],
      keepBackground: true,
      method: 'edit-friendly',
      petStrength: 1.5,
      seed: 3,
    });
  });

  test('one of our pictures brings how it was drawn, the second of a seed too', async () => {
    const { queued } = await run(edit, { change: 'dog → cat', job: 'w-1', number: 2 }, { drawn: drawing() });
    expect(queued[0]!.data).toMatchObject({
      picture: blob('2'),
      drawn: { prompt: 'a dog in the snow', negativePrompt: '', seed: 7, index: 1, steps: 20, guidanceScale: 4 },
      from: { name: 'imagine', job: 'w-1', number: 2 },
    });
    expect(queued[0]!.data.drawn).not.toHaveProperty('scheduler');
    const drawn = drawing({}, { scheduler: 'DDIMScheduler' });
    const since = await run(edit, { change: 'dog → cat', job: 'w-1', number: 2 }, { drawn });
    expect(since.queued[0]!.data.drawn).toMatchObject({ scheduler: 'DDIMScheduler' });
  });

  test('a strip has the strength that was asked for among its three', async () => {
    const strengths = async (options: object) =>
      (await run(edit, { change: 'dog → cat', job: 'w-1', ...options }, { drawn: drawing() })).queued[0]!.data
        .strengths;
    expect(await strengths({ strip: true })).toEqual([2, 3, 4]);
    expect(await strengths({ strip: true, strength: 5 })).toEqual([3, 4, 5]);
    expect(await strengths({ strip: false, strength: 5 })).toEqual([5]);
  });

  test('a picture of somebody else’s pet is edited like a photo of its kind', async () => {
    const pet = { id: 'b', className: 'dog' };
    const drawn = drawing({ prompt: '{pet} in the snow', pet });
    const foreign = await run(edit, { change: 'snow → grass', job: 'w-1' }, { drawn, user: ben });
    expect(foreign.queued[0]!.data).not.toHaveProperty('drawn');
    expect(foreign.queued[0]!.data).toMatchObject({ sourcePet: { className: 'dog', name: 'dog' } });
    expect(foreign.queued[0]!.data).not.toHaveProperty('sourcePet.id');
    const own = await run(edit, { change: 'Biscuit → cat', job: 'w-1' }, { drawn, pets: [biscuit] });
    expect(own.queued[0]!.data).toMatchObject({ changes: [{ from: '{pet}', to: 'cat' }], drawn: { seed: 7 } });
  });

  test('the result of an edit is edited further, and the picture before it in another way', async () => {
    const edited = editing();
    const further = await run(edit, { change: 'cat → fox', job: 'w-2' }, { edited });
    expect(further.queued[0]!.data).toMatchObject({
      picture: blob('4'),
      from: { name: 'edit', job: 'w-2', number: 1 },
      caption: { text: 'a photo of a cat', isGiven: true },
    });
    const again = await run(edit, { change: 'dog → fox', job: 'w-2', number: 0 }, { edited });
    expect(again.queued[0]!.data).toMatchObject({ picture: blob('3'), caption: edited.result.caption });
  });

  test.each([
    ['no photo', { change: 'dog → cat' }, {}, 'editNoPhoto'],
    ['a job that is unknown', { change: 'dog → cat', job: 'w-0' }, {}, 'jobUnknown'],
    ['a picture that there is not', { change: 'dog → cat', job: 'w-1', number: 4 }, { drawn: drawing() }, 'jobUnknown'],
    [
      'a picture that is not kept',
      { change: 'dog → cat', job: 'w-1' },
      { drawn: drawing(), isGone: true },
      'pictureGone',
    ],
    [
      'words that the picture was not drawn from',
      { change: 'hat → cap', job: 'w-1' },
      { drawn: drawing() },
      'editWordsMissing',
    ],
    [
      'words that an edit has taken away',
      { change: 'dog → cat', job: 'w-2' },
      { edited: editing() },
      'editWordsMissing',
    ],
    ['a change that is none', { change: 'dog →', job: 'w-1' }, { drawn: drawing() }, 'editSideMissing'],
    [
      'a pet without a place',
      { change: 'dog → cat', job: 'w-1', pet: biscuit },
      { drawn: drawing() },
      'editPetUnnamed',
    ],
  ] as const)('refuses %s', async (_, options, world, key) => {
    await expect(run(edit, options, world as World)).rejects.toMatchObject(refusal(key));
  });
});

describe('adjust', () => {
  test.each([
    ['stronger', { strengths: [4] }],
    ['weaker', { strengths: [2] }],
    ['strip', { strengths: [2, 3, 4] }],
    ['pet', { petStrength: 1.25 }],
    ['keep', { keepBackground: true }],
    ['method', { method: 'edit-friendly' }],
  ])(
    '%s repeats the edit with one thing changed, and with what the picture was found to show',
    async (how, changed) => {
      const edited = editing();
      const { queued } = await run(adjust, { job: 'w-2', how }, { edited, user: ben });
      expect(queued).toEqual([
        { title: 'dog → cat', data: { ...edited.data, caption: edited.result.caption, ...changed } },
      ]);
    },
  );

  test.each([
    ['stronger', { strengths: [5] }, 'editStrongest'],
    ['weaker', { strengths: [1] }, 'editWeakest'],
    ['pet', { petStrength: 2 }, 'editMostPet'],
  ])('%s ends somewhere', async (how, data, key) => {
    await expect(run(adjust, { job: 'w-2', how }, { edited: editing(data) })).rejects.toMatchObject(refusal(key));
  });

  test('a strip stays within the strengths that there are', async () => {
    const { queued } = await run(adjust, { job: 'w-2', how: 'strip' }, { edited: editing({ strengths: [5] }) });
    expect(queued[0]!.data.strengths).toEqual([3, 4, 5]);
  });

  test('a pet in the picture that may not be drawn any more stays any animal of its kind', async () => {
    const sourcePet = { id: 'b', className: 'dog', name: 'Biscuit' };
    const drawn = { prompt: '{pet}', negativePrompt: '', seed: 7, index: 0, steps: 20, guidanceScale: 4 };
    const edited = editing({ sourcePet, drawn });
    const foreign = await run(adjust, { job: 'w-2', how: 'stronger' }, { edited, user: ben });
    expect(foreign.queued[0]!.data).toMatchObject({ sourcePet: { className: 'dog', name: 'Biscuit' } });
    for (const path of ['sourcePet.id', 'drawn']) expect(foreign.queued[0]!.data).not.toHaveProperty(path);
    const own = await run(adjust, { job: 'w-2', how: 'stronger' }, { edited, pets: [biscuit] });
    expect(own.queued[0]!.data).toMatchObject({ sourcePet, drawn });
  });
});

describe('undo', () => {
  test('shows the picture before, with what can be done about it', async () => {
    const { reply } = await run(undo, { job: 'w-2' }, { edited: editing() });
    expect(reply).toMatchObject({
      pictures: [{ blob: blob('3') }],
      buttons: [{ for: 'everybody', label: 'edit', command: 'edit', options: { job: 'w-2', number: 0 } }],
    });
    const ofDrawing = editing({ from: { name: 'imagine', job: 'w-1', number: 2 } });
    const back = await run(undo, { job: 'w-2' }, { edited: ofDrawing });
    expect(back.reply.buttons).toContainEqual({
      for: 'everybody',
      label: 'edit',
      command: 'edit',
      options: { job: 'w-1', number: 2 },
    });
  });

  test('says so where that picture is not kept any more', async () => {
    await expect(run(undo, { job: 'w-2' }, { edited: editing(), isGone: true })).rejects.toMatchObject(
      refusal('pictureGone'),
    );
    await expect(run(undo, { job: 'w-2' })).rejects.toMatchObject(refusal('jobUnknown'));
  });
});

test('info gives every setting, in a line that can be typed again', async () => {
  const pet = { id: 'b', className: 'dog', name: 'Biscuit' };
  const edited = editing({ strengths: [4], keepBackground: true, pet, petStrength: 1.25 });
  const { reply } = await run(info, { job: 'w-2' }, { edited });
  const repeat = reply.lines?.find(({ key }) => key === 'commands.info.replies.editRepeat');
  expect(repeat?.params).toEqual({
    change: 'dog → cat',
    settings: 'strength:4 keep:yes method:direct likeness:1.25 seed:9 job:w-2 number:0',
  });
});

describe('info', () => {
  const linesOf = async (edited: ReturnType<typeof editing>, world: World = {}) => {
    const { reply } = await run(info, { job: 'w-2' }, { edited, ...world });
    const lines = (reply.lines ?? []).map(({ key, params }) => [key.replace('commands.info.replies.', ''), params]);
    return Object.fromEntries(lines) as Record<string, Record<string, unknown>>;
  };
  const settings = {
    method: 'direct',
    steps: 20,
    guidanceScale: 4,
    control: {
      alignment: 'refine',
      selfReplaceLevel: 1,
      blend: { source: ['dog'], target: ['{pet}'], threshold: 0.5 },
    },
    byStrength: [
      { guidanceScale: 4, crossReplaceSteps: 0.8, selfReplaceSteps: [0.1, 0.5] },
      { guidanceScale: 4.6, crossReplaceSteps: 0.4, selfReplaceSteps: 0.2 },
    ],
  };

  test('tells how attention was controlled, where the picture could change, and how it was framed', async () => {
    const pet = { id: 'b', className: 'dog', name: 'Biscuit' };
    const edited = editing({ pet, isReduced: true }, { settings, isLetterboxed: true });
    expect(await linesOf(edited)).toMatchObject({
      editNumbers: { guidance: '4.00, 4.60' },
      editAttention: { cross: '0.80, 0.40', self: '0.10–0.50, 0.20', level: 1, alignment: 'refine' },
      editBlend: { words: 'dog, Biscuit', threshold: '0.50' },
      editLetterboxed: {},
      editReduced: {},
    });
    expect(await linesOf(editing({}, { isSqueezed: true }))).toHaveProperty('editSqueezed');
  });

  test('names a dozen of the words where a picture could change', async () => {
    const source = Array.from({ length: 20 }, (_, index) => `w${index}`);
    const control = { ...settings.control, blend: { source, target: [], threshold: 0.5 } };
    const { editBlend } = await linesOf(editing({}, { settings: { ...settings, control } }));
    expect(editBlend!.words).toMatch(/^w0, .*, w11, …$/);
  });

  test('tells what had to stay, also where all else could change', async () => {
    const control = { ...settings.control, blend: { source: [], target: [], subtract: ['dog'], threshold: 0.5 } };
    const lines = await linesOf(editing({}, { settings: { ...settings, control } }));
    expect(lines).not.toHaveProperty('editBlend');
    expect(lines).toMatchObject({ editSubtract: { words: 'dog' } });
  });

  test('of a result of an older version leaves out what was not kept', async () => {
    const lines = await linesOf(editing());
    expect(lines).not.toHaveProperty('editAttention');
    expect(lines).toMatchObject({ editNumbers: { guidance: 4 } });
  });

  test('repeats a strip as a strip', async () => {
    const { editRepeat } = await linesOf(editing({ strengths: [2, 3, 4] }));
    expect(editRepeat!.settings).toMatch(/^strength:3 strip:yes /);
  });

  test('is for everybody who sees the result', async () => {
    expect(await linesOf(editing(), { isOthers: true, user: ben })).toHaveProperty('editRepeat');
  });
});
