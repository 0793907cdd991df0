/** Who marks what, so that one entry is ahead of two that are alike. */
export interface Voter {
  readonly name: string;
  /** The number of this voter's own entry, which is not on their ballot. */
  readonly own: number | undefined;
}

export interface Favourites {
  readonly first: number;
  readonly alike: readonly [number, number];
}

const marksEach = 3;
const marksOfAlike = 8;
/** As many of those who mark one of the alike entries as of the other: they stay alike where the first goes out. */
const alsoForFirst = 5;

/** Each gives three marks, by the voter's name. */
export function planMarks(
  voters: readonly Voter[],
  { first, alike }: Favourites,
  entryCount: number,
): ReadonlyMap<string, readonly number[]> {
  const favourites = [first, ...alike];
  const neutral = voters.filter(({ own = 0 }) => !favourites.includes(own));
  const groups = alike.map((_, index) => neutral.slice(index * marksOfAlike, (index + 1) * marksOfAlike));
  const others = Array.from({ length: entryCount }, (_, index) => index + 1).filter((n) => !favourites.includes(n));
  let next = 0;
  const takeOther = (own: number | undefined, taken: readonly number[]): number => {
    const number = others[next++ % others.length]!;
    return number === own || taken.includes(number) ? takeOther(own, taken) : number;
  };
  return new Map(
    voters.map((voter) => {
      const { name, own } = voter;
      const group = groups.findIndex((members) => members.includes(voter));
      const marks = group === -1 ? [] : [alike[group]!];
      if (own !== first && (group === -1 || groups[group]!.indexOf(voter) < alsoForFirst)) marks.push(first);
      while (marks.length < marksEach) marks.push(takeOther(own, marks));
      return [name, marks];
    }),
  );
}
