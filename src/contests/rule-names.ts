import type { Text } from '#src/core/locale.js';
import type { RuleName } from './rule-settings.js';

const names = {
  method: 'contests.settings.method',
  marks: 'contests.settings.marks',
  accepts: 'contests.settings.accepts',
  fresh: 'contests.settings.fresh',
  per_person: 'contests.settings.perPerson',
  voters: 'contests.settings.voters',
  account_days: 'contests.settings.accountDays',
  ties: 'contests.settings.ties',
  review: 'contests.settings.review',
  publish: 'contests.settings.publish',
  missed: 'contests.settings.missed',
  panel: 'contests.settings.panel',
  page: 'contests.settings.page',
  open_ballots: 'contests.settings.openBallots',
} as const satisfies Record<RuleName, Text['key']>;

const yesNo = { yes: 'contests.choices.yes', no: 'contests.choices.no' } as const;

/** Numbers speak for themselves. */
const choices: Partial<Record<RuleName, Readonly<Record<string, Text['key']>>>> = {
  method: {
    approval: 'contests.choices.approval',
    stars: 'contests.choices.stars',
    podium: 'contests.choices.podium',
    ranked: 'contests.choices.ranked',
    duels: 'contests.choices.duels',
  },
  marks: { '0': 'contests.choices.anyNumber' },
  accepts: {
    made: 'contests.choices.made',
    drawn: 'contests.choices.drawn',
    all: 'contests.choices.all',
    photos: 'contests.choices.photos',
  },
  fresh: { yes: 'contests.choices.fresh', no: 'contests.choices.anyAge' },
  voters: {
    before: 'contests.choices.before',
    members: 'contests.choices.members',
    entrants: 'contests.choices.entrants',
  },
  account_days: { '0': 'contests.choices.anyAccount' },
  ties: { share: 'contests.choices.share', lot: 'contests.choices.lot' },
  review: {
    uploads: 'contests.choices.uploads',
    always: 'contests.choices.always',
    never: 'contests.choices.never',
  },
  publish: { at_once: 'contests.choices.atOnce', by_hand: 'contests.choices.byHand' },
  missed: { extend: 'contests.choices.extend', close: 'contests.choices.close' },
  panel: { '0': 'contests.choices.noPanel' },
  page: yesNo,
  open_ballots: yesNo,
};

export function ruleName(name: RuleName): Text {
  return { key: names[name], params: {} };
}

export function choiceName(name: RuleName, value: string): Text | string {
  const key = choices[name]?.[value];
  return key ? { key, params: {} } : value;
}
