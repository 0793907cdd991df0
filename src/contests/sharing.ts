import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { type MessageReference, type Server, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Contest, type ContestPlace, communityKey, communityOf } from './contest.js';
import type { ContestClock } from './contest-clock.js';
import { ContestCodesTable } from './contest-codes-table.js';
import { type ContestChange, ContestsTable } from './contests-table.js';
import { countEntered } from './count-entered.js';
import { type HostingAsker, maxNotes } from './hosting.js';
import { type ContestState, contestStates } from './life-cycle.js';
import { noteHosting } from './note-hosting.js';
import type { HostingService, SharingService } from './services.js';

export interface SharingOptions {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'change'>;
  /** Takes a post away that is not to be seen any more. */
  readonly takeAway: (post: MessageReference, locale: string) => Promise<unknown>;
  /** The host's moderators hear that a community has joined. */
  readonly tellJoined: (contest: Contest, guest: Server, transaction: Database) => Promise<void>;
  readonly wake: () => void;
  readonly now?: () => Date;
}

const maxPlaces = 10;
const growing: readonly ContestState[] = ['draft', 'scheduled', 'open'];

/** One contest in several communities: each side has a moderator of its own who wants it. */
export function sharingFor(
  { database, clock, takeAway, tellJoined, wake, now = () => new Date() }: SharingOptions,
  { person, place, locale }: HostingAsker,
  hosting: Pick<HostingService, 'find'>,
): SharingService {
  const here = (): Server => {
    const server = serverOf(place);
    if (!server) throw new UserError('adminNoServer');
    return server;
  };
  const note = async ({ id, host }: Contest, action: string, transaction: Database) => {
    const communities = new Map([host, here()].map((server) => [communityKey(server), server]));
    const line = `host ${action} contest:${id}`;
    await noteHosting({ contest: id, moderator: person, line }, communities.values(), transaction);
  };
  const changeTo = (contest: Contest, key: 'contests.notes.joined' | 'contests.notes.left'): ContestChange => ({
    notes: [...contest.notes, { at: now().toISOString(), text: { key, params: {} } }].slice(-maxNotes),
  });

  return {
    async share(id) {
      const contest = await hosting.find(id);
      await assertMayGrow(contest, database);
      return database.transaction(async (transaction) => {
        const code = await new ContestCodesTable(transaction).give('join', person, now(), contest.id);
        await note(contest, 'share', transaction);
        return { contest, code };
      });
    },
    async join(code) {
      const joined = await database.transaction(async (transaction) => {
        const taken = await new ContestCodesTable(transaction).take('join', code.trim().toLowerCase(), now());
        const contests = new ContestsTable(transaction);
        const contest = taken && (await contests.lock(taken.contest));
        if (!contest) throw new UserError('contestCodeUnknown');
        await assertMayGrow(contest, transaction);
        const server = communityKey(here());
        const places = await contests.places(contest.id);
        if (places.some((other) => communityKey(communityOf(other.place)) === server))
          throw new UserError('contestHereAlready', { title: contest.title });
        await contests.addPlace(contest.id, { place, locale, isHost: false, post: undefined });
        await note(contest, 'join', transaction);
        const change = changeTo(contest, 'contests.notes.joined');
        const joined = await clock.change(contest, change, { kind: 'edited' }, transaction);
        await tellJoined(joined, here(), transaction);
        return joined;
      });
      wake();
      return joined;
    },
    async leave(id) {
      const { contest, left } = await database.transaction(async (transaction) => {
        const contests = new ContestsTable(transaction);
        const chosen = await chooseGuest(contests, here(), id);
        const locked = await contests.lock(chosen.id);
        const gone = locked && (await contests.leave(chosen.id, here(), now()));
        if (!gone) throw new UserError('contestUnknown', { contest: chosen.id });
        await note(locked, 'leave', transaction);
        const change = changeTo(locked, 'contests.notes.left');
        return { contest: await clock.change(locked, change, { kind: 'edited' }, transaction), left: gone };
      });
      wake();
      if (left.post) await takeAway(left.post, left.locale);
      return contest;
    },
  };
}

/** @throws UserError where authors have agreed to be seen in the places that there are, or there are enough of them */
async function assertMayGrow({ id, title, state }: Contest, database: Database): Promise<void> {
  const isEntered = (await countEntered({ id }, database)) > 0;
  if (isEntered || !growing.includes(state)) throw new UserError('contestPlacesFixed', { title });
  const places: readonly ContestPlace[] = await new ContestsTable(database).places(id);
  if (places.length >= maxPlaces) throw new UserError('contestPlacesFull', { title, max: maxPlaces });
}

/** One that another community hosts. */
async function chooseGuest(contests: ContestsTable, here: Server, id: string | undefined): Promise<Contest> {
  const seen = await contests.seenIn(here, contestStates);
  const guests = seen.filter(({ host }) => communityKey(host) !== communityKey(here));
  if (id !== undefined) {
    const named = guests.find((contest) => contest.id === id.toLowerCase());
    if (!named) throw new UserError('contestUnknown', { contest: id });
    return named;
  }
  const [only, ...others] = guests;
  if (!only) throw new UserError('contestGuestNone');
  if (others.length > 0)
    throw new UserError(
      'contestsSeveral',
      undefined,
      guests.map(({ title, id: code }) => text('contests.nameLine', { title, id: code })),
    );
  return only;
}
