import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
  await spine.startBot();
  await spine.startWorker();
  await say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) }, 'anna', parlour);
  await waitFor('the pet', () => spine.chat.showing('result').some(({ text }) => text.startsWith('I know Biscuit')));
});
afterEach(() => spine.stop());

type Where = { readonly server?: string; readonly channel?: string };
const parlour = { server: 'pet-lovers', channel: 'parlour' };
const garden = { server: 'pet-lovers', channel: 'garden' };
const elsewhere = { server: 'cat-lovers', channel: 'parlour-2' };
const inPrivate = {};

async function say(command: string, options: Record<string, never> | object, person: string, where: Where) {
  await spine.platform.say(command, options as Record<string, string>, { person, ...where });
  return spine.chat.last!;
}

/** Whether the list of pets names it, and an order by its name is taken. */
async function mayDraw(person: string, where: Where): Promise<boolean> {
  const listed = (await say('pets', {}, person, where)).text.includes('Biscuit (dog), shared by anna');
  const answer = await say('imagine', { prompt: 'a lamp', pet: 'Biscuit' }, person, where);
  const isTaken = answer.kind !== 'error';
  if (!isTaken) expect(answer.text).toContain('You have no pet called Biscuit');
  expect(isTaken).toBe(listed);
  return listed;
}

describe('a pet that is shared', () => {
  test('with nobody is its owner’s alone', async () => {
    for (const where of [parlour, garden, elsewhere, inPrivate]) expect(await mayDraw('ben', where)).toBe(false);
  });

  test('with a channel is there for everybody in it, and nowhere else, until the sharing ends', async () => {
    await say('pets', { share: 'Biscuit', with: 'channel' }, 'anna', parlour);
    expect(await mayDraw('ben', parlour)).toBe(true);
    expect(await mayDraw('clara', parlour)).toBe(true);
    for (const where of [garden, elsewhere, inPrivate]) expect(await mayDraw('ben', where)).toBe(false);
    await say('pets', { unshare: 'Biscuit' }, 'anna', inPrivate);
    expect(await mayDraw('ben', parlour)).toBe(false);
  });

  test('with a server is there in each of its channels, and in no other server', async () => {
    await say('pets', { share: 'Biscuit', with: 'server' }, 'anna', parlour);
    expect(await mayDraw('ben', parlour)).toBe(true);
    expect(await mayDraw('ben', garden)).toBe(true);
    for (const where of [elsewhere, inPrivate]) expect(await mayDraw('ben', where)).toBe(false);
  });

  test('can be taken away by nobody but its owner, nor shared further', async () => {
    await say('pets', { share: 'Biscuit', with: 'channel' }, 'anna', parlour);
    for (const options of [{ forget: 'Biscuit' }, { unshare: 'Biscuit' }, { share: 'Biscuit', with: 'server' }]) {
      const { kind, text } = await say('pets', options, 'ben', parlour);
      expect([kind, text]).toEqual(['error', expect.stringContaining('You have no pet called Biscuit')]);
    }
    expect(await mayDraw('clara', parlour)).toBe(true);
    expect(await mayDraw('clara', garden)).toBe(false);
  });

  test('cannot be shared with a server where there is none', async () => {
    const answer = await say('pets', { share: 'Biscuit', with: 'server' }, 'anna', inPrivate);
    expect(answer).toMatchObject({ kind: 'error', text: locales.en.errors.shareNoServer });
  });
});
