import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { type Server, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Contest, type ContestPlace, communityKey, communityOf } from './contest.js';
import type { ContestClock } from './contest-clock.js';
import { ContestCodesTable } from './contest-codes-table.js';
import { withNote } from './contest-notes.js';
import { isOver } from './contest-telling.js';
import { ContestsTable } from './contests-table.js';
import { countEntered } from './count-entered.js';
import type { HostingAsker } from './hosting.js';
import { type ContestState, contestStates } from './life-cycle.js';
import { noteHosting } from './note-hosting.js';
import type { Partings } from './partings.js';
import type { HostingService, SharingService } from './services.js';

export interface SharingOptions {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'change'>;
  readonly partings: Pick<Partings, 'part'>;
  /** Undefined where its service does not say. */
  readonly communityName: (community: Server) => Promise<string | undefined>;
  /** The host's moderators hear that a community has joined. */
  readonly tellJoined: (contest: Contest, guest: Server, transaction: Database) => Promise<void>;
  readonly wake: () => void;
  readonly now?: () => Date;
}

const maxPlaces = 10;
const growing: readonly ContestState[] = ['draft', 'scheduled', 'open'];

/** One contest in several communities: each side has a moderator of its own who wants it. */
export function sharingFor(
  { database, clock, partings, communityName, tellJoined, wake, now = () => new Date() }: SharingOptions,
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
        const change = { at: now().toISOString(), text: text('contests.notes.joined') };
        const joined = await clock.change(contest, withNote(contest, change), { kind: 'edited' }, transaction);
        await tellJoined(joined, here(), transaction);
        return joined;
      });
      wake();
      return joined;
    },
    async leave(id) {
      const chosen = await chooseGuest(new ContestsTable(database), here(), id);
      const contest = await partings.part(chosen.id, here(), { person, side: 'guest' });
      if (!contest) throw new UserError('contestUnknown', { contest: chosen.id });
      return contest;
    },
    async guestsOf(id) {
      const contests = new ContestsTable(database);
      const hosted = await contests.hostedBy(here(), contestStates);
      const meant = hosted.filter(({ id: one, state }) =>
        id === undefined ? !isOver(state) : one === id.toLowerCase(),
      );
      if (id === undefined && (await guestContests(contests, here())).length > 0) return undefined;
      const shared: Contest[] = [];
      for (const contest of meant) if ((await contests.guests(contest.id)).some(isThere)) shared.push(contest);
      const only = onlyOne(shared);
      if (!only) return undefined;
      const guests = (await contests.guests(only.id)).filter(isThere);
      const names = await Promise.all(guests.map(({ place }) => communityName(communityOf(place))));
      return { contest: only, guests: guests.map((guest, index) => ({ ...guest, name: names[index] })) };
    },
    async endPart(id, number) {
      const found = await this.guestsOf(id);
      const guest = found?.guests.find((one) => one.number === number);
      const server = guest && communityOf(guest.place);
      const contest = found && server && (await partings.part(found.contest.id, server, { person, side: 'host' }));
      if (!contest) throw new UserError('contestGuestUnknown', { number });
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
  const guests = await guestContests(contests, here);
  if (id !== undefined) {
    const named = guests.find((contest) => contest.id === id.toLowerCase());
    if (!named) throw new UserError('contestUnknown', { contest: id });
    return named;
  }
  const only = onlyOne(guests);
  if (!only) throw new UserError('contestGuestNone');
  return only;
}

async function guestContests(contests: ContestsTable, here: Server): Promise<Contest[]> {
  const seen = await contests.seenIn(here, contestStates);
  return seen.filter(({ host }) => communityKey(host) !== communityKey(here));
}

/** @returns undefined where there is none. @throws UserError where there are several */
function onlyOne(contests: readonly Contest[]): Contest | undefined {
  const [only, ...others] = contests;
  if (others.length > 0)
    throw new UserError(
      'contestsSeveral',
      undefined,
      contests.map(({ title, id }) => text('contests.nameLine', { title, id })),
    );
  return only;
}

function isThere({ hasLeft }: { readonly hasLeft: boolean }): boolean {
  return !hasLeft;
}
