import { QuestionError, UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import type { Contest } from './contest.js';
import { assertTakesEntries } from './entry-rules.js';
import { type ContestState, takesEntriesAt } from './life-cycle.js';
import type { ContestPurpose } from './services.js';

/** Those that everybody knows of. */
export const seenStates = [
  'scheduled',
  'open',
  'review',
  'voting',
  'closed',
  'published',
  'cancelled',
  'void',
] as const satisfies readonly ContestState[];
const runningStates: readonly ContestState[] = ['scheduled', 'open', 'review', 'voting', 'closed'];

export interface ContestChoice {
  /** What there is for this person, the newest first. */
  readonly seen: readonly Contest[];
  readonly at: Date;
  /** Id or title; undefined: the one that runs here. */
  readonly typed: string | undefined;
  readonly purpose: ContestPurpose;
}

/** @throws QuestionError where several are meant; UserError where none is */
export function chooseContest({ seen, at, typed, purpose }: ContestChoice): Contest {
  if (typed !== undefined) {
    const named = seen.find(({ id }) => id === typed) ?? seen.find(({ title }) => isSameTitle(title, typed));
    if (!named) throw new UserError('contestUnknown', { contest: typed });
    return named;
  }
  const meant = seen.filter((contest) => isMeant(contest, purpose, at));
  // Of results the newest are meant.
  if (meant.length > 1 && purpose !== 'results') throw whichContest(meant);
  if (meant[0]) return meant[0];
  const [newest] = seen;
  if (!newest) throw new UserError('contestNone');
  const running = seen.find(({ state }) => runningStates.includes(state));
  // Says since when it is over, or when it opens.
  if (purpose === 'enter') assertTakesEntries(running ?? newest, at);
  // Whoever opens a ballot of it hears the same of that.
  if (purpose === 'vote') return running ?? newest;
  if (purpose === 'results') throw new UserError('contestNoResults');
  return newest;
}

function isMeant(contest: Contest, purpose: ContestPurpose, at: Date): boolean {
  switch (purpose) {
    case 'enter':
      return takesEntriesAt(contest, at);
    case 'vote':
      return contest.state === 'voting';
    case 'review':
      return contest.state === 'open' || contest.state === 'review';
    case 'correct':
      return contest.state !== 'scheduled' && runningStates.includes(contest.state);
    case 'show':
      return runningStates.includes(contest.state);
    case 'results':
      return contest.state === 'published';
  }
}

/** Discord shows what was chosen, or what was typed and never chosen. */
export function isSameTitle(one: string, other: string): boolean {
  const fold = (title: string) => title.normalize('NFKC').trim().toLowerCase();
  return fold(one) === fold(other);
}

function whichContest(meant: readonly Contest[]): QuestionError {
  return new QuestionError(
    'contestSeveral',
    { titles: meant.map(({ title }) => title).join(', ') },
    {
      question: text('contests.entries.whichContest'),
      answers: meant.map(({ id, title }) => ({ label: 'answer', params: { answer: title }, options: { contest: id } })),
    },
  );
}
