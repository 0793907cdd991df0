import { defineCommand, option } from '#src/command/define-command.js';
import type { JobResult } from '#src/core/define-job.js';
import type { EarlierJob } from '#src/core/earlier-job.js';
import { UserError } from '#src/core/errors.js';
import { type Text, text } from '#src/core/locale.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import { petOf } from '#src/drawing/imagine-prompt.js';
import { isNamedIn } from '#src/drawing/pet-names.js';
import type { edit } from '#src/editing/edit-job.js';
import { petLabel } from '#src/pets/pet.js';

type Result = JobResult<typeof edit>;

/** A target prompt of a person's own may differ in all its words. */
const maxBlendWords = 12;

/** How a picture was made, in a form that can be typed again. */
export const info = defineCommand({
  name: 'info',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, jobs, pets, reply }) {
    const drawn = await jobs.find('imagine', options.job);
    if (!drawn) {
      const edited = await jobs.findHere('edit', options.job);
      if (!edited?.result) throw new UserError('jobUnknown');
      return reply('edited', { change: edited.title }, { lines: linesOf(edited, edited.result), ephemeral: true });
    }
    if (!drawn.result) throw new UserError('jobUnknown');
    const { data, result, title } = drawn;
    const { seed, steps, guidanceScale } = result.settings;
    const count = result.pictures.length;
    const available = await pets.available();
    const pet = petOf(data, available);
    const isChosen = pet !== undefined && !isNamedIn(title, available);
    const command = [
      `/imagine ${title}`,
      `seed:${seed}`,
      `count:${count}`,
      ...(isChosen ? [`pet:${petLabel(pet)}`] : []),
      ...(data.negativePrompt === '' ? [] : [`without:${data.negativePrompt}`]),
    ].join(' ');
    return reply(
      'settings',
      { prompt: title },
      {
        lines: [
          text('commands.info.replies.numbers', { seed, steps, guidance: guidanceScale, count }),
          ...(pet ? [text('commands.info.replies.pet', { pet: petLabel(pet) })] : []),
          ...(data.negativePrompt === ''
            ? []
            : [text('commands.info.replies.without', { words: data.negativePrompt })]),
          text('commands.info.replies.time', { seconds: result.seconds.toFixed(1) }),
          text('commands.info.replies.repeat', { command }),
        ],
        ephemeral: true,
      },
    );
  },
});

/** The picture before the edit is named by its job, so that the line can be typed anywhere in the channel. */
function linesOf({ id, title, data }: EarlierJob<typeof edit>, result: Result): Text[] {
  const { method, steps, guidanceScale, control, byStrength } = result.settings;
  const { pet, sourcePet } = data;
  const before = (words: string) => words.replaceAll(petMarker, (sourcePet ?? pet)?.name ?? '');
  const after = (words: string) => words.replaceAll(petMarker, (pet ?? sourcePet)?.name ?? '');
  const strength = data.strengths[Math.floor(data.strengths.length / 2)]!;
  const settings = [
    `strength:${strength}`,
    ...(data.strengths.length > 1 ? ['strip:yes'] : []),
    ...(data.keepBackground === undefined ? [] : [`keep:${data.keepBackground ? 'yes' : 'no'}`]),
    ...(method === 'replay' ? [] : [`method:${method}`]),
    ...(data.pet ? [`likeness:${data.petStrength}`] : []),
    `seed:${data.seed}`,
    `job:${id}`,
    'number:0',
  ];
  return [
    text('commands.info.replies.editWords', {
      caption: before(result.caption.text),
      target: after(result.targetPrompt),
    }),
    text('commands.info.replies.editNumbers', {
      method,
      strengths: data.strengths.join(', '),
      steps,
      guidance: byStrength?.map((one) => one.guidanceScale.toFixed(2)).join(', ') ?? guidanceScale,
      petStrength: data.petStrength,
    }),
    ...(control && byStrength ? [attentionLine(control, byStrength)] : []),
    ...(control?.blend ? blendLines(control.blend, { before, after }) : []),
    text('commands.info.replies.editScores', {
      decibels: result.reconstruction.toFixed(1),
      scores: result.scores.map(({ value }) => value.toFixed(2)).join(', '),
      evaluations: result.evaluations,
    }),
    ...(result.isLetterboxed ? [text('commands.info.replies.editLetterboxed')] : []),
    ...(result.isSqueezed ? [text('commands.info.replies.editSqueezed')] : []),
    ...(data.isReduced ? [text('commands.info.replies.editReduced')] : []),
    text('commands.info.replies.time', { seconds: result.seconds.toFixed(1) }),
    text('commands.info.replies.editRepeat', { change: title, settings: settings.join(' ') }),
  ];
}

type EditSettings = Result['settings'];
type Control = NonNullable<EditSettings['control']>;

/** What was taken over from the picture. */
function attentionLine(
  { alignment, selfReplaceLevel }: Control,
  byStrength: NonNullable<EditSettings['byStrength']>,
): Text {
  return text('commands.info.replies.editAttention', {
    cross: byStrength.map(({ crossReplaceSteps }) => shownWindow(crossReplaceSteps)).join(', '),
    self: byStrength.map(({ selfReplaceSteps }) => shownWindow(selfReplaceSteps)).join(', '),
    level: selfReplaceLevel,
    alignment,
  });
}

/** Where the picture was allowed to change, and where not. */
function blendLines(
  { source, target, subtract = [], threshold }: NonNullable<Control['blend']>,
  { before, after }: Readonly<Record<'before' | 'after', (words: string) => string>>,
): Text[] {
  const changed = [...source.map(before), ...target.map(after)];
  const kept = subtract.map(before);
  return [
    ...(changed.length > 0
      ? [text('commands.info.replies.editBlend', { words: listed(changed), threshold: threshold.toFixed(2) })]
      : []),
    ...(kept.length > 0 ? [text('commands.info.replies.editSubtract', { words: listed(kept) })] : []),
  ];
}

function listed(words: readonly string[]): string {
  const different = [...new Set(words)];
  return [...different.slice(0, maxBlendWords), ...(different.length > maxBlendWords ? ['…'] : [])].join(', ');
}

/** Shares of the steps. */
function shownWindow(window: number | readonly [number, number]): string {
  return typeof window === 'number' ? window.toFixed(2) : window.map((share) => share.toFixed(2)).join('–');
}
