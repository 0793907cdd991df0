/**
 * @file Whether a picture changed the way its words did: the cosine of both changes in the space that texts and pictures share.
 * Paper: Gal et al. 2021, arXiv:2108.00946, eq. (2).
 */
import { cosine, dot } from '../tensors/cosine.js';

/**
 * @param pictures points of the picture before and after, [P] each @param texts points of its words before and after
 * @returns −1…1; 0 where one of the two did not change
 */
export function clipDirection(
  pictures: readonly [before: Float32Array, after: Float32Array],
  texts: readonly [before: Float32Array, after: Float32Array],
): number {
  const change = ([before, after]: readonly [Float32Array, Float32Array]) => {
    const from = normalized(before);
    return normalized(after).map((value, index) => value - from[index]!);
  };
  return cosine(change(pictures), change(texts));
}

const normalized = (point: Float32Array) => {
  const length = Math.sqrt(dot(point, point));
  return point.map((value) => value / length);
};
