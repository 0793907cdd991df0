import { type Text, text } from '#src/core/locale.js';
import type { Person } from '#src/core/place.js';
import type { Button, Picture } from '#src/core/reply.js';
import type { Database } from '#src/database/database.js';
import { buttonsOfDrawing, buttonsOfUpscaled } from '#src/drawing/drawing-buttons.js';
import { withFacts } from '#src/drawing/drawn-words.js';
import { lineOfUnknown } from '#src/drawing/unknown-words.js';
import { buttonsOfEdit, correctButton } from '#src/editing/edit-buttons.js';
import { linesOfEdit, picturesOfEdit } from '#src/editing/edit-telling.js';
import type { DataOf, JobName, ProgressOf, ResultOf } from '#src/jobs/index.js';
import type { LoRANote } from '#src/pets/import-pet-job.js';
import { PetsTable } from '#src/pets/pets-table.js';

/** A job as the one who reads about it sees it. */
interface Told<Name extends JobName> {
  readonly id: string;
  readonly title: string;
  readonly person: Person;
  readonly data: DataOf<Name>;
}

interface Tale<Name extends JobName> {
  /** Names the job in sentences about it. */
  title(title: string): Text;
  progress(job: Told<Name>, progress: ProgressOf<Name>): { readonly text: Text; readonly fraction: number };
  result(
    job: Told<Name>,
    result: ResultOf<Name>,
  ): {
    readonly text: Text;
    readonly lines?: readonly Text[];
    readonly pictures: readonly Picture[];
    readonly buttons?: readonly Button[];
    readonly thread?: { readonly name: string; readonly label: Text };
  };
  /** A new message beside the result, where people have waited long and look elsewhere. */
  announcement?(job: Told<Name>): Text;
  /** What else comes true when the job is done, in the same transaction as its end. */
  settle?(job: Told<Name>, result: ResultOf<Name>, database: Database): Promise<void>;
}

/** How each job's progress and result are told, and what its result changes. */
export const tales: { readonly [Name in JobName]: Tale<Name> } = {
  'train-pet': {
    title: (title) => text('delivery.learningTitle', { pet: title }),
    progress(job, { step, steps, classPictures, loss, lossCurve = [] }) {
      if (classPictures) {
        const fraction = classPictures.done / classPictures.total;
        const params = { bar: bar(fraction), percent: percent(fraction), pet: job.title, ...classPictures };
        return { text: text('delivery.preparing', params), fraction };
      }
      const fraction = step / steps;
      const params = { bar: bar(fraction), percent: percent(fraction), pet: job.title, step, steps };
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
    async settle(job, { lora, previews }, database) {
      const { petName, className, photos, isSpoiler } = job.data;
      const pet = { id: job.id, name: petName, className, lora, photos, previews, isSpoiler };
      await new PetsTable(database).save(job.person, pet);
    },
  },
  imagine: {
    title: (title) => text('delivery.drawingTitle', { prompt: title }),
    progress(job, { step, steps }) {
      const fraction = step / steps;
      return {
        text: text('delivery.drawing', {
          bar: bar(fraction),
          percent: percent(fraction),
          prompt: job.title,
          step,
          steps,
        }),
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
  },
  edit: {
    title: (title) => text('delivery.editingTitle', { change: title }),
    progress(job, { phase, step, steps }) {
      const fraction = step / steps;
      const params = { bar: bar(fraction), percent: percent(fraction), change: job.title };
      return { text: text(phaseKeys[phase], params), fraction };
    },
    result: (job, result) => ({
      text: text('delivery.edited', { change: job.title, person: job.person.name }),
      lines: linesOfEdit(job.data, result),
      pictures: picturesOfEdit(job.title, result),
      buttons: buttonsOfEdit(job.id, { data: job.data, result }),
    }),
  },
  'import-pet': {
    title: (title) => text('delivery.importingTitle', { pet: title }),
    progress(job, { step, steps }) {
      const fraction = step / steps;
      const params = { bar: bar(fraction), percent: percent(fraction), pet: job.title };
      return { text: text('delivery.importing', params), fraction };
    },
    result: (job, { previews, notes = [] }) => ({
      text: text('delivery.imported', { pet: job.title }),
      lines: notes.map((note) => lineOfFile(note, job.title)),
      pictures: previews.map((blob) => ({ blob, alt: text('delivery.trainedPicture', { pet: job.title }) })),
    }),
    async settle(job, { previews, lora = job.data.lora }, database) {
      const { petName, className } = job.data;
      await new PetsTable(database).save(job.person, {
        id: job.id,
        name: petName,
        className,
        lora,
        photos: [],
        previews,
      });
    },
  },
  upscale: {
    title: (title) => text('delivery.upscalingTitle', { prompt: title }),
    progress(job, { fraction }) {
      const params = { bar: bar(fraction), percent: percent(fraction), prompt: job.title };
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
  },
};

function seenLines({ className }: DataOf<'train-pet'>, seen: NonNullable<ResultOf<'train-pet'>['seen']>): Text[] {
  if (seen.look === undefined) return [];
  const words = [`${seen.look} ${className}`, ...seen.places].join(' · ');
  return [text('delivery.trainedSeen', { seen: words, button: text('buttons.correct') })];
}

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

const phaseKeys = {
  caption: 'delivery.editLooking',
  inversion: 'delivery.editInverting',
  editing: 'delivery.editing',
} as const;

const pickLabels = ['pick1', 'pick2', 'pick3', 'pick4'] as const;

function buttonsOfGrid(job: string, count: number): readonly Button[] {
  const picks = pickLabels
    .slice(0, count)
    .map((label, index): Button => ({ for: 'everybody', label, command: 'pick', options: { job, number: index + 1 } }));
  return [...picks, ...buttonsOfDrawing(job).filter(({ label }) => label !== 'upscale' && label !== 'edit')];
}

const barWidth = 10;

function bar(fraction: number): string {
  const full = Math.round(fraction * barWidth);
  return '▓'.repeat(full) + '░'.repeat(barWidth - full);
}

function percent(fraction: number): number {
  return Math.floor(fraction * 100);
}

const heights = '▁▂▃▄▅▆▇█';

/** A line of blocks between the lowest and the highest value. */
function curve(values: readonly number[]): string {
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest;
  const height = (value: number) => (range > 0 ? Math.round(((value - lowest) / range) * (heights.length - 1)) : 0);
  return values.map((value) => heights[height(value)]).join('');
}
