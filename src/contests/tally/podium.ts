import { type CountedBallot, listForm } from './ballots.js';
import { descending, descendingInTurn, rankBy } from './ranks.js';

export const podiumForm = listForm;

/** Points k, k − 1, …, 1 for the places of a ballot; then more first places, second places, … */
export function tallyPodium(ballots: readonly CountedBallot<'podium'>[], running: readonly string[], places: number) {
  const placed = new Map(running.map((entry) => [entry, new Array<number>(places).fill(0)]));
  for (const { marks } of ballots)
    for (const [place, entry] of marks.slice(0, places).entries()) placed.get(entry)![place]! += 1;
  const figures = [...placed].map(([entry, topPlaces]) => ({
    entry,
    topPlaces,
    points: topPlaces.reduce((sum, count, place) => sum + count * (places - place), 0),
  }));
  return {
    voters: ballots.length,
    rows: rankBy(figures, [
      { name: 'points', compare: (one, other) => descending(one.points, other.points) },
      { name: 'topPlaces', compare: (one, other) => descendingInTurn(one.topPlaces, other.topPlaces) },
    ]),
  };
}
