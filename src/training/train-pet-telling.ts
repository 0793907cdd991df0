import type { JobData, JobResult } from '#src/core/define-job.js';
import { type Text, text } from '#src/core/locale.js';
import { progressBar } from '#src/core/progress-bar.js';
import type { Tale } from '#src/core/tale.js';
import { correctButton } from '#src/editing/edit-buttons.js';
import type { trainPet } from './train-pet-job.js';

export const trainPetTale: Tale<typeof trainPet> = {
  title: (title) => text('delivery.learningTitle', { pet: title }),
  progress(job, { step, steps, classPictures, loss, lossCurve = [] }) {
    if (classPictures) {
      const fraction = classPictures.done / classPictures.total;
      const params = { ...progressBar(fraction), pet: job.title, ...classPictures };
      return { text: text('delivery.preparing', params), fraction };
    }
    const fraction = step / steps;
    const params = { ...progressBar(fraction), pet: job.title, step, steps };
    if (loss === undefined) return { text: text('delivery.training', params), fraction };
    const words = { ...params, loss: loss.toPrecision(3), trend: curve(lossCurve) };
    return { text: text('delivery.trainingLoss', words), fraction };
  },
  result: (job, { previews, seconds, seen }) => ({
    text: text('delivery.trained', { pet: job.title, seconds: Math.round(seconds) }),
    lines: seen ? seenLines(job.data, seen) : [],
    pictures: previews.map((blob) => ({ blob, alt: text('delivery.trainedPicture', { pet: job.title }) })),
    buttons: seen?.look === undefined ? [] : [correctButton(job.id)],
    thread: { name: job.title, label: text('delivery.thread', { pet: job.title }) },
  }),
  announcement: (job) => text('delivery.announced', { pet: job.title, person: job.person.name }),
  pet: ({ id, data: { petName, className, photos, isSpoiler } }, { lora, previews }) => ({
    id,
    name: petName,
    className,
    lora,
    photos,
    previews,
    isSpoiler,
  }),
};

type Seen = NonNullable<JobResult<typeof trainPet>['seen']>;

function seenLines({ className }: JobData<typeof trainPet>, seen: Seen): Text[] {
  if (seen.look === undefined) return [];
  const words = [`${seen.look} ${className}`, ...seen.places].join(' · ');
  return [text('delivery.trainedSeen', { seen: words, button: text('buttons.correct') })];
}

const heights = '▁▂▃▄▅▆▇█';

/** A line of blocks between the lowest and the highest value. */
function curve(values: readonly number[]): string {
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest;
  const height = (value: number) => (range > 0 ? Math.round(((value - lowest) / range) * (heights.length - 1)) : 0);
  return values.map((value) => heights[height(value)]).join('');
}
