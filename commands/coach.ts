import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import type { Button, Reply } from '#src/core/reply.js';
import type { CoachService } from '#src/photos/services.js';
import type { TrainingDraft } from '#src/training/services.js';
import {
  assertTrainable,
  blobsOf,
  countDifferent,
  minPhotos,
  orderTraining,
  repeatedOrder,
} from '#src/training/training-order.js';

const answers = ['use', 'replace', 'cancel'] as const;

/** What becomes of a training whose photos are doubtful. */
export const coach = defineCommand({
  name: 'coach',
  internal: true,
  asked: true,
  exclusive: true,
  options: {
    draft: option('text', { required: true, max: 16 }),
    answer: option('choice', { required: true, choices: answers }),
  },
  async run({ options, jobs, pets, drafts, newSeed, reply }) {
    const repeated = await repeatedOrder(jobs);
    if (repeated) return repeated;
    const draft = await drafts.get(options.draft);
    const { petName: pet, className, isSpoiler } = draft;
    switch (options.answer) {
      case 'cancel':
        await drafts.forget(draft);
        return reply('forgotten', { pet });
      case 'replace': {
        const rest = await drafts.replaceDoubtful(draft);
        const numbers = rest.photos.filter(({ blob }) => blob === undefined).map(({ number }) => number);
        const kept = blobsOf(rest.photos).length;
        const buttons = buttonsOf(rest, ['use', 'cancel']);
        if (numbers.length === 0) return reply('add', { pet, kind: className, kept }, { buttons });
        return reply('replace', { pet, kind: className, kept, numbers: numbers.join(', ') }, { buttons });
      }
      case 'use': {
        const given = countDifferent(draft);
        if (given < minPhotos) throw new UserError('photosTooFew', { min: minPhotos, given });
        await assertTrainable(pet, { pets, jobs });
        const photos = blobsOf(draft.photos);
        const queued = await orderTraining({ name: pet, className, photos, isSpoiler }, { jobs, newSeed });
        await drafts.finish(draft);
        return queued;
      }
    }
  },
});

/** The contact sheet, a sentence for each doubt, and what can be done. */
export function askAbout(draft: TrainingDraft, coach: CoachService): Reply {
  const mayImprove = isAnyDoubtful(draft) || draft.set.some(({ kind }) => kind === 'tooFew');
  return {
    text: text(isAnyDoubtful(draft) ? 'coach.intro' : 'coach.introCount', { pet: draft.petName }),
    lines: coach.sentencesOf(draft),
    isSpoiler: draft.isSpoiler,
    ...(draft.sheet && {
      pictures: [
        {
          blob: draft.sheet,
          parts: blobsOf(draft.photos),
          alt: text('coach.sheetAlt', { count: draft.photos.length }),
        },
      ],
    }),
    buttons: buttonsOf(draft, mayImprove ? answers : ['use', 'cancel']),
  };
}

function isAnyDoubtful({ photos }: TrainingDraft): boolean {
  return photos.some(({ doubts }) => doubts.length > 0);
}

function buttonsOf(draft: TrainingDraft, offered: readonly (typeof answers)[number][]): Button[] {
  const replace = isAnyDoubtful(draft) ? 'replacePhotos' : 'addPhotos';
  const labels = { use: 'useAnyway', replace, cancel: 'forgetPhotos' } as const;
  return offered
    .filter((answer) => answer !== 'use' || countDifferent(draft) >= minPhotos)
    .map((answer) => ({ for: 'asker', label: labels[answer], command: 'coach', options: { draft: draft.id, answer } }));
}
