import { text } from '#src/core/locale.js';
import { progressBar } from '#src/core/progress-bar.js';
import type { Tale } from '#src/core/tale.js';
import { buttonsOfUpscaled } from './drawing-buttons.js';
import { withFacts } from './drawn-words.js';
import type { upscale } from './upscale-job.js';

export const upscaleTale: Tale<typeof upscale> = {
  title: (title) => text('delivery.upscalingTitle', { prompt: title }),
  progress(job, { fraction }) {
    const params = { ...progressBar(fraction), prompt: job.title };
    return { text: text('delivery.upscaling', params), fraction };
  },
  result: (job, { picture, width, height }) => ({
    text: withFacts(
      text('delivery.upscaled', { prompt: job.title, person: job.person.name, width, height }),
      job.data.drawn ?? {},
    ),
    pictures: [{ blob: picture, alt: text('delivery.upscaledPicture', { prompt: job.title }) }],
    buttons: buttonsOfUpscaled(job.id, job.data.drawn?.job),
  }),
};
