import { imagesToPixels } from '#models/image-processor.js';
import type { EditResult } from '#models/pipelines/edit-options.js';
import type { EditChange } from '#src/jobs/edit.js';
import type { PhotoCaptioner } from './photo-caption.js';

export interface VerdictOptions {
  readonly captioner: PhotoCaptioner;
  readonly changes: readonly EditChange[];
  /** Whether a pet was put in. */
  readonly hasPet: boolean;
  /** As the checkpoint recommends. */
  readonly leastDirection: number;
}

/**
 * Whether a picture does not show what was asked for: where the checkpoint's reader does not find it, and the picture changed
 * along other lines than its words. Either witness alone is wrong too often: a reader about soft pictures, a direction about
 * small changes.
 */
export async function isMissed(
  { picture, score, settings }: Pick<EditResult, 'picture' | 'score' | 'settings'>,
  { captioner, changes, hasPet, leastDirection }: VerdictOptions,
): Promise<boolean> {
  // A change of weight alone leaves the words as they are.
  if (settings.sourcePrompt === settings.targetPrompt) return false;
  const isLacking = await captioner.lacks(imagesToPixels([picture]), changes);
  // How far a pet's own word leads away from its kind is for nobody to say.
  if (score.kind !== 'direction' || hasPet) return isLacking ?? false;
  return isLacking !== false && score.value < leastDirection;
}
