import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { openBlobs } from '#src/blobs/open-blobs.js';
import { askerTagOf } from '#src/core/action.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { PetSharesTable } from '#src/pets/pet-shares-table.js';
import { PetsTable } from '#src/pets/pets-table.js';
import { drawPhoto, incoming, incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { redisContent } from '#test/helpers/traces.js';
import { waitFor } from '#test/helpers/wait-for.js';

/* Olga has a pet of her own; Eve wants something that is not hers. */

const { errors } = locales.en;
const club = { server: 'club', channel: 'hall' };
const olga = { person: 'olga' };
const eve = { person: 'eve' };
const mona = { ...club, person: '77', isModerator: true };
const weights = new TextEncoder().encode('what Biscuit looks like');

let spine: Spine;
let key: BlobKey;

/** @param sharedWith the club, or a person */
async function open(sharedWith?: { readonly scope: 'server' | 'person'; readonly target: string }): Promise<void> {
  const { database, close } = await openDatabase({ folder: spine.folder, migrationsFolder });
  key = await openBlobs(spine.config).put(weights);
  const biscuit = { id: 'w-biscuit', name: 'Biscuit', className: 'dog', lora: key, photos: [], previews: [] };
  await new PetsTable(database).save({ platform: 'web', id: 'olga' }, biscuit);
  if (sharedWith) await new PetSharesTable(database).share('w-biscuit', { ...sharedWith, platform: 'web' }, 'Olga');
  await close();
  await spine.startBot();
}

beforeEach(async () => {
  // What is looked at here is not how fast somebody tries.
  spine = await createSpine();
});
afterEach(() => spine.stop());

const last = () => spine.chat.last!;
const say = (...call: Parameters<Spine['platform']['say']>) => spine.platform.say(...call);
const press = (...call: Parameters<Spine['platform']['press']>) => spine.platform.press(...call);
const resultOf = (words: string) =>
  waitFor(words, () => spine.chat.showing('result').find(({ text }) => text.includes(words)));

/** What somebody can take away about themselves. */
async function exportOf(person: string) {
  await say('mydata', { action: 'export' }, { person });
  const archives = await Promise.all(last().files!.map(({ blob }) => openBlobs(spine.config).get(blob)));
  const files = archives.flatMap((archive) => Object.entries(unzipSync(archive)));
  return {
    facts: new TextDecoder().decode(files.find(([name]) => name === 'data.json')![1]),
    files: files.filter(([name]) => name !== 'data.json').map(([, bytes]) => new TextDecoder().decode(bytes)),
  };
}

const hasWeights = (files: readonly string[]) => files.includes(new TextDecoder().decode(weights));

describe('the weights of a private pet', () => {
  test('Eve, who has the name of the file from an old export, wants her own export to bring it because her words name it', async () => {
    await open();
    await say('edit', { change: 'make it snow', caption: `a dog, ${key}`, photo: [incoming(await drawPhoto(9))] }, eve);
    const { facts, files } = await exportOf('eve');
    expect(JSON.parse(facts).questions, 'her words wait for an answer').toMatchObject([{ command: 'edit' }]);
    expect(facts).toContain(key);
    expect(files, 'her photo').toHaveLength(1);
    expect(hasWeights(files)).toBe(false);
    expect(hasWeights((await exportOf('olga')).files)).toBe(true);
  });

  test('Eve wants the pet by its id, in every option and button that takes a pet', async () => {
    await open();
    const photo = [incoming(await drawPhoto(9))];
    for (const id of ['#w-biscuit', ' #w-biscuit ', '#W-BISCUIT', 'Biscuit (Olga)', 'Biscuit (olga)']) {
      const calls: [string, NonNullable<Parameters<typeof say>[1]>][] = [
        ['imagine', { prompt: 'asleep', pet: id }],
        ['edit', { change: 'dog → cat', photo, pet: id }],
        ...['forget', 'share', 'unshare', 'export'].map((option): [string, Record<string, string>] => [
          'pets',
          { [option]: id },
        ]),
        ['pets', { rename: id, to: 'Mine' }],
      ];
      for (const [command, options] of calls) {
        await say(command, options, { ...club, ...eve });
        expect(last().text, `${command} ${JSON.stringify(options)}`).toBe(
          errors.petUnknown.replace('{name}', id.trim()),
        );
      }
      await press(`vary?prompt=asleep&pet=${encodeURIComponent(id)}`, eve);
      expect(last().kind).toBe('error');
    }
    expect(await redisContent(spine.redis)).not.toContain(key);
  });

  test('Eve wants to draw on by chains of edits that began while the pet was shared', async () => {
    await open({ scope: 'server', target: 'club' });
    await spine.startWorker();
    const inClub = { ...club, ...eve };
    await say('imagine', { prompt: 'Biscuit at sea' }, { ...inClub, eventId: 'drawn' });
    await resultOf('Biscuit at sea');
    await say('edit', { change: 'sea → snow', job: 'w-drawn' }, { ...inClub, eventId: 'edited' });
    await resultOf('sea → snow');
    await say(
      'edit',
      { change: 'dog → Biscuit', photo: [incoming(await drawPhoto(9))] },
      { ...inClub, eventId: 'put' },
    );
    await resultOf('dog → Biscuit');
    await say('pets', { unshare: 'Biscuit' }, { ...club, ...olga });
    const refused = [
      'again?job=w-drawn',
      'upscale?job=w-drawn',
      'adjust?job=w-put&how=pet',
      'adjust?job=w-put&how=strip',
    ];
    for (const where of [club, {}])
      for (const action of refused) {
        await press(action, { ...where, ...eve });
        expect([errors.petUnshared], `${action} in ${JSON.stringify(where)}`).toContain(last().text);
      }
    // What is only pixels by now may be edited as any photo, and nothing in the chain brings the pet back.
    for (const [index, job] of ['w-drawn', 'w-edited', 'w-put', 'w-chain-0', 'w-chain-1', 'w-chain-2'].entries()) {
      await say('edit', { change: `+ hat ${index}`, job }, { ...inClub, eventId: `chain-${index}` });
      await resultOf(`+ hat ${index}`);
    }
    expect(await redisContent(spine.redis)).not.toContain(key);
    const { facts, files } = await exportOf('eve');
    expect(hasWeights(files)).toBe(false);
    expect(facts).not.toContain(key);
  });

  test('Eve wants to answer, after the pet is taken back, a question that was asked while she might draw it', async () => {
    await open({ scope: 'person', target: 'eve' });
    await say('edit', { change: 'make it snow', pet: '#w-biscuit', photo: [incoming(await drawPhoto(9))] }, eve);
    const [answer] = last().buttons!;
    await say('pets', { unshare: 'Biscuit' }, olga);
    await press(answer!.action, eve);
    expect(last().text).toBe(errors.petUnknown.replace('{name}', '#w-biscuit'));
    expect(await redisContent(spine.redis)).not.toContain(key);
  });

  test('the club wants a pet that is being learnt in private to take the place, and the shares, of one that was renamed meanwhile', async () => {
    await open({ scope: 'server', target: 'club' });
    await say('train', { name: 'Rex', kind: 'dog', photos: await incomingPhotos(3) }, olga);
    await say('pets', { rename: 'Biscuit', to: 'rex' }, olga);
    expect(last().text).toBe(errors.petBeingTrained.replace('{name}', 'rex'));
    await spine.startWorker();
    await waitFor('the training', () => spine.chat.showing('result')[0]);
    await say('pets', {}, { ...club, ...eve });
    expect(last().text).toContain('Biscuit');
    expect(last().text).not.toMatch(/rex/i);
  });
});

test('Eve wants what Olga has deleted to be kept, because her own words name it, in letters of any width and case', async () => {
  await open();
  await spine.startWorker();
  const wide = key.replace(/[!-~]/g, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0));
  for (const [index, name] of [key, key.toUpperCase(), wide].entries()) {
    const change = `dog → cat ${index}`;
    await say('edit', { change, caption: `a dog, ${name}`, photo: [incoming(await drawPhoto(9))] }, eve);
    await resultOf(change);
  }
  await say('mydata', { action: 'delete' }, olga);
  await press(last().buttons![0]!.action, olga);
  await waitFor('the file to go', async () => !(await openBlobs(spine.config).has(key)));
});

describe('buttons of others', () => {
  test('Eve wants to press Olga’s “Delete everything”, by forging whose it is', async () => {
    await open();
    await say('mydata', { action: 'delete' }, olga);
    const asked = last().buttons![0]!.action;
    const call = asked.slice(0, asked.indexOf('~'));
    const tagOf = (platform: 'web' | 'discord' | 'telegram', id: string) => askerTagOf({ platform, id });
    const forged = [
      asked,
      call,
      `${call}~`,
      `${call}~${tagOf('discord', 'eve')}`,
      `${call}~${tagOf('telegram', 'eve')}`,
      `${call}~${tagOf('web', 'eve')}~${tagOf('web', 'olga')}`,
      `${call}&confirmed=`,
      `mydata?action=delete&confirmed=no&confirmed=1~${tagOf('web', 'olga')}`,
    ];
    for (const action of forged) {
      await press(action, { ...club, ...eve });
      expect(last().text, action).toBe(errors.questionNotYours);
    }
    // Their own name lets them delete what is theirs, and nothing of hers.
    await press(`${call}~${tagOf('web', 'eve')}`, eve);
    await say('mydata', { action: 'delete', confirmed: 'yes' }, eve);
    expect(last().kind).toBe('error');
    await say('pets', {}, olga);
    expect(last().text).toContain('Biscuit');
  });

  test('Eve wants to answer Olga’s question and to decide about her photos, in her place or in her name', async () => {
    await open();
    const photo = [incoming(await drawPhoto(9))];
    await say('edit', { change: 'make it snow', photo }, { ...club, ...olga });
    const asked = last().buttons!.map(({ action }) => action);
    const mine = asked.map((action) => action.replace(/~.*$/, `~${askerTagOf({ platform: 'web', id: 'eve' })}`));
    expect(mine).not.toEqual(asked);
    for (const action of [...asked, ...mine]) {
      await press(action, { ...club, ...eve });
      expect(last().text, action).toBe(errors.questionNotYours);
      await press(action, mona);
      expect(last().text, action).toBe(errors.questionNotYours);
    }
  });
});

describe('moderators of something else', () => {
  test('who was thrown out of the club wants to go on hearing what is reported in it', async () => {
    await open();
    await spine.startWorker();
    const oldModerator = { ...club, person: '66', isModerator: true };
    await say('admin', { action: 'pictures', pictures: 'cover' }, oldModerator);
    await say('admin', { action: 'ban', person: '66 Mallory' }, mona);
    await say('imagine', { prompt: 'a lamp' }, { ...club, ...olga, eventId: 'lamp' });
    await resultOf('a lamp');
    await press('report?job=w-lamp', { ...club, ...eve });
    const told = [...spine.chat.messages.values()].filter(({ key }) => key.startsWith('w-lamp-reported'));
    expect(told.map(({ person }) => person?.id)).toEqual(['77']);
  });

  test('Eve, who moderates another club and one channel of this one, wants to rule over Olga’s results here', async () => {
    await open();
    await spine.startWorker();
    await say('imagine', { prompt: 'a lamp' }, { ...club, ...olga, eventId: 'lamp' });
    await resultOf('a lamp');
    await say('imagine', { prompt: 'a very slow lamp' }, { ...club, ...olga, eventId: 'slow' });
    const strangers = [
      { server: 'other', channel: 'lobby', ...eve, isModerator: true },
      { ...eve, isModerator: true },
      { server: 'club', channel: 'garden', ...eve, isChannelModerator: true },
    ];
    const actions = [
      'uncover',
      'remove',
      'report',
      'info',
      'undo',
      'pick?number=1',
      'again',
      'upscale',
      'edit?change=x',
    ];
    for (const where of strangers) {
      for (const action of actions) {
        const [command, options = ''] = action.split('?');
        await press(`${command}?job=w-lamp&${options}`, where);
        const isReportHere = command === 'report' && 'server' in where && where.server === 'club';
        if (!isReportHere) expect(last().kind, `${action} in ${JSON.stringify(where)}`).toBe('error');
        expect(last().pictures ?? []).toEqual([]);
      }
      await press('cancel?job=w-slow', where);
      expect(last().kind).toBe('error');
    }
    expect(spine.chat.messages.get('w-lamp')).toBeDefined();
  });
});

describe('who is banned', () => {
  test('Eve wants to go on in the club with buttons, drafts, questions and results from before her ban', async () => {
    await open({ scope: 'server', target: 'club' });
    await spine.startWorker();
    const inClub = { ...club, person: '13' };
    await say('imagine', { prompt: 'Biscuit at sea', count: 2 }, { ...inClub, eventId: 'drawn' });
    await resultOf('Biscuit at sea');
    await say('edit', { change: 'make it snow', photo: [incoming(await drawPhoto(9))] }, inClub);
    const answer = last().buttons![0]!.action;
    await say('admin', { action: 'ban', person: '13 Eve' }, mona);
    const { buttons = [] } = await resultOf('Biscuit at sea');
    for (const action of [...buttons.map((each) => each.action), answer]) {
      if (action.startsWith('remove')) continue;
      await press(action, inClub);
      expect(last().text, action).toBe(errors.banned);
      await press(action, { ...inClub, channel: 'garden', isModerator: true });
      expect(last().text, action).toBe(errors.banned);
    }
    // Her own results go with her, the pet stays.
    await press('again?job=w-drawn', { person: '13' });
    expect(last().text).toBe(errors.petUnshared);
  });
});
