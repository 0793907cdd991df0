import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import { Communities } from '#src/contests/communities.js';
import { type Contest, type ContestEntry, communityOf } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestClock } from '#src/contests/contest-clock.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { type EntriesServiceOptions, entriesServiceFor } from '#src/contests/entries-service.js';
import { keptEntries } from '#src/contests/kept-entries.js';
import type { EnteredPicture } from '#src/contests/services.js';
import { accountLinks, contestPlaces, contests as contestRows } from '#src/contests/tables.js';
import { type BlobKey, blobKeyOf } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';
import { translateWith } from '#src/core/locale.js';
import type { FoundPicture, MadePicture } from '#src/core/made-picture.js';
import type { Membership, Person } from '#src/core/place.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { OpenDatabase } from '#src/database/database.js';
import { withBan, withLimit, withoutBan } from '#src/moderation/community-rules.js';
import type { Rules } from '#src/moderation/rights.js';
import { Rights } from '#src/moderation/rights-service.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { serverRules, usage } from '#src/moderation/tables.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const personOf = (id: string): Person => ({ platform: 'discord', id, name: id });
const [ann, bob, mona] = [personOf('ann'), personOf('bob'), personOf('mona')];
const hall = { ...contestServer, channel: 'c1' };
const keyOf = (words: string) => blobKeyOf(new TextEncoder().encode(words));

let opened: OpenDatabase;
let rules: ServerRulesTable;
let announced: string[];
let deleted: BlobKey[];
let made: Map<string, MadePicture[]>;
let world: {
  now: Date;
  isModerator: boolean;
  otherModerators: boolean;
  isShared: boolean;
  members: Map<string, Membership | 'none' | 'unknown'>;
  isSeen: boolean;
};
let events = 0;

beforeAll(async () => {
  opened = await openTestDatabase();
  rules = new ServerRulesTable(opened.database);
});
afterAll(() => opened.close());
beforeEach(async () => {
  for (const table of [contestRows, accountLinks, usage]) await opened.database.delete(table);
  await opened.database.delete(serverRules);
  rules.readAgain();
  announced = [];
  deleted = [];
  made = new Map();
  world = {
    now: december(2),
    isModerator: false,
    otherModerators: true,
    isShared: true,
    members: new Map(),
    isSeen: false,
  };
});

const clockOf = () =>
  new ContestClock({
    database: opened.database,
    announce: async ({ state }, { kind }) => {
      announced.push(kind === 'state' ? state : kind);
    },
    now: () => world.now,
  });

const communitiesOf = () =>
  new Communities({
    database: opened.database,
    memberOf: async ({ platform, id }, { server }) => world.members.get(`${platform}/${server}/${id}`) ?? 'none',
    moderates: async () => world.isModerator,
    accountCreatedAt: () => december(1),
    seenAs: async (account) => (world.isSeen ? { ...account, name: 'Seen' } : undefined),
  });

function serviceOf(person: Person, place: Parameters<typeof entriesServiceFor>[1]['place'] = hall) {
  const options: EntriesServiceOptions = {
    database: opened.database,
    clock: clockOf(),
    communities: communitiesOf(),
    findPicture: async (job, number): Promise<FoundPicture> => {
      const pictures = made.get(job) ?? [];
      if (number === undefined && pictures.length > 1)
        return { kind: 'several', count: pictures.length, person: pictures[0]!.person };
      const one = pictures[(number ?? 1) - 1];
      return one ? { kind: 'one', made: one } : { kind: 'none' };
    },
    hashOf: async (_, picture) => picture.slice(-16),
    blobs: {
      deleteAll: async (keys) => {
        deleted.push(...(await findUnusedBlobs(opened.database, keys)));
      },
    },
    rights: new Rights(rules, opened.database),
    assertShowable: async (_, pets) => {
      if (pets.length > 0 && !world.isShared) throw new UserError('petNotSharedThere');
    },
    petOf: async () => ({ name: 'Biscuit', owner: bob }),
    communityName: async ({ server }) => (server === 'g2' ? 'Cats & co' : undefined),
    isModeratedByOthers: async () => world.otherModerators,
  };
  const standing = async () => ({ isModerator: world.isModerator, roles: [] });
  return entriesServiceFor(options, { id: `e${events++}`, at: world.now, person, place, standing });
}

function draw(job: string, person: Person, changes: Partial<MadePicture> = {}): EnteredPicture {
  const picture: MadePicture = {
    person,
    place: hall,
    madeAt: december(2, 10),
    source: 'drawn',
    picture: keyOf(job),
    isOfPhoto: false,
    isSpoiler: false,
    words: 'Biscuit in the snow',
    alt: 'dog in the snow',
    seed: 7,
    pets: [],
    ...changes,
  };
  made.set(job, [...(made.get(job) ?? []), picture]);
  return { kind: 'made', job, number: undefined };
}

const photo = (words: string): EnteredPicture => ({ kind: 'photo', blob: keyOf(words), words });
const open = (changes: Partial<ContestRules> = {}, more: Partial<Contest> = {}) =>
  addContest(opened.database, { state: 'open', rules: ContestRules.parse(changes), ...more });
const enter = async (person: Person, contest: Contest, picture: EnteredPicture, title?: string) => {
  const { entry } = await serviceOf(person).ask(contest, picture, title);
  return serviceOf(person).agree(entry.id, true);
};
const stored = async (entry: { readonly id: string }) =>
  (await new ContestEntriesTable(opened.database).get(entry.id)) as ContestEntry;
const refusal = (key: string) => ({ text: { key: `errors.${key}` } });
const rule = (change: (rules: Rules) => Rules) =>
  rules.change(contestServer, mona, { key: 'commands.admin.replies.auditLine', params: { line: '' } }, change);

describe('entering', () => {
  test('says that whoever has the link sees it, where the rules have a page, and asks anew where they had none', async () => {
    const contest = await open({ hasPage: true });
    const question = await serviceOf(ann).ask(contest, draw('d-0', ann), undefined);
    expect(question.places).toEqual([
      { key: 'contests.entries.seenHere', params: {} },
      { key: 'contests.entries.onPage', params: {} },
    ]);
    const without = { rules: ContestRules.parse({}) };
    await new ContestsTable(opened.database).change(contest, without);
    await expect(serviceOf(ann).agree(question.entry.id, false)).rejects.toMatchObject(refusal('questionGone'));
  });

  test('asks first, says where it will be seen, and counts once its author has agreed', async () => {
    const contest = await open();
    const question = await serviceOf(ann).ask(
      contest,
      draw('d-1', ann, { pets: [{ id: 'p', className: 'dog' }] }),
      'Hi',
    );
    expect(question).toMatchObject({
      places: [{ key: 'contests.entries.seenHere' }],
      needsPhotoRight: false,
      isReviewed: false,
      insteadOf: [],
    });
    expect(await serviceOf(ann).mine()).toEqual([]);
    await expect(serviceOf(bob).agree(question.entry.id, true)).rejects.toMatchObject(refusal('questionGone'));
    const { entry } = await serviceOf(ann).agree(question.entry.id, false);
    expect(await stored(entry)).toMatchObject({
      state: 'accepted',
      author: ann,
      source: 'drawn',
      job: 'd-1',
      picture: keyOf('d-1'),
      alt: 'dog in the snow',
      title: 'Hi',
      provenance: { words: 'Biscuit in the snow', seed: 7, pet: 'Biscuit', isForeignPet: true, isKnown: true },
    });
    expect((await serviceOf(ann).mine()).map((own) => own.entry.id)).toEqual([entry.id]);
    // The button is there for ever, and the same press may come twice.
    expect(await serviceOf(ann).agree(question.entry.id, false)).toMatchObject({ entry: { id: entry.id } });
    expect(await serviceOf(ann).mine()).toHaveLength(1);
    expect(await serviceOf(ann).isEntered('d-1')).toBe(true);
    await serviceOf(ann).withdraw(entry.id);
    await expect(serviceOf(ann).agree(question.entry.id, false)).rejects.toMatchObject(refusal('questionGone'));
  });

  test('names each community where it is seen, as far as its service does', async () => {
    const contest = await open();
    for (const place of [
      { platform: 'discord', server: 'g2', channel: 'c2' },
      { platform: 'telegram', server: 't1', channel: 't1' },
    ] as const) {
      const more = { contest: contest.id, ...communityOf(place), place, locale: 'en', isHost: false };
      await opened.database.insert(contestPlaces).values(more);
    }
    const { places } = await serviceOf(ann).ask(contest, draw('d-1', ann), undefined);
    expect(places.map((place) => translateWith(locales.en, place)).toSorted()).toEqual([
      'Cats & co, a server on Discord',
      'a group on Telegram',
      'this community',
    ]);
  });

  test('is void where the contest is seen elsewhere by the time of the answer', async () => {
    const contest = await open();
    const { entry } = await serviceOf(ann).ask(contest, draw('d-1', ann), undefined);
    const place = { platform: 'telegram', server: 't1', channel: 't1' } as const;
    const more = { contest: contest.id, ...communityOf(place), place, locale: 'en', isHost: false };
    await opened.database.insert(contestPlaces).values(more);
    await expect(serviceOf(ann).agree(entry.id, false)).rejects.toMatchObject(refusal('questionGone'));
  });

  test('is for whoever asked for the picture, and of several asks which', async () => {
    const contest = await open();
    const drawn = draw('d-1', ann);
    await expect(serviceOf(bob).ask(contest, drawn, undefined)).rejects.toMatchObject({
      text: { key: 'errors.entryNotYours', params: { person: 'ann' } },
    });
    draw('d-1', ann, { picture: keyOf('second') });
    await expect(serviceOf(ann).ask(contest, drawn, undefined)).rejects.toMatchObject({
      answers: [{ options: { number: 1 } }, { options: { number: 2 } }],
    });
    const second = await serviceOf(ann).ask(contest, { kind: 'made', job: 'd-1', number: 2 }, undefined);
    expect(second.entry.picture).toBe(keyOf('second'));
    await expect(
      serviceOf(ann).ask(contest, { kind: 'made', job: 'gone', number: 1 }, undefined),
    ).rejects.toMatchObject(refusal('jobUnknown'));
  });

  test.each<[string, Partial<ContestRules>, () => EnteredPicture, string]>([
    ['what was drawn', { accepts: ['photos'] }, () => draw('d', ann), 'entryNoDrawn'],
    ['what was edited', { accepts: ['drawn'] }, () => draw('d', ann, { source: 'edits' }), 'entryNoEdits'],
    ['photos', {}, () => photo('p'), 'entryNoPhotos'],
    ['older pictures', {}, () => draw('d', ann, { madeAt: december(1, 17) }), 'entryNotFresh'],
    ['pictures of nobody knows when', {}, () => draw('d', ann, { madeAt: undefined }), 'entryNotFresh'],
  ])('of %s is refused where the rules say so', async (_, changes, picture, expected) => {
    const contest = await open(changes);
    await expect(serviceOf(ann).ask(contest, picture(), undefined)).rejects.toMatchObject(refusal(expected));
  });

  test('counts by the time of the event: in time is in time, at the end is too late', async () => {
    const contest = await open();
    world.now = new Date(december(5).getTime() - 1);
    const { entry } = await serviceOf(ann).ask(contest, draw('d-1', ann), undefined);
    world.now = december(5);
    await expect(serviceOf(ann).agree(entry.id, false)).rejects.toMatchObject(refusal('contestEntriesOver'));
    world.now = new Date(december(5).getTime() - 1);
    expect(await serviceOf(ann).agree(entry.id, false)).toMatchObject({ entry: { state: 'accepted' } });
    world.now = new Date(december(1).getTime() - 1);
    await expect(serviceOf(bob).ask(contest, draw('d-2', bob), undefined)).rejects.toMatchObject(
      refusal('contestNotOpen'),
    );
  });

  test('of the same bytes works once, whoever sends them, also where two agree at once', async () => {
    const contest = await open({ accepts: ['photos'] });
    const [one, other] = await Promise.all(
      [ann, bob].map((person) => serviceOf(person).ask(contest, photo('p'), undefined)),
    );
    const agreed = await Promise.allSettled([
      serviceOf(ann).agree(one!.entry.id, false),
      serviceOf(bob).agree(other!.entry.id, false),
    ]);
    expect(agreed.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(serviceOf(mona).ask(contest, photo('p'), undefined)).rejects.toMatchObject(refusal('entryTwice'));
  });

  test('somebody else’s pet is shown only where it is shared with everybody', async () => {
    world.isShared = false;
    const contest = await open();
    const withPet = draw('d-1', ann, { pets: [{ id: 'p', className: 'dog' }] });
    await expect(serviceOf(ann).ask(contest, withPet, undefined)).rejects.toMatchObject(refusal('petNotSharedThere'));
  });

  test('an edited photo takes the word that it may be used', async () => {
    const contest = await open();
    const edited = draw('d-1', ann, { source: 'edits', isOfPhoto: true, before: keyOf('photo') });
    const { entry, needsPhotoRight } = await serviceOf(ann).ask(contest, edited, undefined);
    expect(needsPhotoRight).toBe(true);
    await expect(serviceOf(ann).agree(entry.id, false)).rejects.toMatchObject(refusal('buttonBroken'));
    const agreed = await serviceOf(ann).agree(entry.id, true);
    expect(await stored(agreed.entry)).toMatchObject({ before: keyOf('photo'), state: 'accepted' });
  });
});

describe('limits', () => {
  test('one person may enter so many, is offered to replace one, and withdrawn ones do not count', async () => {
    const contest = await open();
    const first = await enter(ann, contest, draw('d-1', ann));
    const asked = await serviceOf(ann).ask(contest, draw('d-2', ann), undefined);
    expect(asked.insteadOf.map(({ id }) => id)).toEqual([first.entry.id]);
    await expect(serviceOf(ann).agree(asked.entry.id, false)).rejects.toMatchObject(refusal('entryLimit'));
    await expect(serviceOf(bob).askInsteadOf(asked.entry.id, first.entry.id)).rejects.toMatchObject(
      refusal('questionGone'),
    );
    expect((await serviceOf(ann).askInsteadOf(asked.entry.id, first.entry.id)).insteadOf).toEqual([]);
    const replaced = await serviceOf(ann).agree(asked.entry.id, false);
    expect(replaced.entry.id).toBe(first.entry.id);
    expect(await stored(first.entry)).toMatchObject({ picture: keyOf('d-2'), job: 'd-2', state: 'accepted' });
    expect(await serviceOf(ann).mine()).toHaveLength(1);

    await serviceOf(ann).withdraw(first.entry.id);
    expect(await enter(ann, contest, draw('d-3', ann))).toMatchObject({ entry: { state: 'accepted' } });
  });

  test('accounts that are linked are one person', async () => {
    const contest = await open();
    await new AccountLinksTable(opened.database).link(ann, bob);
    const first = await enter(ann, contest, draw('d-1', ann));
    const asked = await serviceOf(bob).ask(contest, draw('d-2', bob), undefined);
    expect(asked.insteadOf.map(({ id }) => id)).toEqual([first.entry.id]);
    expect(await serviceOf(bob).mine()).toHaveLength(1);
    await serviceOf(bob).withdraw(first.entry.id);
    expect(await serviceOf(bob).agree(asked.entry.id, false)).toMatchObject({ entry: { author: bob } });
    await new AccountLinksTable(opened.database).forget(bob);
  });

  test('an entry that takes the place of another is looked at again', async () => {
    const contest = await open({ review: 'always' });
    const first = await enter(ann, contest, draw('d-1', ann));
    await new ContestEntriesTable(opened.database).setState(first.entry.id, ['pending'], { state: 'accepted' });
    const asked = await serviceOf(ann).ask(contest, draw('d-2', ann), undefined);
    await serviceOf(ann).askInsteadOf(asked.entry.id, first.entry.id);
    expect(await serviceOf(ann).agree(asked.entry.id, false)).toMatchObject({ entry: { state: 'pending' } });
  });

  test('two at once are not more than one may have', async () => {
    const contest = await open();
    const asked = await Promise.all(
      ['d-1', 'd-2'].map((job) => serviceOf(ann).ask(contest, draw(job, ann), undefined)),
    );
    const agreed = await Promise.allSettled(asked.map(({ entry }) => serviceOf(ann).agree(entry.id, false)));
    expect(agreed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a full contest says so', async () => {
    const contest = await open({ method: 'ranked' });
    for (let count = 0; count < 100; count++) await addEntry(opened.database, contest, `p${count}`);
    await expect(enter(ann, contest, draw('d-1', ann))).rejects.toMatchObject({
      text: { key: 'errors.contestFull', params: { max: 100 } },
    });
  });

  test('moderators say who may enter and how much a day, and bans hold in every place of the contest', async () => {
    const contest = await open({ perPerson: 3 });
    await rule((now) => withLimit(now, { activity: 'enter', perDay: 1 }));
    await enter(ann, contest, draw('d-1', ann));
    await expect(serviceOf(ann).ask(contest, draw('d-2', ann), undefined)).rejects.toMatchObject(
      refusal('quotaReached'),
    );
    await rule((now) => withBan(now, bob));
    await expect(serviceOf(bob).ask(contest, draw('d-3', bob), undefined)).rejects.toMatchObject(refusal('banned'));
    await rule((now) => withoutBan(now, bob));
    expect(await serviceOf(bob).ask(contest, draw('d-4', bob), undefined)).toMatchObject({ isReviewed: false });
  });
});

describe('review', () => {
  test('is for photos, or for everything, or for nothing', async () => {
    const all = { accepts: ['drawn', 'photos'] as ContestRules['accepts'], perPerson: 5 };
    const usual = await open(all);
    expect(await enter(ann, usual, draw('d-1', ann))).toMatchObject({ entry: { state: 'accepted' } });
    expect(await enter(ann, usual, photo('p-1'))).toMatchObject({ entry: { state: 'pending' } });
    const never = await open({ ...all, review: 'never' });
    expect(await enter(ann, never, photo('p-2'))).toMatchObject({ entry: { state: 'accepted' } });
    const always = await open({ ...all, review: 'always' });
    expect(await enter(ann, always, draw('d-2', ann))).toMatchObject({ entry: { state: 'pending' } });
  });

  test('a moderator’s own drawing counts where nobody else could look at it, and a photo is not taken', async () => {
    world.isModerator = true;
    world.otherModerators = false;
    const contest = await open({ accepts: ['drawn', 'photos'], review: 'always', perPerson: 2 });
    await expect(serviceOf(mona).assertTakesPhotos(contest)).rejects.toMatchObject(refusal('entryNoReviewer'));
    await expect(serviceOf(mona).ask(contest, photo('p-1'), undefined)).rejects.toMatchObject(
      refusal('entryNoReviewer'),
    );
    expect(await enter(mona, contest, draw('d-1', mona))).toMatchObject({ entry: { state: 'accepted' } });
    world.otherModerators = true;
    expect(await enter(mona, contest, draw('d-2', mona))).toMatchObject({ entry: { state: 'pending' } });
  });
});

describe('taking back', () => {
  test('is for its author, frees the picture, and with fewer than two left while voting the contest is void', async () => {
    const contest = await open();
    const [mine] = [
      await enter(ann, contest, draw('d-1', ann)),
      await addEntry(opened.database, contest, 'bob'),
      await addEntry(opened.database, contest, 'cat'),
    ];
    await expect(serviceOf(bob).withdraw(mine.entry.id)).rejects.toMatchObject(refusal('entryUnknown'));
    await serviceOf(ann).withdraw(mine.entry.id);
    expect(await stored(mine.entry)).toMatchObject({ state: 'withdrawn', picture: undefined });
    expect(deleted).toEqual([keyOf('d-1')]);
    await expect(serviceOf(ann).withdraw(mine.entry.id)).rejects.toMatchObject(refusal('entryUnknown'));

    const contests = new ContestsTable(opened.database);
    await contests.change((await contests.get(contest.id))!, { state: 'voting' });
    const late = await addEntry(opened.database, contest, 'ann', { picture: keyOf('other') });
    await serviceOf(ann).withdraw(late.id);
    expect((await contests.get(contest.id))!.state).toBe('voting');
    const [bobs] = await new ContestEntriesTable(opened.database).ofAuthor(bob);
    await serviceOf(bob).withdraw(bobs!.id);
    expect(await contests.get(contest.id)).toMatchObject({ state: 'void', reason: { key: 'contests.reasons.tooFew' } });
    expect(announced.at(-1)).toBe('void');
  });

  test('after the result moves no rank, also where moderators correct that later', async () => {
    const contest = await open();
    const [anns, bobs, cats] = [
      await addEntry(opened.database, contest, 'ann', { number: 1 }),
      await addEntry(opened.database, contest, 'bob', { number: 2 }),
      await addEntry(opened.database, contest, 'cat', { number: 3 }),
    ];
    const contests = new ContestsTable(opened.database);
    for (const [index, marks] of [[anns.id, bobs.id], [anns.id, bobs.id], [anns.id]].entries()) {
      const voter = { platform: 'discord', id: `v${index}` } as const;
      const ballot = { contest: contest.id, voter, isPanel: false };
      await new ContestBallotsTable(opened.database).open(ballot, marks, december(6), contestServer.server);
    }
    const ranks = [anns, bobs, cats].map(({ id }, index) => ({ entry: id, number: index + 1, rank: index + 1 }));
    const published = { state: 'published', publishedAt: december(8), result: { voters: 3, ranks } } as const;
    await contests.change((await contests.get(contest.id))!, published);
    await serviceOf(ann).withdraw(anns.id);
    await opened.database.transaction(async (transaction) => {
      const locked = (await new ContestsTable(transaction).lock(contest.id))!;
      await new ContestEntriesTable(transaction).setState(cats.id, ['accepted'], { state: 'disqualified' });
      await clockOf().entriesChanged(locked, transaction, 'decided');
    });
    const { result } = (await contests.get(contest.id))!;
    expect(result!.ranks.map(({ number, rank }) => [number, rank])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('neither retention nor the end of its message takes an entry’s picture', async () => {
    const contest = await open();
    await enter(ann, contest, draw('d-1', ann));
    expect(await findUnusedBlobs(opened.database, [keyOf('d-1'), keyOf('d-2')])).toEqual([keyOf('d-2')]);
  });

  test('whoever is forgotten leaves no entry, and of what was voted on a number alone', async () => {
    const contest = await open({ perPerson: 2 });
    await enter(ann, contest, draw('d-1', ann));
    await enter(ann, contest, draw('d-2', ann));
    await addEntry(opened.database, contest, 'bob', { number: 1 });
    const kept = keptEntries({ database: opened.database, clock: clockOf() });
    const files = [keyOf('d-1'), keyOf('d-2')].toSorted();
    expect((await kept.everythingOf!(ann)).files!.toSorted()).toEqual(files);
    expect((await kept.forget(ann)).toSorted()).toEqual(files);
    await kept.forget(bob);
    const entries = new ContestEntriesTable(opened.database);
    expect(await entries.ofAuthor(ann)).toEqual([]);
    expect(await entries.numbered(contest.id, 1)).toMatchObject({
      state: 'withdrawn',
      author: { id: '', name: '' },
      picture: undefined,
    });
  });

  test('a question that nobody has answered is forgotten after a day, with its picture', async () => {
    const contest = await open();
    await serviceOf(ann).ask(contest, draw('d-1', ann), undefined);
    const { sweep } = keptEntries({ database: opened.database, clock: clockOf() });
    expect(await sweep!(new Date(december(3).getTime() - 1), december(1))).toMatchObject({ unused: [] });
    expect(await sweep!(new Date(december(3).getTime() + 1), december(1))).toMatchObject({ unused: [keyOf('d-1')] });
  });
});

describe('choosing a contest', () => {
  test('takes the one that runs here, asks which of several, and knows them by title and id', async () => {
    await expect(serviceOf(ann).choose(undefined, 'enter')).rejects.toMatchObject(refusal('contestNone'));
    const snow = await open();
    expect(await serviceOf(ann).choose(undefined, 'enter')).toMatchObject({ id: snow.id });
    const spring = await open({}, { title: 'Spring' });
    await expect(serviceOf(ann).choose(undefined, 'enter')).rejects.toMatchObject({
      answers: expect.arrayContaining([expect.objectContaining({ options: { contest: spring.id } })]),
    });
    expect(await serviceOf(ann).choose(' sprıng'.replace('ı', 'i'), 'enter')).toMatchObject({ id: spring.id });
    expect(await serviceOf(ann).choose(snow.id, 'enter')).toMatchObject({ id: snow.id });
    await expect(serviceOf(ann).choose('Summer', 'enter')).rejects.toMatchObject(refusal('contestUnknown'));
  });

  test('those of another community are nobody’s business, and drafts neither', async () => {
    await open();
    await addContest(opened.database, { state: 'draft', title: 'Secret' });
    const elsewhere = { platform: 'discord', server: 'g2', channel: 'c9' } as const;
    expect(await serviceOf(ann, elsewhere).isTakingEntries()).toBe(false);
    expect(await serviceOf(ann).isTakingEntries()).toBe(true);
    await expect(serviceOf(ann, elsewhere).choose(undefined, 'show')).rejects.toMatchObject(refusal('contestNone'));
    await expect(serviceOf(ann).choose('Secret', 'show')).rejects.toMatchObject(refusal('contestUnknown'));
  });
});

describe('alone with the bot', () => {
  const alone = (person: Person) => ({ platform: person.platform, channel: person.id });
  const isMember = (
    person: Person,
    membership: Membership | 'unknown' = { roles: [], name: 'Ann there' },
    server = 'g1',
  ) => world.members.set(`${person.platform}/${server}/${person.id}`, membership);
  const aloneOf = (person: Person) => serviceOf(person, alone(person));
  const onThePage: Person = { platform: 'web', id: 'a', name: 'Guest' };
  const onTelegram: Person = { platform: 'telegram', id: '5', name: 'Anna' };
  const privately = { place: { platform: 'web', channel: 'a' } } as const;

  test('the contests of one’s communities are offered, by name where there are several, and no stranger’s', async () => {
    const snow = await open();
    const group = { platform: 'telegram', server: '-5', channel: '-5' } as const;
    const spring = await addContest(opened.database, { state: 'open', host: group, title: 'Spring' }, group);
    await expect(aloneOf(ann).choose(undefined, 'enter')).rejects.toMatchObject(refusal('contestNoneOfYours'));
    expect(await aloneOf(ann).isTakingEntries()).toBe(false);
    isMember(ann);
    expect(await aloneOf(ann).isTakingEntries()).toBe(true);
    expect(await aloneOf(ann).choose(undefined, 'enter')).toMatchObject({ id: snow.id });
    await expect(aloneOf(ann).choose('Spring', 'enter')).rejects.toMatchObject(refusal('contestUnknown'));
    await expect(aloneOf(bob).ask(snow, draw('d-1', bob), undefined)).rejects.toMatchObject(refusal('contestUnknown'));
    await new AccountLinksTable(opened.database).link(ann, onTelegram);
    isMember(onTelegram, undefined, '-5');
    await expect(aloneOf(ann).choose(undefined, 'enter')).rejects.toMatchObject({
      answers: expect.arrayContaining(
        [snow, spring].map(({ id }) => expect.objectContaining({ options: { contest: id } })),
      ),
    });
    expect(await aloneOf(onTelegram).choose('Spring', 'enter')).toMatchObject({ id: spring.id });
    world.now = december(5);
    await expect(aloneOf(ann).choose(undefined, 'enter')).rejects.toMatchObject(refusal('contestNoneOfYours'));
  });

  test('a picture of the page is entered as the linked account that is a member, by the rules of its community', async () => {
    const contest = await open();
    await expect(aloneOf(onThePage).choose(undefined, 'enter')).rejects.toMatchObject(refusal('contestNoneOfYours'));
    await new AccountLinksTable(opened.database).link(ann, onThePage);
    isMember(ann);
    const picture = draw('d-1', onThePage, privately);
    const chosen = await aloneOf(onThePage).choose(undefined, 'enter');
    const question = await aloneOf(onThePage).ask(chosen, picture, undefined);
    expect(question.places).toEqual([{ key: 'contests.entries.onDiscord', params: {} }]);
    const { entry } = await aloneOf(onThePage).agree(question.entry.id, false);
    expect(await stored(entry)).toMatchObject({
      author: { platform: 'discord', id: 'ann', name: 'Ann there' },
      server: contestServer,
      state: 'accepted',
      provenance: { isKnown: false, accountCreatedAt: december(1) },
    });
    // Either account has it, and it counts for both.
    expect(await aloneOf(onThePage).mine()).toMatchObject([{ contest: { id: contest.id } }]);
    const another = await serviceOf(ann).ask(contest, draw('d-2', ann), undefined);
    expect(another.insteadOf).toMatchObject([{ id: entry.id }]);
    await rule((known) => withBan(known, ann));
    await expect(aloneOf(onThePage).ask(chosen, picture, undefined)).rejects.toMatchObject(refusal('banned'));
    await rule((known) => withoutBan(known, ann));
  });

  test('whoever has left by the time they agree does not take part', async () => {
    const contest = await open();
    isMember(ann);
    const { entry } = await aloneOf(ann).ask(contest, draw('d-1', ann, privately), undefined);
    world.members.clear();
    await expect(aloneOf(ann).agree(entry.id, false)).rejects.toMatchObject(refusal('entryMembersOnly'));
    isMember(ann);
    expect(await aloneOf(ann).agree(entry.id, false)).toMatchObject({ entry: { author: ann } });
  });

  test('where a service does not say who is a member, whoever acted there within a day is', async () => {
    const contest = await open();
    isMember(ann, 'unknown');
    await expect(aloneOf(ann).ask(contest, draw('d-1', ann), undefined)).rejects.toMatchObject(
      refusal('contestUnknown'),
    );
    world.isSeen = true;
    await aloneOf(ann).ask(contest, draw('d-2', ann), undefined);
  });
});
