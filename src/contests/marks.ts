import type { ContestRules } from './contest-rules.js';
import type { Duel, MarksOf, Method } from './tally/ballots.js';
import { draw } from './tally/duels.js';
import { maxStars } from './tally/stars.js';

/** How many entries a ranked ballot orders at most. */
export const maxRanked = 10;

/** What one press sets; never “the other way round”, so that a press that comes twice changes nothing. */
export type Mark =
  | { readonly kind: 'mark'; readonly entry: string; readonly isOn: boolean }
  /** 0 takes them away. */
  | { readonly kind: 'star'; readonly entry: string; readonly stars: number }
  /** From 1; who stood there, and those below, move down. 0 takes it out. */
  | { readonly kind: 'place'; readonly entry: string; readonly place: number }
  | { readonly kind: 'duel'; readonly left: string; readonly right: string; readonly winner: string };

/** `wrongKind`: another method's, out of range, or of entries that it does not name: forged. */
export type Marked = { readonly marks: MarksOf[Method] } | { readonly problem: 'full' | 'wrongKind' };

const kinds = { approval: 'mark', stars: 'star', podium: 'place', ranked: 'place', duels: 'duel' } as const;

export function emptyMarks(method: Method): MarksOf[Method] {
  return method === 'stars' ? {} : [];
}

/** Most marks that a ballot takes; undefined: any number. */
export function marksLimitOf({ method, marks }: Pick<ContestRules, 'method' | 'marks'>): number | undefined {
  switch (method) {
    case 'approval':
      return marks === 0 ? undefined : marks;
    case 'podium':
      return marks;
    case 'ranked':
      return maxRanked;
    default:
      return undefined;
  }
}

/** A ballot with one more mark, or one fewer. @param marks as the rules' method has them */
export function marked(rules: Pick<ContestRules, 'method' | 'marks'>, marks: MarksOf[Method], mark: Mark): Marked {
  if (kinds[rules.method] !== mark.kind) return { problem: 'wrongKind' };
  switch (mark.kind) {
    case 'mark':
      return withMark(marks as MarksOf['approval'], mark, marksLimitOf(rules));
    case 'star':
      return withStars(marks as MarksOf['stars'], mark);
    case 'place':
      return withPlace(marks as MarksOf['podium'], mark, marksLimitOf(rules) ?? maxRanked);
    case 'duel':
      return withDuel(marks as MarksOf['duels'], mark);
  }
}

function withMark(
  marks: readonly string[],
  { entry, isOn }: Mark & { kind: 'mark' },
  limit = Number.POSITIVE_INFINITY,
): Marked {
  if (!isOn) return { marks: marks.filter((marked) => marked !== entry) };
  if (marks.includes(entry)) return { marks };
  return marks.length >= limit ? { problem: 'full' } : { marks: [...marks, entry] };
}

function withStars(marks: MarksOf['stars'], { entry, stars }: Mark & { kind: 'star' }): Marked {
  if (!Number.isInteger(stars) || stars < 0 || stars > maxStars) return { problem: 'wrongKind' };
  const { [entry]: _, ...others } = marks;
  return { marks: stars === 0 ? others : { ...others, [entry]: stars } };
}

function withPlace(marks: readonly string[], { entry, place }: Mark & { kind: 'place' }, limit: number): Marked {
  if (!Number.isInteger(place) || place < 0 || place > limit) return { problem: 'wrongKind' };
  const others = marks.filter((placed) => placed !== entry);
  if (place === 0) return { marks: others };
  if (others.length >= limit) return { problem: 'full' };
  return { marks: others.toSpliced(place - 1, 0, entry) };
}

function withDuel(marks: readonly Duel[], { left, right, winner }: Mark & { kind: 'duel' }): Marked {
  if (left === right || ![left, right, draw].includes(winner)) return { problem: 'wrongKind' };
  const isOther = ([one, other]: Duel) => !(one === left && other === right) && !(one === right && other === left);
  return { marks: [...marks.filter(isOther), [left, right, winner]] };
}
