import { BlobMissingError } from '#src/core/blob-store.js';
import { PermanentError } from '#src/core/errors.js';
import type { ProgressOf } from '#src/jobs/index.js';
import { LOSS_CURVE_POINTS } from '#src/training/train-pet-job.js';
import type { Processors } from '../queue/processor.js';
import { ToldProgress } from './told-progress.js';

const maxHistory = 100;

export const trainPetProcessor: Processors['train-pet'] = async (
  data,
  { engine, blobs, log, trainSteps, signal, pause, report, earlier, saveSnapshot },
) => {
  const started = performance.now();
  const seconds = () => (data.secondsBefore ?? 0) + (performance.now() - started) / 1000;
  const steps = data.steps ?? trainSteps;
  const photos = await Promise.all(data.photos.map((key) => blobs.get(key))).catch((error: unknown) => {
    if (error instanceof BlobMissingError)
      throw new PermanentError('a photo of this training is gone', { cause: error });
    throw error;
  });
  let snapshot = data.snapshot;
  // A lost snapshot costs time, not the training.
  const resumeFrom = snapshot && (await blobs.get(snapshot).catch(() => undefined));
  const told = new ToldProgress({ blobs, log, report }, earlier?.preview);
  const curve = new LossCurve(earlier);
  const output = await engine
    .call(
      'trainPet',
      {
        photos,
        className: data.className,
        ...(data.look !== undefined && { look: data.look }),
        seed: data.seed,
        ...(steps !== undefined && { steps }),
        ...(resumeFrom && { resumeFrom }),
      },
      {
        signal,
        pause,
        onProgress({ step, steps, classPictures, loss, preview }) {
          const lossCurve = curve.add(step, steps, loss);
          told.tell(
            {
              step,
              steps,
              ...(classPictures && { classPictures }),
              ...(loss !== undefined && { loss, lossCurve }),
            },
            preview,
          );
        },
        onSnapshot(bytes) {
          told.inOrder(async () => {
            const former = snapshot;
            snapshot = await blobs.put(bytes);
            await saveSnapshot(snapshot, seconds());
            if (former && former !== snapshot) await blobs.delete(former);
          });
        },
      },
    )
    .finally(() => told.stored());
  const lora = await blobs.put(output.lora);
  const previews = await Promise.all(output.previews.map((bytes) => blobs.put(bytes)));
  if (snapshot) await blobs.delete(snapshot);
  return { lora, previews, lossHistory: thin(output.lossHistory), seen: output.seen, seconds: seconds() };
};

/** The last loss in each stretch of a training, those of earlier slices first. */
class LossCurve {
  readonly #points: number[];
  #stretch: number;

  constructor(earlier: ProgressOf<'train-pet'> | undefined) {
    this.#points = [...(earlier?.lossCurve ?? [])];
    this.#stretch = earlier?.lossCurve ? stretchOf(earlier.step, earlier.steps) : -1;
  }

  add(step: number, steps: number, loss: number | undefined): number[] {
    const stretch = stretchOf(step, steps);
    if (loss !== undefined && stretch >= this.#stretch) {
      if (stretch === this.#stretch) this.#points.pop();
      this.#points.push(loss);
      this.#stretch = stretch;
    }
    return [...this.#points];
  }
}

function stretchOf(step: number, steps: number): number {
  return Math.min(LOSS_CURVE_POINTS - 1, Math.floor((step / steps) * LOSS_CURVE_POINTS));
}

/** Means of equal stretches. */
function thin(history: readonly number[]): number[] {
  if (history.length <= maxHistory) return [...history];
  return Array.from({ length: maxHistory }, (_, index) => {
    const from = Math.floor((index * history.length) / maxHistory);
    const to = Math.floor(((index + 1) * history.length) / maxHistory);
    const stretch = history.slice(from, to);
    return stretch.reduce((sum, loss) => sum + loss, 0) / stretch.length;
  });
}
