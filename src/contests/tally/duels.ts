import type { BallotForm, CountedBallot } from './ballots.js';
import { descending, rankBy } from './ranks.js';

export const draw = '=';

export const duelsForm: BallotForm<'duels'> = {
  without: (marks, isOut) => marks.filter(([left, right]) => left !== right && !isOut(left) && !isOut(right)),
  count: (marks) => marks.length,
};

/** Strengths nearer than this are equal: they are floats. */
const equalWithin = 1e-6;
/** Newton's method needs about five. */
const maxSteps = 25;
const convergedWithin = 1e-12;

interface Games {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What the left one has of the game: 1, ½ or 0. */
  readonly score: Float64Array;
}

/**
 * Bradley and Terry's model (Rank analysis of incomplete block designs, 1952): P(i beats j) = p_i/(p_i + p_j), a draw as half a
 * win of each. For each entry one drawn game against a fixed strength 1 is added, so that the maximum is unique and who never
 * lost stays finite. Entries that nobody was shown come last, together.
 */
export function tallyDuels(ballots: readonly CountedBallot<'duels'>[], running: readonly string[]) {
  const games = gamesOf(ballots, running);
  const count = games.score.length;
  const wonGames = new Float64Array(running.length);
  const shown = new Uint8Array(running.length);
  for (let game = 0; game < count; game++) {
    const [left, right, score] = [games.left[game]!, games.right[game]!, games.score[game]!];
    wonGames[left]! += score;
    wonGames[right]! += 1 - score;
    shown[left] = shown[right] = 1;
  }
  const strengths = strengthsOf(games, running.length);
  const figures = running.map((entry, index) => ({
    entry,
    wonGames: wonGames[index]!,
    /** θ = ln p. */
    strength: shown[index] ? strengths[index]! : undefined,
  }));
  const compare = (one: number | undefined, other: number | undefined) => {
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
    return Math.abs(one - other) < equalWithin ? 0 : descending(one, other);
  };
  return {
    voters: ballots.length,
    games: count,
    rows: rankBy(figures, [{ name: 'strength', compare: (one, other) => compare(one.strength, other.strength) }]),
  };
}

/** As people know it from chess: 1500 is the middle, and 400 more are ten times as strong. */
export function ratingOf(strength: number): number {
  return 1500 + (400 * strength) / Math.LN10;
}

function gamesOf(ballots: readonly CountedBallot<'duels'>[], running: readonly string[]): Games {
  const indexOf = new Map(running.map((entry, index) => [entry, index]));
  const duels = ballots.flatMap(({ marks }) => marks);
  return {
    left: Int32Array.from(duels, ([left]) => indexOf.get(left)!),
    right: Int32Array.from(duels, ([, right]) => indexOf.get(right)!),
    score: Float64Array.from(duels, ([left, , winner]) => (winner === draw ? 0.5 : winner === left ? 1 : 0)),
  };
}

/** The maximum of the likelihood, by Newton's method on θ: its Hessian is negative definite everywhere. */
function strengthsOf({ left, right, score }: Games, size: number): Float64Array {
  const strengths = new Float64Array(size);
  for (let step = 0; step < maxSteps; step++) {
    const gradient = new Float64Array(size);
    const curvature = Array.from({ length: size }, () => new Float64Array(size));
    for (let index = 0; index < size; index++) {
      // The drawn game against strength 1.
      const expected = logistic(strengths[index]!);
      gradient[index]! += 0.5 - expected;
      curvature[index]![index]! += expected * (1 - expected);
    }
    for (let game = 0; game < score.length; game++) {
      const [one, other] = [left[game]!, right[game]!];
      const expected = logistic(strengths[one]! - strengths[other]!);
      const slope = expected * (1 - expected);
      gradient[one]! += score[game]! - expected;
      gradient[other]! -= score[game]! - expected;
      curvature[one]![one]! += slope;
      curvature[other]![other]! += slope;
      curvature[one]![other]! -= slope;
      curvature[other]![one]! -= slope;
    }
    const change = solved(curvature, gradient);
    let largest = 0;
    for (let index = 0; index < size; index++) {
      strengths[index]! += change[index]!;
      largest = Math.max(largest, Math.abs(change[index]!));
    }
    if (largest < convergedWithin) break;
  }
  return strengths;
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Solves `matrix · x = vector` for a symmetric, positive definite matrix, by Cholesky's decomposition in place. */
function solved(matrix: Float64Array[], vector: Float64Array): Float64Array {
  const size = vector.length;
  for (let row = 0; row < size; row++) {
    const current = matrix[row]!;
    for (let column = 0; column <= row; column++) {
      const other = matrix[column]!;
      let sum = current[column]!;
      for (let index = 0; index < column; index++) sum -= current[index]! * other[index]!;
      current[column] = row === column ? Math.sqrt(sum) : sum / other[column]!;
    }
  }
  const result = Float64Array.from(vector);
  for (let row = 0; row < size; row++) {
    for (let index = 0; index < row; index++) result[row]! -= matrix[row]![index]! * result[index]!;
    result[row]! /= matrix[row]![row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let index = row + 1; index < size; index++) result[row]! -= matrix[index]![row]! * result[index]!;
    result[row]! /= matrix[row]![row]!;
  }
  return result;
}
