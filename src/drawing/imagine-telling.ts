import { text } from '#src/core/locale.js';
import { progressBar } from '#src/core/progress-bar.js';
import type { Button } from '#src/core/reply.js';
import type { Tale } from '#src/core/tale.js';
import { buttonsOfDrawing } from './drawing-buttons.js';
import { withFacts } from './drawn-words.js';
import type { imagine } from './imagine-job.js';
import { lineOfUnknown } from './unknown-words.js';

export const imagineTale: Tale<typeof imagine> = {
  title: (title) => text('delivery.drawingTitle', { prompt: title }),
  progress(job, { step, steps }) {
    const fraction = step / steps;
    return {
      text: text('delivery.drawing', { ...progressBar(fraction), prompt: job.title, step, steps }),
      fraction,
    };
  },
  result: (job, { pictures, grid, settings, isPromptCut }) => ({
    text: withFacts(text('delivery.drawn', { prompt: job.title, person: job.person.name, seed: settings.seed }), {
      petLabel: job.data.petLabel,
    }),
    lines: [...lineOfUnknown(job.data.unknownWords), ...(isPromptCut ? [text('delivery.promptCut')] : [])],
    pictures: grid
      ? [
          {
            blob: grid,
            parts: pictures,
            alt: text('delivery.drawnGrid', { count: pictures.length, prompt: job.title }),
          },
        ]
      : pictures.map((blob, index) => ({
          blob,
          alt: text('delivery.drawnPicture', { number: index + 1, prompt: job.title }),
        })),
    buttons: grid ? buttonsOfGrid(job.id, pictures.length) : buttonsOfDrawing(job.id),
  }),
};

const pickLabels = ['pick1', 'pick2', 'pick3', 'pick4'] as const;

function buttonsOfGrid(job: string, count: number): readonly Button[] {
  const picks = pickLabels
    .slice(0, count)
    .map((label, index): Button => ({ for: 'everybody', label, command: 'pick', options: { job, number: index + 1 } }));
  return [...picks, ...buttonsOfDrawing(job).filter(({ label }) => label !== 'upscale' && label !== 'edit')];
}
