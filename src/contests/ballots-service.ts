import type { BlobKey } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';
import type { Place, Server } from '#src/core/place.js';
import type { Picture } from '#src/core/reply.js';
import type { Database } from '#src/database/database.js';
import type { Account } from './account-links-table.js';
import { type Ballot, decidedPair } from './ballot.js';
import { BallotBox, type NumberedMark } from './ballot-box.js';
import type { LinkedVoter } from './ballot-links-table.js';
import { ballotOf } from './ballot-of.js';
import type { Contest } from './contest.js';
import type { BallotRow } from './contest-ballots-table.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { BallotReader, countedRow, type FoundBallot, hasEntry, isRowOf } from './found-ballot.js';
import { takesBallotsAt } from './life-cycle.js';
import { assertMayVote, type Voter, type VoterFacts } from './may-vote.js';
import type { RunningEntries } from './running-entries.js';
import type { BallotsService, OpenedBallot, PairMark } from './services.js';

/** An entry as it is put on a sheet. */
export interface SheetEntry {
  readonly number: number;
  readonly picture: BlobKey;
  readonly alt: string;
}

export interface BallotsServiceOptions extends Pick<VoterFacts, 'memberOf' | 'assertNotBanned'> {
  readonly database: Database;
  readonly running: RunningEntries;
  /** Draws some entries with their numbers. @param entries at least one. @param seenAt everywhere that the contest is */
  readonly sheet: (contest: string, entries: readonly SheetEntry[], seenAt: readonly Place[]) => Promise<Picture>;
  /** Absent: there are no pages. @returns a personal link */
  readonly pageLink?: ((voter: LinkedVoter) => Promise<string | undefined>) | undefined;
}

/** Whoever presses; `id` is that of the press, the same where it comes twice. */
export type Voting = Voter & { readonly id: string };

/** The ballot that counts, of all the voter's accounts. */
interface Found extends FoundBallot {
  readonly ballot: BallotRow | undefined;
  /** The account that it belongs to. */
  readonly owner: Account;
  /** That of this very account, which may be empty. */
  readonly opened: BallotRow | undefined;
}

export function ballotsServiceFor(options: BallotsServiceOptions, voting: Voting): BallotsService {
  const { database } = options;
  const entries = new ContestEntriesTable(database);
  const reader = new BallotReader(database, options.running);
  const box = new BallotBox(database, reader);
  const voter = voting.person;
  const read = async (id: string): Promise<Found> => {
    const found = await reader.read(id, voter);
    if (!found || found.contest.state === 'draft') throw new UserError('ballotUnknown');
    // A judge's ballot counts for the panel alone.
    const rows = found.rows.filter(({ isPanel }) => isPanel === found.isJudge);
    const ballot = countedRow(rows);
    const owner = ballot ? { platform: ballot.platform, id: ballot.personId } : voter;
    return { ...found, ballot, owner, opened: rows.find((row) => isRowOf(row, voter)) };
  };

  const assertVoter = (found: Found) => {
    const { contest, communities, accounts, isJudge, opened } = found;
    const votedIn =
      opened && communities.find(({ platform, server }) => platform === opened.platform && server === opened.server);
    return assertMayVote(contest, voting, {
      ...options,
      communities,
      accounts,
      isJudge,
      isEntrant: hasEntry(found),
      votedIn,
    });
  };

  /** A ballot stays with the community of the account that it was begun with. */
  const serverOfBallot = ({ owner, ballot }: Found, community: Server): Server =>
    ballot && !isRowOf(ballot, voter) ? { platform: owner.platform, server: ballot.server } : community;

  return {
    async open(id): Promise<OpenedBallot> {
      const found = await read(id);
      if (!takesBallotsAt(found.contest, voting.at)) return over(found.contest);
      const server = await assertVoter(found);
      const isThere = server.server === voting.place.server;
      if (isThere && !found.opened)
        await box.open(
          { contest: id, voter, isPanel: found.isJudge, at: voting.at, server },
          found.contest.rules.method,
        );
      return { kind: 'open', ballot: ballotOf(found) };
    },
    async cast(id, mark): Promise<OpenedBallot> {
      const found = await read(id);
      if (!takesBallotsAt(found.contest, voting.at)) return over(found.contest);
      const server = serverOfBallot(found, await assertVoter(found));
      const press = {
        contest: id,
        voter: found.owner,
        isPanel: found.isJudge,
        event: voting.id,
        at: voting.at,
        server,
        mark: mark.kind === 'pair' ? shownPair(ballotOf(found), mark) : mark,
      };
      const cast = await box.cast(press, found);
      switch (cast.kind) {
        case 'saved':
          return {
            kind: 'open',
            ballot: ballotOf({ ...found, ballot: { voidReason: null, ...found.ballot, marks: cast.marks } }),
          };
        case 'late':
          return over((await new ContestsTable(database).get(id)) ?? found.contest);
        case 'own':
          throw new UserError('ballotOwn');
        case 'unknown':
          throw new UserError('ballotEntryOut');
        case 'full':
          throw new UserError('ballotFull');
        case 'forged':
          throw new UserError('buttonBroken');
      }
    },
    hasPages: options.pageLink !== undefined,
    async pageLink(id): Promise<string | undefined> {
      const found = await read(id);
      if (!takesBallotsAt(found.contest, voting.at)) return undefined;
      const { server } = serverOfBallot(found, await assertVoter(found));
      return options.pageLink?.({ contest: id, voter: found.owner, isPanel: found.isJudge, server });
    },
    async sheet(
      { contest, seenAt },
      shown,
    ): Promise<{ readonly picture: Picture | undefined; readonly isSpoiler: boolean }> {
      const found = await entries.shownOn(
        contest.id,
        shown.map(({ number }) => number),
      );
      const ordered = shown.flatMap(({ id }) => found.find((entry) => entry.id === id) ?? []);
      const described = ordered.flatMap(({ number, picture, alt }) => (picture ? [{ number, picture, alt }] : []));
      return {
        picture: described.length > 0 ? await options.sheet(contest.id, described, seenAt) : undefined,
        isSpoiler: ordered.some(({ isSpoiler }) => isSpoiler),
      };
    },
  };
}

/** @throws UserError where there is nothing to say about an end */
function over(contest: Contest): OpenedBallot {
  switch (contest.state) {
    case 'scheduled':
    case 'open':
    case 'review':
      throw new UserError('votingNotYet', { title: contest.title });
    case 'cancelled':
    case 'void':
      throw new UserError('contestCalledOff', { title: contest.title });
    default:
      return { kind: 'over', contest };
  }
}

/** @throws UserError where the voter was not shown such a pair */
function shownPair(ballot: Ballot, mark: PairMark): NumberedMark {
  const decided = decidedPair(ballot, mark);
  if (!decided) throw new UserError('ballotEntryOut');
  return decided;
}
