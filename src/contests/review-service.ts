import { UserError } from '#src/core/errors.js';
import { type Text, text } from '#src/core/locale.js';
import type { Person, Place, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Applicant } from '#src/moderation/rights.js';
import { type Account, AccountLinksTable } from './account-links-table.js';
import { ballotFlags, ballotsForOne } from './ballot-flags.js';
import { type Contest, type ContestEntry, communityKey, communityOf } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import type { ContestClock } from './contest-clock.js';
import { ContestEntriesTable, liveStates } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { accountOf } from './count-ballots.js';
import { lookAlike, restoredState } from './entry-rules.js';
import { rejectionTexts } from './entry-telling.js';
import { type ContestState, correctableMs } from './life-cycle.js';
import { isSameVoter } from './linked-accounts.js';
import { noteHosting } from './note-hosting.js';
import type { Decision, OwnEntry, ReviewedEntry, ReviewService } from './services.js';

export interface ReviewServiceOptions {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'entriesChanged'>;
  /** In the transaction of what has become of an entry. */
  readonly tellAuthor: (entry: ContestEntry, transaction: Database) => Promise<void>;
  /** Whether somebody moderates a place, as its service says at this moment. */
  readonly moderates: (person: Person, place: Place) => Promise<boolean>;
  /** Where the service tells it. */
  readonly accountCreatedAt: (account: Account) => Date | undefined;
  /** Since when somebody is a member, where the service tells it. */
  readonly joinedAt: (account: Account, server: Server) => Promise<Date | undefined>;
  readonly tellVoter: (contest: Contest, voter: Person, at: Date, transaction: Database) => Promise<void>;
  readonly now?: () => Date;
}

const maxReasonLength = 200;
const maxAlike = 3;
/** Each is a question to a service. */
const maxAskedVoters = 50;
const reviewed: readonly ContestState[] = ['open', 'review'];
const running: readonly ContestState[] = ['open', 'review', 'voting', 'closed'];

/** What a moderator of one of a contest's places does about entries: of the host about all, of a guest about those entered there. */
export function reviewServiceFor(options: ReviewServiceOptions, applicant: Applicant): ReviewService {
  const { database, clock, tellAuthor, tellVoter } = options;
  const { person } = applicant;
  const contests = new ContestsTable(database);
  const entries = new ContestEntriesTable(database);

  const find = async (id: string): Promise<OwnEntry & { readonly community: Server }> => {
    const entry = await entries.get(id);
    const contest = entry && (await contests.get(entry.contest));
    if (!entry || !contest || entry.state === 'asked') throw new UserError('entryNotHere');
    const community = await moderatedIn(options, contest, applicant);
    if (!community || !isTheirs(contest, entry, community)) throw new UserError('entryNotHere');
    return { contest, entry, community };
  };
  const communityOfTheirs = async (contest: Contest): Promise<Server> => {
    const community = await moderatedIn(options, contest, applicant);
    if (!community) throw new UserError('contestUnknown', { contest: contest.title });
    return community;
  };
  const pageOf = async (contest: Contest, entry: ContestEntry, waitingCount: number): Promise<ReviewedEntry> => ({
    contest,
    entry,
    waitingCount,
    isOwn: await isSameVoter(person, entry.author, database),
    alike: await alikeTo(entries, entry),
  });
  const pageAfter = async (
    contest: Contest,
    community: Server,
    last: ContestEntry | undefined,
  ): Promise<ReviewedEntry | undefined> => {
    const pending = await entries.ofContest(contest.id, ['pending']);
    const waiting = pending.filter((entry) => isTheirs(contest, entry, community));
    const isLater = (entry: ContestEntry) =>
      last !== undefined &&
      (entry.submittedAt > last.submittedAt || (entry.submittedAt >= last.submittedAt && entry.id > last.id));
    const next = waiting.find(isLater) ?? waiting[0];
    return next && pageOf(contest, next, waiting.length);
  };

  /** In one transaction: the change, a line for moderators of every place, and a word to its author. */
  const change = async (
    id: string,
    action: string,
    reason: string,
    decide: (contest: Contest, entry: ContestEntry, table: ContestEntriesTable) => Promise<ContestEntry | undefined>,
  ): Promise<ContestEntry> => {
    const found = await find(id);
    if (await isSameVoter(person, found.entry.author, database)) throw new UserError('entryOwnReview');
    return database.transaction(async (transaction) => {
      const contest = await new ContestsTable(transaction).lock(found.contest.id);
      const table = new ContestEntriesTable(transaction);
      const entry = await table.get(id);
      if (!contest || !entry) throw new UserError('entryNotHere');
      const done = await decide(contest, entry, table);
      if (!done) throw new UserError('entryDecided');
      await note(transaction, contest, person, lineOf(action, contest, entry, reason), entry.author);
      await tellAuthor(done, transaction);
      await clock.entriesChanged(contest, transaction, 'decided');
      return done;
    });
  };
  const now = () => options.now?.() ?? new Date();
  const assertCorrectable = ({ state, publishedAt }: Contest) => {
    const isLate = state === 'published' && publishedAt && now().getTime() - publishedAt.getTime() > correctableMs;
    if (isLate || ![...running, 'published'].includes(state)) throw new UserError('contestTooLate');
  };

  return {
    find,
    async waiting(contest) {
      return pageAfter(contest, await communityOfTheirs(contest), undefined);
    },
    async after(id) {
      const { contest, entry, community } = await find(id);
      return pageAfter(contest, community, entry);
    },
    async numbered(contest, number) {
      const entry = await entries.numbered(contest.id, number);
      const community = await communityOfTheirs(contest);
      if (!entry || !isTheirs(contest, entry, community)) throw new UserError('entryNotHere');
      return entry;
    },
    decide: (id, decision) =>
      change(id, decision.kind, wordsOf(decision), async (contest, entry, table) => {
        if (!reviewed.includes(contest.state)) throw new UserError('contestTooLate');
        if (decision.kind === 'accept') return table.setState(entry.id, ['pending'], { state: 'accepted' });
        return table.setState(entry.id, ['pending'], { state: 'rejected', reason: reasonOf(decision) });
      }),
    disqualify: (id, words) =>
      change(id, 'disqualify', words, async (contest, entry, table) => {
        assertCorrectable(contest);
        assertShort(words);
        const reason = text('contests.entries.reasons.words', { words });
        return table.setState(entry.id, liveStates, { state: 'disqualified', reason, becomes: entry.state });
      }),
    async restore(id) {
      const { contest: known, community } = await find(id);
      // Somebody of theirs may have taken it out.
      if (!isHost(known, community)) throw new UserError('contestHostOnly');
      return change(id, 'restore', '', async (contest, entry, table) => {
        assertCorrectable(contest);
        if (entry.picture && (await table.isTaken(contest.id, entry.picture))) throw new UserError('entryTwice');
        return table.setState(entry.id, ['disqualified', 'rejected'], { state: restoredState(contest, entry) });
      });
    },
    async flags(contest) {
      if (!isHost(contest, await communityOfTheirs(contest))) return [];
      const ballots = await new ContestBallotsTable(database).ofContest(contest.id);
      const joined = new Map<string, Date>();
      await Promise.all(
        ballotsForOne(ballots)
          .slice(-maxAskedVoters)
          .map(async ({ platform, personId: id, server }) => {
            const joinedAt = await options.joinedAt({ platform, id }, { platform, server });
            if (joinedAt) joined.set(accountOf({ platform, id }), joinedAt);
          }),
      );
      return ballotFlags(ballots, {
        createdAt: options.accountCreatedAt,
        joinedAt: (account) => joined.get(accountOf(account)),
        opensAt: contest.opensAt,
      });
    },
    async voidBallot(contest, voter, words) {
      const community = await communityOfTheirs(contest);
      if (!isHost(contest, community)) throw new UserError('contestHostOnly');
      if (words !== undefined) assertShort(words);
      else if (await isSameVoter(person, voter, database)) throw new UserError('ballotOwnReview');
      const isChanged = await database.transaction(async (transaction) => {
        const locked = await new ContestsTable(transaction).lock(contest.id);
        if (!locked || (locked.state !== 'voting' && locked.state !== 'closed')) throw new UserError('contestTooLate');
        const reason = words === undefined ? undefined : text('contests.entries.reasons.words', { words });
        const ballots = new ContestBallotsTable(transaction);
        let isAny = false;
        for (const account of await new AccountLinksTable(transaction).accountsOf(voter))
          isAny = (await ballots.setVoid(contest.id, account, reason)) || isAny;
        if (!isAny) return false;
        await noteBallot(transaction, locked, person, { voter, words });
        await tellVoter(locked, voter, now(), transaction);
        await clock.entriesChanged(locked, transaction, 'decided');
        return true;
      });
      if (!isChanged) throw new UserError('ballotNotThere', { person: voter.name });
    },
  };
}

/**
 * As whose moderator somebody asks about a contest: of the community where they are, or, in a private chat, to which pages go that
 * are for their eyes alone, of the first of its places that they moderate.
 */
async function moderatedIn(
  { database, moderates }: ReviewServiceOptions,
  contest: Contest,
  { person, place, standing }: Applicant,
): Promise<Server | undefined> {
  const places = (await new ContestsTable(database).places(contest.id)).map((one) => one.place);
  const here = communityOf(place);
  if (place.server !== undefined) {
    if (!places.some((one) => communityKey(communityOf(one)) === communityKey(here))) return undefined;
    const { isModerator, isUnknown } = await standing();
    if (!isModerator) throw new UserError(isUnknown ? 'moderatorsUnknown' : 'moderatorsOnly');
    return here;
  }
  const hostFirst = places.toSorted((one) => (isHost(contest, communityOf(one)) ? -1 : 1));
  for (const one of hostFirst)
    if (one.platform === person.platform && (await moderates(person, one))) return communityOf(one);
  return undefined;
}

function isHost({ host }: Contest, community: Server): boolean {
  return communityKey(host) === communityKey(community);
}

function isTheirs(contest: Contest, { server }: ContestEntry, community: Server): boolean {
  return isHost(contest, community) || communityKey(server) === communityKey(community);
}

async function alikeTo(entries: ContestEntriesTable, { id, contest, hash }: ContestEntry): Promise<ContestEntry[]> {
  if (hash === undefined) return [];
  const alike = (await entries.hashesOf(contest)).filter((one) => one.id !== id && lookAlike(one.hash, hash));
  const found = await Promise.all(alike.slice(0, maxAlike).map((one) => entries.get(one.id)));
  return found.filter((entry) => entry !== undefined);
}

/** In the trail of every place's community. */
async function note(
  transaction: Database,
  { id }: Contest,
  moderator: Person,
  line: string,
  about: Account,
): Promise<void> {
  const places = await new ContestsTable(transaction).places(id);
  const communities = places.map(({ place }) => communityOf(place));
  await noteHosting({ contest: id, moderator, line, about }, communities, transaction);
}

/** Who has voted is nobody's business in communities that only take part. */
async function noteBallot(
  transaction: Database,
  { id: contest, host }: Contest,
  moderator: Person,
  { voter, words }: { readonly voter: Person; readonly words: string | undefined },
): Promise<void> {
  const line = `host ${words === undefined ? 'restore' : 'void'} contest:${contest}`;
  const guests = (await new ContestsTable(transaction).places(contest)).flatMap(({ isHost, place }) =>
    isHost ? [] : [communityOf(place)],
  );
  await noteHosting({ contest, moderator, line }, guests, transaction);
  const whole = `${line} person:${voter.name} ${words ?? ''}`.trim();
  await noteHosting({ contest, moderator, line: whole, about: voter }, [host], transaction);
}

function lineOf(action: string, { id }: Contest, entry: ContestEntry, reason: string): string {
  const which = entry.number === undefined ? `entry:${entry.id}` : `number:${entry.number}`;
  return `host ${action} contest:${id} ${which} ${reason}`.trim();
}

function wordsOf(decision: Decision): string {
  if (decision.kind === 'accept') return '';
  return 'words' in decision ? decision.words : decision.reason;
}

function reasonOf(decision: Exclude<Decision, { kind: 'accept' }>): Text {
  if ('reason' in decision) return rejectionTexts[decision.reason];
  assertShort(decision.words);
  return text('contests.entries.reasons.words', { words: decision.words });
}

function assertShort(words: string): void {
  const given = [...words].length;
  if (given > maxReasonLength) throw new UserError('optionTooLong', { option: 'reason', max: maxReasonLength, given });
}
