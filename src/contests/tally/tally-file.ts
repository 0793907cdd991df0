import { z } from 'zod';
import { draw, ratingOf } from './duels.js';
import { maxStars } from './stars.js';
import { type Standing, type Tally, type TallyInput, tally } from './tally.js';

/** Ids of entries and accounts as they stand in an export. */
const id = z.string().min(1).max(100);
const maxEntries = 5000;
const list = z.array(id).max(maxEntries);
const duel = z
  .tuple([id, id, id])
  .refine(([left, right, winner]) => [left, right, draw].includes(winner), 'the winner is one of the two, or =');

const ballotOf = <Marks extends z.ZodType>(marks: Marks) =>
  z.object({
    voter: id,
    kind: z.enum(['public', 'panel']).default('public'),
    at: z.number().optional(),
    void: z.boolean().default(false),
    marks,
  });

const common = {
  name: z.string().max(500),
  entries: z
    .array(
      z.object({
        id,
        by: id,
        state: z.enum(['accepted', 'withdrawn', 'disqualified']).default('accepted'),
      }),
    )
    .max(maxEntries)
    .refine((entries) => new Set(entries.map((entry) => entry.id)).size === entries.length, 'an id is there twice'),
  /** Account → person. */
  links: z.record(id, id).default({}),
};

const settings = {
  panel_weight: z.number().int().min(0).max(100).default(0),
  ties: z.enum(['share', 'lot']).default('share'),
  seed: z
    .string()
    .regex(/^([0-9a-f]{2})+$/)
    .optional(),
};

const TallyCase = z.discriminatedUnion('method', [
  z.object({
    ...common,
    method: z.literal('approval'),
    settings: z.object(settings),
    ballots: z.array(ballotOf(list)),
  }),
  z.object({
    ...common,
    method: z.literal('stars'),
    settings: z.object({ ...settings, min_rated: z.number().int().min(0).optional() }),
    ballots: z.array(ballotOf(z.record(id, z.number().int().min(1).max(maxStars)))),
  }),
  z.object({
    ...common,
    method: z.literal('podium'),
    settings: z.object({ ...settings, places: z.number().int().min(1).max(10).default(3) }),
    ballots: z.array(ballotOf(list)),
  }),
  z.object({ ...common, method: z.literal('ranked'), settings: z.object(settings), ballots: z.array(ballotOf(list)) }),
  z.object({
    ...common,
    method: z.literal('duels'),
    settings: z.object(settings),
    ballots: z.array(ballotOf(z.array(duel))),
  }),
]);
type TallyCase = z.infer<typeof TallyCase>;

const TallyFile = z.object({ cases: z.array(TallyCase) });

/**
 * Counts everything in a file of worked ballots, so that anybody can count a contest again.
 * @param json `{ cases: [{ name, method, settings, entries, links, ballots }] }`
 * @returns by name of the case, in the form in which such files say what is expected; fractions as text
 * @throws Error that names what is wrong with the file
 */
export function tallyFile(json: unknown): Record<string, object> {
  const read = TallyFile.safeParse(json);
  if (!read.success) throw new Error(`this is no file of ballots: ${z.prettifyError(read.error)}`);
  return Object.fromEntries(read.data.cases.map((found) => [found.name, printed(tally(inputOf(found)))]));
}

function inputOf(found: TallyCase): TallyInput {
  const { panel_weight: panelWeight, ties, seed } = found.settings;
  if (ties === 'lot' && seed === undefined) throw new Error(`${found.name}: a lot needs its seed`);
  const persons = new Map(Object.entries(found.links));
  const common = {
    entries: found.entries.map(({ id, by, state }) => ({ id, author: by, isAccepted: state === 'accepted' })),
    personOf: (account: string) => persons.get(account) ?? account,
    ...(panelWeight > 0 && { panelWeight }),
    ...(ties === 'lot' && seed !== undefined && { lotSeed: Buffer.from(seed, 'hex') }),
  };
  switch (found.method) {
    case 'stars': {
      const { method, settings, ballots } = found;
      return { ...common, method, settings: { minRated: settings.min_rated }, ballots: ballots.map(toCast) };
    }
    case 'podium': {
      const { method, settings, ballots } = found;
      return { ...common, method, settings: { places: settings.places }, ballots: ballots.map(toCast) };
    }
    case 'duels':
      return { ...common, method: found.method, settings: {}, ballots: found.ballots.map(toCast) };
    default:
      return { ...common, method: found.method, settings: {}, ballots: found.ballots.map(toCast) };
  }
}

function toCast<Marks>(
  { voter, kind, at, void: isVoid, marks }: Omit<TallyCase['ballots'][number], 'marks'> & { readonly marks: Marks },
  index: number,
) {
  return { voter, isPanel: kind === 'panel', isVoid, changedAt: at ?? index, marks };
}

function printed({ everybody, judges, together, lot }: Tally): object {
  return {
    public: printedStanding(everybody),
    ...(judges && { panel: printedStanding(judges) }),
    ...(together && { rows: together.rows.map(({ entry, rank, total }) => [entry, rank, `${total}`]) }),
    ...(lot && { lot: lot.order, commitment: lot.commitment }),
  };
}

function printedStanding(standing: Standing): object {
  const { voters } = standing;
  switch (standing.method) {
    case 'approval': {
      const rows = standing.rows.map(({ entry, rank, marks, pickiness }) => [entry, rank, marks, `${pickiness}`]);
      return { voters, rows };
    }
    case 'stars': {
      const rows = standing.rows.map(({ entry, rank, ratings, mean, adjustedMean }) => {
        return [entry, rank, ratings, mean ? `${mean}` : null, rounded(adjustedMean, 6)];
      });
      return { voters, set_aside: standing.setAside, median: standing.median ? `${standing.median}` : null, rows };
    }
    case 'podium':
      return {
        voters,
        rows: standing.rows.map(({ entry, rank, points, topPlaces }) => [entry, rank, points, topPlaces]),
      };
    case 'ranked': {
      const { entries, preferred, paths } = standing;
      const rows = standing.rows.map(({ entry, rank, beatenBy, wins }) => [entry, rank, beatenBy, `${wins}`]);
      return { voters, rows, d: printedPairs(entries, preferred), p: printedPairs(entries, paths) };
    }
    case 'duels': {
      const rows = standing.rows.map(({ entry, rank, wonGames, strength }) => {
        const [theta, rating] = strength === undefined ? [null, null] : [strength, ratingOf(strength)];
        return [entry, rank, wonGames, theta && rounded(theta, 6), rating && rounded(rating, 1)];
      });
      return { voters, games: standing.games, rows };
    }
  }
}

/** Keys are both ids, one after the other. */
function printedPairs(entries: readonly string[], table: readonly (readonly number[])[]): Record<string, number> {
  const pairs = entries.flatMap((one, from) =>
    entries.flatMap((other, to) => (from === to ? [] : [[`${one}${other}`, table[from]![to]!] as const])),
  );
  return Object.fromEntries(pairs);
}

/** Without a negative zero. */
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) + 0;
}
