import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { RunningWorkerProcess } from '#workers/start-worker.js';

let spine: Spine;
let worker: RunningWorkerProcess;
beforeEach(async () => {
  spine = await createSpine();
  await spine.startBot();
  worker = await spine.startWorker();
  await say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) }, 'anna');
  await shows(/^I know Biscuit now/);
});
afterEach(() => spine.stop());

const parlour = { server: 'pet-lovers', channel: 'parlour' };
const { petUnshared, petGone, banned } = locales.en.errors;

async function say(command: string, options: object, person: string, where: object = parlour) {
  await spine.platform.say(command, options as Record<string, string>, { person, ...where });
  return spine.chat.last!;
}

async function press(message: OutgoingMessage, label: string, person: string, where: object = parlour) {
  const { action } = message.buttons!.find((button) => button.label === label)!;
  await spine.platform.press(action, { person, ...where });
  return spine.chat.last!;
}

const shown = (what: RegExp) =>
  [...spine.chat.messages.values()]
    .map(({ contents }) => contents.at(-1)!)
    .find(({ kind, text }) => kind !== 'status' && what.test(text));
const shows = (what: RegExp) => waitFor(String(what), () => shown(what));

const bytesOf = (blob: string) => readFile(join(spine.folder, 'blobs', blob.slice(7, 9), blob.slice(7)));

async function filesOf(message: OutgoingMessage) {
  const archives = await Promise.all(message.files!.map(async ({ blob }) => unzipSync(await bytesOf(blob))));
  return Object.assign({}, ...archives) as Record<string, Uint8Array>;
}

/** What Anna takes away of her pet, as it is stored. */
async function fileOfBiscuit(): Promise<{ readonly blob: string; readonly bytes: Buffer }> {
  const [file] = (await say('pets', { export: 'Biscuit' }, 'anna', {})).files!;
  return { blob: file!.blob, bytes: await bytesOf(file!.blob) };
}

const holds = (files: Record<string, Uint8Array>, bytes: Uint8Array) =>
  Object.values(files).some((file) => Buffer.from(file).equals(bytes));

test('who draws a shared pet, or edits a picture of it, takes neither its file nor its name away', async () => {
  const { blob, bytes } = await fileOfBiscuit();
  await say('imagine', { prompt: 'Biscuit in the snow' }, 'anna');
  const annas = await shows(/“Biscuit in the snow” for anna/);
  // Not shared yet: she edits it as a picture of any dog.
  const edit = annas.buttons!.find(({ label }) => label === '✏️ Edit')!.action;
  const job = new URLSearchParams(edit.split('?')[1]).get('job')!;
  await say('edit', { change: 'snow → grass', job }, 'carla');
  const carlas = await shows(/“snow → grass” for carla/);
  await press(carlas, 'Stronger', 'dora');
  await shows(/“snow → grass” for dora/);
  await say('pets', { share: 'Biscuit' }, 'anna');
  await say('imagine', { prompt: 'Biscuit on a boat' }, 'ben');
  const bens = await shows(/“Biscuit on a boat” for ben/);
  await press(bens, 'Again', 'ben');
  await say('edit', { change: 'Biscuit → cat', job }, 'ben');
  await shows(/“Biscuit → cat” for ben/);
  for (const person of ['ben', 'carla', 'dora']) {
    const files = await filesOf(await say('mydata', { action: 'export' }, person, {}));
    expect(
      Object.values(files)
        .map((file) => Buffer.from(file).toString('latin1'))
        .join(''),
    ).not.toContain(blob);
    expect(holds(files, bytes), `the file of the pet is not ${person}’s`).toBe(false);
    expect(Object.keys(files).length, 'own results').toBeGreaterThan(1);
  }
  const annasFiles = await filesOf(await say('mydata', { action: 'export' }, 'anna', {}));
  expect(holds(annasFiles, bytes)).toBe(true);
});

test('somebody else’s picture, edited, is no file of one’s own, but what became of it is', async () => {
  await say('imagine', { prompt: 'a lamp' }, 'anna');
  const lamp = await shows(/“a lamp” for anna/);
  const job = new URLSearchParams(lamp.buttons![0]!.action.split('?')[1]).get('job')!;
  await say('edit', { change: '+ a hat', job }, 'ben');
  const edited = await shows(/“\+ a hat” for ben/);
  const files = await filesOf(await say('mydata', { action: 'export' }, 'ben', {}));
  expect(holds(files, await bytesOf(lamp.pictures![0]!.blob))).toBe(false);
  for (const { blob } of edited.pictures!) expect(holds(files, await bytesOf(blob))).toBe(true);
});

test('when sharing ends, every button of earlier results of the pet says so, and draws nothing', async () => {
  await say('pets', { share: 'Biscuit' }, 'anna');
  await say('imagine', { prompt: 'asleep', pet: 'Biscuit' }, 'ben');
  const drawn = await shows(/“asleep” for ben/);
  await say('edit', { change: 'dog → Biscuit', photo: await incomingPhotos(1) }, 'ben');
  const edited = await shows(/“dog → Biscuit” for ben/);
  await say('pets', { unshare: 'Biscuit' }, 'anna');
  const unshared = { kind: 'error', text: petUnshared };
  expect(await press(drawn, 'Again', 'ben')).toMatchObject(unshared);
  expect(await press(drawn, 'Larger', 'ben')).toMatchObject(unshared);
  expect(await say('again', {}, 'ben')).toMatchObject(unshared);
  expect(await say('vary', { prompt: 'awake' }, 'ben')).toMatchObject(unshared);
  for (const label of ['Stronger', 'Weaker', 'Three strengths', 'More of my pet', 'Keep the rest', 'Other method'])
    expect(await press(edited, label, 'ben'), label).toMatchObject(unshared);
  // The owner’s own rights stay.
  expect((await say('imagine', { prompt: 'Biscuit awake' }, 'anna')).kind).toBe('status');
  await shows(/“Biscuit awake” for anna/);
  await say('pets', { forget: 'Biscuit' }, 'anna');
  expect(await say('again', {}, 'anna')).toMatchObject({ kind: 'error', text: petGone });
});

const leave = async () => press(await say('mydata', { action: 'delete' }, 'anna', {}), 'Delete everything', 'anna', {});

test.each([
  ['sharing ends', () => say('pets', { unshare: 'Biscuit' }, 'anna'), petUnshared],
  ['the pet is forgotten', () => say('pets', { forget: 'Biscuit' }, 'anna', {}), petGone],
  ['its owner leaves', leave, petGone],
  [
    'who asked for it is banned',
    () => say('admin', { action: 'ban', person: '12 ben' }, 'mona', { ...parlour, isModerator: true }),
    banned,
  ],
])('what waits when %s is dropped, and its person told why', async (_, revoke, reason) => {
  await say('pets', { share: 'Biscuit' }, 'anna');
  await worker.stop();
  await say('imagine', { prompt: 'Biscuit waiting' }, '12');
  expect(spine.chat.last!.kind).toBe('status');
  await revoke();
  await shows(/waiting”: stopped/);
  expect(shown(/waiting/)).toMatchObject({ kind: 'error', text: `“Biscuit waiting”: stopped.\n${reason}` });
});

test('what is drawn already when sharing ends is not posted', async () => {
  await say('pets', { share: 'Biscuit' }, 'anna');
  const { platform } = spine;
  const edit = platform.edit.bind(platform);
  platform.edit = async (reference, message) => {
    if (message.kind === 'result') throw new Error('the platform does not answer');
    return edit(reference, message);
  };
  await say('imagine', { prompt: 'Biscuit in a boat' }, 'ben');
  await waitFor('the end', () => spine.logLines.some((line) => line.includes('a result could not be delivered')));
  await say('pets', { unshare: 'Biscuit' }, 'anna');
  platform.edit = edit;
  const told = await shows(/boat”/);
  expect(told).toMatchObject({ kind: 'error', text: `“Biscuit in a boat”: stopped.\n${petUnshared}` });
  expect(told.pictures ?? []).toEqual([]);
});

test('a photo that is sent for an edit stays the sender’s own, whoever edits it further', async () => {
  const [photo] = await incomingPhotos(1);
  await say('edit', { change: 'dog → cat', photo: [photo!] }, 'ben');
  await shows(/“dog → cat” for ben/);
  const files = await filesOf(await say('mydata', { action: 'export' }, 'ben', {}));
  expect(Object.keys(files), 'the facts, the photo, the picture and both side by side').toHaveLength(4);
  await press(shown(/“dog → cat” for ben/)!, 'Stronger', 'carla');
  await shows(/“dog → cat” for carla/);
  const carlas = await filesOf(await say('mydata', { action: 'export' }, 'carla', {}));
  expect(Object.keys(carlas), 'the facts, her picture and both side by side').toHaveLength(3);
});
