import type { EditResult } from '#models/editing/edit-options.js';
import { imagesToPixels } from '#models/pipelines/image-processor.js';
import type { EditChange } from '#src/editing/edit-job.js';
import type { PhotoCaptioner } from './photo-caption.js';

export interface VerdictOptions {
  readonly captioner: PhotoCaptioner;
  readonly changes: readonly EditChange[];
  /** Whether a pet was put in. */
  readonly hasPet: boolean;
  /** As the checkpoint recommends. */
  readonly leastDirection: number;
}

/** Of an edit that missed as a whole. */
export const everything = 'everything';
/** Places, among the changes, of those that a picture does not show. */
export type Missed = typeof everything | readonly number[];

/**
 * Which of the changes a picture does not show. The whole was missed where the checkpoint's reader does not find it, and the
 * picture changed along other lines than its words. Either witness alone is wrong too often: a reader about soft pictures, a
 * direction about small changes. Of several changes one may be missed while the others lead the picture the right way: then
 * the reader is believed where it finds the others and is sure.
 */
export async function missedBy(
  { picture, score, settings }: Pick<EditResult, 'picture' | 'score' | 'settings'>,
  { captioner, changes, hasPet, leastDirection }: VerdictOptions,
): Promise<Missed> {
  // A change of weight alone leaves the words as they are.
  if (settings.sourcePrompt === settings.targetPrompt) return [];
  const verdicts = await captioner.lacks(imagesToPixels([picture]), changes);
  const read = verdicts.filter((one) => one !== undefined);
  const isLacking = read.length === 0 ? undefined : read.some((one) => one.isLacking);
  // How far a pet's own word leads away from its kind is for nobody to say.
  const isDirected = score.kind === 'direction' && !hasPet;
  const isAstray = isDirected ? isLacking !== false && score.value < leastDirection : (isLacking ?? false);
  const parts = verdicts.flatMap((one, index) => (one?.isLacking && one.isSure ? [index] : []));
  const isFound = read.some((one) => !one.isLacking && one.isSure);
  if (isFound && parts.length > 0) return parts;
  return isAstray ? everything : [];
}

/** What all of several pictures miss. */
export function missedByAll(verdicts: readonly Missed[], changeCount: number): Missed {
  if (verdicts.every((one) => one === everything)) return everything;
  const misses = (verdict: Missed, index: number) => verdict === everything || verdict.includes(index);
  return Array.from({ length: changeCount }, (_, index) => index).filter((index) =>
    verdicts.every((verdict) => misses(verdict, index)),
  );
}
