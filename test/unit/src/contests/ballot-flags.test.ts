import { expect, test } from 'vitest';
import { ballotFlags as flagsOf } from '#src/contests/ballot-flags.js';
import type { BallotRow } from '#src/contests/contest-ballots-table.js';
import { december } from '#test/helpers/contests.js';

const minutes = (count: number) => new Date(december(6).getTime() + count * 60_000);
const ballot = (voter: string, marks: BallotRow['marks'], more: Partial<BallotRow> = {}): BallotRow => ({
  contest: 'k3v9q2ab',
  platform: 'discord',
  personId: voter,
  isPanel: false,
  marks,
  lastEvent: '',
  voidReason: null,
  server: 'g1',
  changedAt: minutes(0),
  ...more,
});
const account = (id: string) => ({ platform: 'discord', id });
/** Of accounts whose name begins with `old`. */
const createdAt = ({ id }: { readonly id: string }) => (id.startsWith('old') ? new Date(0) : december(1));
const ballotFlags = (
  ballots: readonly BallotRow[],
  created: typeof createdAt | (() => undefined) = createdAt,
  joinedAt: (account: { readonly id: string }) => Date | undefined = () => undefined,
) => flagsOf(ballots, { createdAt: created, joinedAt, opensAt: december(2) });

test('a ballot for one entry alone by a new account is flagged, and no other', () => {
  const out = { key: 'contests.entries.reasons.rules', params: {} } as const;
  const flags = ballotFlags(
    [
      ballot('new', ['a']),
      ballot('rater', { a: 5 }),
      ballot('old', ['a']),
      ballot('fair', ['a', 'b']),
      ballot('empty', []),
      ballot('out', ['a'], { voidReason: out }),
    ],
    createdAt,
  );
  expect(flags).toEqual(['new', 'rater'].map((id) => ({ kind: 'young', accounts: [account(id)] })));
  expect(ballotFlags([ballot('new', ['a'])], () => undefined)).toEqual([]);
});

test('five of them for one entry within an hour are flagged together, and nothing says for which', () => {
  const at = (times: readonly number[], entry = 'a') =>
    times.map((time) => ballot(`n${time}`, [entry], { changedAt: minutes(time) }));
  const isTogether = (ballots: readonly BallotRow[]) =>
    ballotFlags(ballots, createdAt).some(({ kind }) => kind === 'together');
  expect(isTogether(at([0, 15, 30, 45, 60]))).toBe(true);
  expect(isTogether(at([0, 15, 30, 45, 61]))).toBe(false);
  expect(isTogether([...at([0, 15, 30, 45]), ...at([59], 'b')])).toBe(false);
  expect(JSON.stringify(ballotFlags(at([0, 15, 30, 45, 60], 'entry-a'), createdAt))).not.toContain('entry-a');
});

test('so is one by whoever became a member after the opening, and it counts towards five; an account that is gone is nobody', () => {
  const joinedAt = ({ id }: { readonly id: string }) => (id.startsWith('old-late') ? december(3) : december(1));
  const late = [0, 10, 20, 30, 40].map((time) => ballot(`old-late-${time}`, ['a'], { changedAt: minutes(time) }));
  const flags = ballotFlags([...late, ballot('old', ['a']), ballot('gone-0123456789ab', ['a'])], createdAt, joinedAt);
  expect(flags.map(({ kind }) => kind)).toEqual(['together', ...late.map(() => 'joined')]);
});
