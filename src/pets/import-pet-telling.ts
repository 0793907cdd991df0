import { type Text, text } from '#src/core/locale.js';
import { progressBar } from '#src/core/progress-bar.js';
import type { Tale } from '#src/core/tale.js';
import type { importPet, LoRANote } from './import-pet-job.js';

export const importPetTale: Tale<typeof importPet> = {
  title: (title) => text('delivery.importingTitle', { pet: title }),
  progress(job, { step, steps }) {
    const fraction = step / steps;
    const params = { ...progressBar(fraction), pet: job.title };
    return { text: text('delivery.importing', params), fraction };
  },
  result: (job, { previews, notes = [] }) => ({
    text: text('delivery.imported', { pet: job.title }),
    lines: notes.map((note) => lineOfFile(note, job.title)),
    pictures: previews.map((blob) => ({ blob, alt: text('delivery.trainedPicture', { pet: job.title }) })),
  }),
  pet: ({ id, data }, { previews, lora = data.lora }) => ({
    id,
    name: data.petName,
    className: data.className,
    lora,
    photos: [],
    previews,
  }),
};

function lineOfFile(note: LoRANote, pet: string): Text {
  switch (note.kind) {
    case 'text-encoder':
      return text('delivery.fileTextEncoder', { count: note.layers });
    case 'alpha-assumed':
      return text('delivery.fileAlphaAssumed');
    case 'trigger':
      return text('delivery.fileTrigger', { pet, words: note.words });
    case 'no-trigger':
      return text('delivery.fileNoTrigger');
  }
}
