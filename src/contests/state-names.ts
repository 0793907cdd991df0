import type { Text } from '#src/core/locale.js';
import type { ContestState } from './life-cycle.js';

const names = {
  draft: 'contests.states.draft',
  scheduled: 'contests.states.scheduled',
  open: 'contests.states.open',
  review: 'contests.states.review',
  voting: 'contests.states.voting',
  closed: 'contests.states.closed',
  published: 'contests.states.published',
  cancelled: 'contests.states.cancelled',
  void: 'contests.states.void',
} as const satisfies Record<ContestState, Text['key']>;

export function stateName(state: ContestState): Text {
  return { key: names[state], params: {} };
}
