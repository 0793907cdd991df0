import { describe, expect, test } from 'vitest';
import {
  type ClockedContest,
  type ContestState,
  contestStates,
  type HostAction,
  mayHost,
  movedBy,
  nextTransition,
  takesBallotsAt,
  takesEntriesAt,
} from '#src/contests/life-cycle.js';

const day = (number: number) => new Date(Date.UTC(2026, 11, number, 18));
const plus = (at: Date, ms: number) => new Date(at.getTime() + ms);
const times = { opensAt: day(1), entriesEndAt: day(5), votingAt: day(6), endsAt: day(8) };
const contest = (state: ContestState, changes: Partial<ClockedContest> = {}): ClockedContest => ({
  ...times,
  state,
  publishes: 'at_once',
  undecidedCount: 0,
  ...changes,
});
const secondMs = 1000;
const dayMs = 24 * 3600_000;

describe('what happens by itself', () => {
  test.each<[string, ClockedContest, ContestState, Date]>([
    ['a scheduled one opens', contest('scheduled'), 'open', day(1)],
    ['entries end five seconds late, for what is on its way', contest('open'), 'review', plus(day(5), 5 * secondMs)],
    ['voting begins', contest('review'), 'voting', plus(day(6), 5 * secondMs)],
    ['voting waits a day for reviews', contest('review', { undecidedCount: 1 }), 'voting', day(7)],
    ['voting ends', contest('voting'), 'closed', plus(day(8), 5 * secondMs)],
    ['a result is published at once', contest('closed', { closedAt: day(8) }), 'published', day(8)],
    [
      'or after a week, where a moderator was to do it',
      contest('closed', { closedAt: day(8), publishes: 'by_hand' }),
      'published',
      day(15),
    ],
  ])('%s', (_, given, to, dueAt) => {
    expect(nextTransition(given)).toEqual({ to, dueAt });
  });

  test.each(['draft', 'published', 'cancelled', 'void'] as const)('one that is %s stays so', (state) => {
    expect(nextTransition(contest(state))).toBeUndefined();
  });
});

test('a phase takes what happened from its beginning until just before its end', () => {
  expect(takesEntriesAt(contest('open'), day(1))).toBe(true);
  expect(takesEntriesAt(contest('open'), plus(day(1), -1))).toBe(false);
  expect(takesEntriesAt(contest('open'), plus(day(5), -1))).toBe(true);
  expect(takesEntriesAt(contest('open'), day(5))).toBe(false);
  expect(takesEntriesAt(contest('review'), day(4))).toBe(false);
  expect(takesBallotsAt(contest('voting'), plus(day(8), -1))).toBe(true);
  expect(takesBallotsAt(contest('voting'), day(8))).toBe(false);
  expect(takesBallotsAt(contest('closed'), day(7))).toBe(false);
});

test('an extension moves the running end, and what follows along with it', () => {
  expect(movedBy(times, 'open', dayMs)).toEqual({
    opensAt: day(1),
    entriesEndAt: day(6),
    votingAt: day(7),
    endsAt: day(9),
  });
  expect(movedBy(times, 'voting', dayMs)).toEqual({ ...times, endsAt: day(9) });
  expect(() => movedBy(times, 'published', dayMs)).toThrow('no running phase');
});

test('moderators may do what the specification permits in each state', () => {
  const actions: readonly HostAction[] = ['edit', 'start', 'extend', 'end', 'cancel', 'reopen', 'publish'];
  const table = contestStates.map((state) => [state, actions.filter((action) => mayHost(state, action)).join(' ')]);
  expect(Object.fromEntries(table)).toEqual({
    draft: 'edit start cancel',
    scheduled: 'edit cancel',
    open: 'edit extend end cancel',
    review: 'edit cancel',
    voting: 'edit extend end cancel',
    closed: 'reopen publish',
    published: '',
    cancelled: 'reopen',
    void: '',
  });
});
