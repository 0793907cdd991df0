import { locales } from '#locales/index.js';
import type { EditPhrase } from './command.js';

const kindOf = {
  replace: 'replace',
  change: 'replace',
  turn: 'replace',
  add: 'add',
  remove: 'remove',
  and: 'join',
} as const satisfies Record<keyof (typeof locales)['en']['editPhrases'], EditPhrase['kind']>;

/** How people say a change of a picture, whatever language the bot answers them in. */
export const editPhrases: readonly EditPhrase[] = Object.values(locales).flatMap(({ editPhrases: phrases }) =>
  Object.entries(kindOf).map(([name, kind]) => ({ kind, pattern: phrases[name as keyof typeof kindOf] })),
);
