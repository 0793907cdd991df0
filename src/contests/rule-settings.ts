import { ContestRules } from './contest-rules.js';
import { type Method, methods } from './tally/ballots.js';

/** What buttons offer for each rule that has a usual value; the first that fits is not always the usual one. */
const choices = {
  method: methods,
  marks: ['1', '2', '3', '5', '10', '0'],
  accepts: ['made', 'drawn', 'all', 'photos'],
  fresh: ['yes', 'no'],
  per_person: ['1', '2', '3', '5', '10'],
  voters: ['before', 'members', 'entrants'],
  account_days: ['0', '7', '30', '90'],
  ties: ['share', 'lot'],
  review: ['uploads', 'always', 'never'],
  publish: ['at_once', 'by_hand'],
  missed: ['extend', 'close'],
  panel: ['0', '20', '40', '50', '60', '80'],
  page: ['no', 'yes'],
  open_ballots: ['no', 'yes'],
} as const;

export type RuleName = keyof typeof choices;
export const ruleNames = Object.keys(choices) as readonly RuleName[];

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(choices, name);
}

const sourcesOf = {
  made: ['drawn', 'edits'],
  drawn: ['drawn'],
  all: ['drawn', 'edits', 'photos'],
  photos: ['photos'],
} as const satisfies Record<string, ContestRules['accepts']>;
type Accepted = keyof typeof sourcesOf;

/** By one of the words that choices have for it. */
export function acceptedOf({ accepts }: Pick<ContestRules, 'accepts'>): Accepted {
  const sorted = accepts.toSorted().join();
  const found = Object.entries(sourcesOf).find(([, sources]) => sources.toSorted().join() === sorted);
  return (found?.[0] as Accepted | undefined) ?? 'all';
}

/** Rules that mean something: marks only where the method has them. */
export function rulesThatApply({ method }: Pick<ContestRules, 'method'>): readonly RuleName[] {
  return ruleNames.filter((name) => name !== 'marks' || hasMarks(method));
}

export function hasMarks(method: Method): boolean {
  return method === 'approval' || method === 'podium';
}

export function choicesFor(name: RuleName, { method }: Pick<ContestRules, 'method'>): readonly string[] {
  // A podium has places; as many as one likes is for approval.
  if (name === 'marks' && method === 'podium') return choices.marks.filter((mark) => mark !== '0');
  return choices[name];
}

/** What is chosen now. */
export function chosenOf(name: RuleName, rules: ContestRules): string {
  switch (name) {
    case 'accepts':
      return acceptedOf(rules);
    case 'fresh':
      return rules.isFresh ? 'yes' : 'no';
    case 'per_person':
      return String(rules.perPerson);
    case 'page':
      return rules.hasPage ? 'yes' : 'no';
    case 'open_ballots':
      return rules.hasOpenBallots ? 'yes' : 'no';
    case 'account_days':
      return String(rules.accountDays);
    case 'marks':
      return String(rules.marks);
    case 'panel':
      return String(rules.panel);
    case 'publish':
      return rules.publishes;
    default:
      return rules[name];
  }
}

/** @returns undefined where the rule has no such choice: an action comes back from outside */
export function withRule(rules: ContestRules, name: RuleName, value: string): ContestRules | undefined {
  if (!rulesThatApply(rules).includes(name) || !choicesFor(name, rules).includes(value)) return undefined;
  const changed = { ...rules, ...changeOf(name, value) };
  // Of another method before.
  if (changed.method === 'podium' && (changed.marks < 1 || changed.marks > 10)) changed.marks = 3;
  return ContestRules.parse(changed);
}

function changeOf(name: RuleName, value: string): object {
  switch (name) {
    case 'accepts':
      return { accepts: sourcesOf[value as Accepted] };
    case 'fresh':
      return { isFresh: value === 'yes' };
    case 'per_person':
      return { perPerson: Number(value) };
    case 'page':
      return { hasPage: value === 'yes' };
    case 'open_ballots':
      return { hasOpenBallots: value === 'yes' };
    case 'account_days':
      return { accountDays: Number(value) };
    case 'marks':
      return { marks: Number(value) };
    case 'panel':
      return { panel: Number(value) };
    case 'publish':
      return { publishes: value };
    default:
      return { [name]: value };
  }
}
