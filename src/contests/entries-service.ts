import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';
import type { JobPet } from '#src/core/job-pet.js';
import { text } from '#src/core/locale.js';
import { isSamePerson, type Person, type Place, type Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { Rights } from '#src/moderation/rights-service.js';
import { type Account, AccountLinksTable } from './account-links-table.js';
import { chooseContest, seenStates } from './choose-contest.js';
import type { Communities } from './communities.js';
import { type Contest, type ContestEntry, type ContestPlace, communityKey, communityOf, newId } from './contest.js';
import type { ContestClock } from './contest-clock.js';
import { ContestEntriesTable, liveStates } from './contest-entries-table.js';
import type { EntrySource } from './contest-rules.js';
import { ContestsTable } from './contests-table.js';
import { type CandidateSources, candidateOf } from './entry-candidate.js';
import { consentVersion, keysOf, placeText } from './entry-consent.js';
import { assertAccepts, assertTakesEntries, maxContestBytes, maxEntries, needsReview } from './entry-rules.js';
import type { EntriesService, EntryQuestion, OwnEntry } from './services.js';

export interface EntriesServiceOptions extends CandidateSources {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'entriesChanged'>;
  /** What a stored picture is recognised by; undefined where it is gone. */
  readonly hashOf: (person: Person, picture: BlobKey) => Promise<string | undefined>;
  readonly blobs: Pick<HeldBlobs, 'deleteAll'>;
  readonly rights: Pick<Rights, 'assertMay' | 'permit' | 'count' | 'giveBack' | 'assertNotBanned'>;
  /** @throws UserError where a pet may not be shown at one of these places */
  readonly assertShowable: (person: Person, pets: readonly JobPet[], places: readonly Place[]) => Promise<void>;
  /** Where somebody is a member who is alone with the bot. */
  readonly communities: Pick<Communities, 'isTakingEntries' | 'contestsOf' | 'memberIn' | 'hasLeft'>;
  /** Where the service says it. */
  readonly communityName: (server: Server) => Promise<string | undefined>;
  /** Whether anybody but this person moderates there, as far as is known. */
  readonly isModeratedByOthers: (place: Place, person: Person) => Promise<boolean>;
}

/** Whoever enters something. */
export type Entrant = Applicant & { readonly id: string; readonly at: Date };

/** Entries that count towards how many one person may have. */
const countedStates = ['pending', 'accepted', 'unreviewed', 'disqualified'] as const;

export function entriesServiceFor(options: EntriesServiceOptions, entrant: Entrant): EntriesService {
  const { database, rights, blobs } = options;
  const { person, place, at } = entrant;
  const contests = new ContestsTable(database);
  const entries = new ContestEntriesTable(database);
  const here = communityOf(place);
  const isAlone = place.server === undefined;

  // Linked ones are one person.
  const accounts = () => new AccountLinksTable(database).accountsOf(person);
  const isHere = ({ place: other }: ContestPlace) => communityKey(communityOf(other)) === communityKey(here);
  /** As whom and where a contest is entered: here, or, alone with the bot, where they are a member. */
  const entrantOf = async ({ title }: Contest, places: readonly ContestPlace[]): Promise<Applicant> => {
    if (places.some(isHere)) return entrant;
    const elsewhere = isAlone ? places.map((one) => one.place) : [];
    const member = await options.communities.memberIn(person, elsewhere, at);
    if (!member) throw new UserError('contestUnknown', { contest: title });
    return member;
  };
  const seenAt = async (one: ContestPlace) =>
    placeText(one, here, isHere(one) ? undefined : await options.communityName(communityOf(one.place)));
  const isMine = async ({ author }: ContestEntry) => (await accounts()).some((one) => isSamePerson(one, author));

  const assertOpen = async (contest: Contest, places: readonly ContestPlace[]) => {
    assertTakesEntries(contest, at);
    for (const account of await accounts())
      for (const { place: other } of places)
        if (other.platform === account.platform)
          await rights.assertNotBanned({ person: { ...account, name: person.name }, place: other });
  };
  /** A moderator's own entry is for another moderator to look at. */
  const isReviewed = async (
    contest: Contest,
    source: EntrySource,
    places: readonly ContestPlace[],
    by: Applicant,
  ): Promise<boolean> => {
    if (!needsReview(contest.rules, source, places.length)) return false;
    const { isModerator } = await by.standing();
    if (!isModerator || (await options.isModeratedByOthers(by.place, by.person))) return true;
    if (source === 'photos') throw new UserError('entryNoReviewer');
    return false;
  };
  const questionOf = async (
    contest: Contest,
    entry: ContestEntry,
    places: readonly ContestPlace[],
    replaces?: string,
  ) => {
    const own = await countedOf(entries, contest, await accounts());
    const isFull = own.length >= contest.rules.perPerson && replaces === undefined;
    return {
      contest,
      entry,
      places: [
        ...(await Promise.all(places.map(seenAt))),
        ...(contest.rules.hasPage ? [text('contests.entries.onPage')] : []),
      ],
      needsPhotoRight: needsPhotoRight(entry),
      isReviewed: entry.becomes === 'pending',
      isFull,
      insteadOf: isFull ? own.filter(isLive) : [],
    } satisfies EntryQuestion & { isFull: boolean };
  };
  const mineOf = async (id: string): Promise<OwnEntry | undefined> => {
    const entry = await entries.get(id);
    const contest = entry && (await contests.get(entry.contest));
    return entry && contest && (await isMine(entry)) ? { contest, entry } : undefined;
  };
  const askedByMe = async (id: string): Promise<OwnEntry> => {
    const own = await mineOf(id);
    if (own?.entry.state !== 'asked') throw new UserError('questionGone');
    return own;
  };

  return {
    isTakingEntries: () => options.communities.isTakingEntries(place, person, at),
    isEntered: (job) => entries.isEntered(job),
    async choose(typed, purpose) {
      const seenHere = await contests.seenIn(here, seenStates);
      const isOffered = isAlone && purpose === 'enter';
      const elsewhere = isOffered ? await options.communities.contestsOf(person, at, typed) : [];
      const seen = [...seenHere, ...elsewhere.filter(({ id }) => seenHere.every((other) => other.id !== id))];
      if (isOffered && typed === undefined && seen.length === 0) throw new UserError('contestNoneOfYours');
      return chooseContest({ seen, at, typed, purpose });
    },
    async assertTakesPhotos(contest) {
      const places = await contests.places(contest.id);
      const by = await entrantOf(contest, places);
      await assertOpen(contest, places);
      await rights.assertMay(entrant.id, 'enter', by);
      assertAccepts(contest, { source: 'photos', madeAt: undefined });
      await isReviewed(contest, 'photos', places, by);
    },
    async ask(contest, picture, title) {
      const places = await contests.places(contest.id);
      const by = await entrantOf(contest, places);
      await assertOpen(contest, places);
      const permission = await rights.permit('enter', by);
      const candidate = await candidateOf(options, picture, person);
      assertAccepts(contest, { source: candidate.source, madeAt: candidate.provenance.madeAt });
      await options.assertShowable(
        person,
        candidate.pets,
        places.map((one) => one.place),
      );
      if (await entries.isTaken(contest.id, candidate.picture)) throw new UserError('entryTwice');
      const { pets: _, provenance, ...facts } = candidate;
      const { accountCreatedAt, joinedAt } = by.person.platform === 'discord' ? await by.standing() : {};
      const entry: ContestEntry = {
        ...facts,
        provenance: { ...provenance, accountCreatedAt, joinedAt },
        id: newId(12),
        contest: contest.id,
        number: undefined,
        author: by.person,
        server: communityOf(by.place),
        state: 'asked',
        reason: undefined,
        hash: await options.hashOf(person, candidate.picture),
        title,
        submittedAt: at,
        becomes: (await isReviewed(contest, candidate.source, places, by)) ? 'pending' : 'accepted',
      };
      if (entry.hash === undefined) throw new UserError('pictureGone');
      const question = await questionOf(contest, entry, places);
      if (question.isFull && question.insteadOf.length === 0)
        throw new UserError('entryLimit', { title: contest.title, max: contest.rules.perPerson });
      // Here, and not where it is agreed to, which may be a private chat.
      await database.transaction(async (transaction) => {
        const table = new ContestEntriesTable(transaction);
        for (const id of await table.removeAskedOf(contest.id, by.person)) await rights.giveBack(id, transaction);
        await rights.count(entry.id, permission, by, transaction);
        await table.add(entry, { places: keysOf(contest, places), version: consentVersion });
      });
      return question;
    },
    async askInsteadOf(asked, replaced) {
      const { contest, entry } = await askedByMe(asked);
      const places = await contests.places(contest.id);
      await assertOpen(contest, places);
      const other = await entries.get(replaced);
      if (other?.contest !== contest.id || !(await isMine(other))) throw new UserError('entryUnknown');
      await entries.setReplaces(asked, replaced);
      return questionOf(contest, entry, places, replaced);
    },
    async agree(asked, hasPhotoRight) {
      const before = await mineOf(asked);
      // The same press again.
      if (before && isLive(before.entry)) return before;
      const { contest: known, entry } = await askedByMe(asked);
      if (needsPhotoRight(entry) && !hasPhotoRight) throw new UserError('buttonBroken');
      const places = await contests.places(known.id);
      await assertOpen(known, places);
      // Alone with the bot, nobody else says that they are there.
      const isElsewhere = isAlone && communityKey(entry.server) !== communityKey(here);
      if (isElsewhere && (await options.communities.hasLeft(entry.author, entry.server)))
        throw new UserError('entryMembersOnly', { title: known.title });
      return database.transaction(async (transaction): Promise<OwnEntry> => {
        const contest = await new ContestsTable(transaction).lock(known.id);
        if (!contest) throw new UserError('questionGone');
        assertTakesEntries(contest, at);
        const table = new ContestEntriesTable(transaction);
        const question = await table.askedOf(asked);
        // It is to be seen elsewhere by now, or was agreed to a moment ago.
        if (question?.consent.places.join() !== keysOf(contest, places).join()) throw new UserError('questionGone');
        const own = await countedOf(table, contest, await new AccountLinksTable(transaction).accountsOf(person));
        await assertRoom(table, contest, own, question.replaces);
        const { becomes: state = 'pending', ...facts } = entry;
        const agreed = { ...facts, state, submittedAt: at };
        await table.remove(asked);
        const isEntered = question.replaces
          ? await table.replace(question.replaces, agreed, question.consent)
          : await table.add(agreed, question.consent);
        if (!isEntered) throw new UserError('entryTwice');
        await options.clock.entriesChanged(contest, transaction, 'entered');
        return { contest, entry: { ...agreed, id: question.replaces ?? entry.id } };
      });
    },
    async decline(asked) {
      const { entry } = await askedByMe(asked);
      await entries.remove(entry.id);
      await rights.giveBack(entry.id);
    },
    async mine() {
      const own = (await Promise.all((await accounts()).map((account) => entries.ofAuthor(account)))).flat();
      const all = await Promise.all([...new Set(own.map((entry) => entry.contest))].map((id) => contests.get(id)));
      return own.flatMap((entry) => {
        const contest = all.find((one) => one?.id === entry.contest);
        return contest ? [{ contest, entry }] : [];
      });
    },
    async withdraw(id) {
      const mine = await mineOf(id);
      if (!mine) throw new UserError('entryUnknown');
      const { files, ...withdrawn } = await database.transaction(async (transaction) => {
        const contest = await new ContestsTable(transaction).lock(mine.contest.id);
        const keepsRank = contest?.state === 'published' && mine.entry.state === 'accepted';
        const done = await new ContestEntriesTable(transaction).withdraw(id, { keepsRank });
        if (!contest || !done) throw new UserError('entryUnknown');
        await options.clock.entriesChanged(contest, transaction, 'gone');
        return { contest, ...done };
      });
      await blobs.deleteAll(files);
      return withdrawn;
    },
    placesOf: async ({ id }) => (await contests.places(id)).map((one) => one.place),
    async resultOf({ id, state, result }) {
      if (state !== 'published' || !result) return [];
      const all = await entries.ofContest(id, ['accepted', 'withdrawn', 'disqualified']);
      return result.ranks.map(({ entry, rank }) => ({ rank, entry: all.find((one) => one.id === entry) }));
    },
  };
}

/** Those of a person that count towards how many one may have. */
async function countedOf(
  entries: ContestEntriesTable,
  { id }: Contest,
  accounts: readonly Account[],
): Promise<ContestEntry[]> {
  const own: ContestEntry[] = [];
  for (const account of accounts) own.push(...(await entries.ofAuthor(account)));
  return own.filter(({ contest, state }) => contest === id && countedStates.some((counted) => counted === state));
}

/** @throws UserError where the limit of a person, or of the contest, is reached */
async function assertRoom(
  entries: ContestEntriesTable,
  { id, title, rules }: Contest,
  own: readonly ContestEntry[],
  replaces: string | undefined,
): Promise<void> {
  if (replaces !== undefined) {
    const isThere = own.some((one) => one.id === replaces && isLive(one));
    if (!isThere) throw new UserError('questionGone');
  } else if (own.length >= rules.perPerson) throw new UserError('entryLimit', { title, max: rules.perPerson });
  const count = await entries.count(id, ...liveStates);
  const max = maxEntries(rules);
  if (count + (replaces === undefined ? 1 : 0) > max) throw new UserError('contestFull', { title, max });
  if ((await entries.byteLengthOf(id)) >= maxContestBytes) throw new UserError('contestFull', { title, max: count });
}

function isLive({ state }: ContestEntry): boolean {
  return liveStates.some((live) => live === state);
}

function needsPhotoRight({ source, provenance }: ContestEntry): boolean {
  return source === 'edits' && provenance.isOfPhoto;
}
