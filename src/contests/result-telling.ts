import { type Text, text } from '#src/core/locale.js';
import type { Contest, ContestEntry, ContestResult } from './contest.js';
import type { ContestTelling } from './contest-telling.js';
import { commitmentOf } from './rules-telling.js';
import type { KeyName } from './tally/ranks.js';

/** As many as fit below a picture; all are shown where results are asked for. */
const maxRanksTold = 5;

const medals = ['🥇', '🥈', '🥉'];
/** Names are the same in every language. */
export const platformNames = { discord: 'Discord', telegram: 'Telegram', web: 'Petbooth' } as const;

const keyTexts = {
  marks: 'contests.keys.marks',
  pickiness: 'contests.keys.pickiness',
  adjustedMean: 'contests.keys.adjustedMean',
  ratings: 'contests.keys.ratings',
  topRatings: 'contests.keys.topRatings',
  points: 'contests.keys.points',
  topPlaces: 'contests.keys.topPlaces',
  beatenBy: 'contests.keys.beatenBy',
  wins: 'contests.keys.wins',
  strength: 'contests.keys.strength',
  total: 'contests.keys.total',
  panelRank: 'contests.keys.panelRank',
} as const satisfies Record<KeyName, Text['key']>;

type Rank = ContestResult['ranks'][number];

/** What the contest itself does not hold. */
export interface ResultFacts {
  readonly entryOf: (id: string) => ContestEntry | undefined;
  /** Names of those on the panel. */
  readonly judges?: readonly string[];
  readonly isCorrection: boolean;
}

/** What was found: ranks with whose they are and what decided, how it can be checked, and how many voted. */
export function resultTellingOf(contest: Contest, { entryOf, judges = [], isCorrection }: ResultFacts): ContestTelling {
  const { title, result } = contest;
  const begin = isCorrection
    ? text('contests.posts.corrected', { title })
    : text('contests.posts.published', { title });
  if (!result || result.ranks.length === 0) return { text: begin, lines: [text('contests.posts.nobodyVoted')] };
  const told = result.ranks.slice(0, maxRanksTold);
  const others = result.ranks.length - told.length;
  return {
    text: begin,
    lines: [
      ...tieLines(result.ranks),
      ...told.map((rank) => rankLine(rank, entryOf(rank.entry))),
      ...(others > 0 ? [text('contests.posts.others', { count: others })] : []),
      ...votersLines(result, judges),
      ...(contest.rules.ties === 'lot'
        ? [text('contests.posts.seed', { seed: contest.tieSeed, commitment: commitmentOf(contest) })]
        : []),
    ],
  };
}

export function rankLine({ rank, number, decidedBy }: Rank, entry: ContestEntry | undefined): Text {
  const place = medals[rank - 1] ?? `${rank}.`;
  const whose = whoseOf(number, entry);
  if (!decidedBy) return text('contests.posts.rank', { place, whose });
  return text('contests.posts.rankDecided', { place, whose, key: keyOf(decidedBy) });
}

function whoseOf(number: number, entry: ContestEntry | undefined): Text {
  if (!entry?.picture) return text('contests.posts.withdrawn', { number });
  const { author, title } = entry;
  return title === undefined
    ? text('contests.posts.entry', { number, person: author.name })
    : text('contests.posts.titledEntry', { number, person: author.name, title });
}

export function keyOf(key: KeyName): Text {
  return { key: keyTexts[key], params: {} };
}

function tieLines(ranks: readonly Rank[]): readonly Text[] {
  const count = ranks.filter(({ rank }) => rank === 1).length;
  if (count === 1) return [];
  return [count === ranks.length ? text('contests.posts.allTied') : text('contests.posts.tied', { count })];
}

function votersLines({ voters, judges, votersPerPlace }: ContestResult, names: readonly string[]): readonly Text[] {
  return [
    text('contests.posts.voters', { count: voters }),
    ...(votersPerPlace ?? []).map(({ platform, voters: count }) =>
      text('contests.posts.votersThere', { platform: platformNames[platform], count }),
    ),
    ...(judges === undefined ? [] : [text('contests.posts.judges', { count: judges, names: names.join(', ') || '–' })]),
    // Whoever did not vote weighs nothing.
    ...(judges === 0 ? [text('contests.posts.judgesNone')] : []),
    ...(judges && voters === 0 ? [text('contests.posts.judgesAlone')] : []),
  ];
}
