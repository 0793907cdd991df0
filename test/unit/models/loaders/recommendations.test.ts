import { expect, it } from 'vitest';
import { parseRecommendations } from '#models/loaders/recommendations.js';

it('without pictures of the class, a step has no rows of it', () => {
  const { instanceRows, classRows } = parseRecommendations({ training: { priorImages: 0, classRows: 2 } }).training;
  expect({ instanceRows, classRows }).toEqual({ instanceRows: 1, classRows: 0 });
  expect(parseRecommendations({ training: { classRows: 2 } }).training.classRows).toBe(2);
});
