import { defineCommand, type EarlierJob, option, petLabel, type Text, text } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { petMarker } from '#src/jobs/imagine.js';
import type { ResultOf } from '#src/jobs/index.js';
import { petOf } from './imagine-prompt.js';
import { isNamedIn } from './pet-names.js';

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
      const edited = await jobs.find('edit', options.job);
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
function linesOf({ id, title, data }: EarlierJob<'edit'>, result: ResultOf<'edit'>): Text[] {
  const { method, steps, guidanceScale } = result.settings;
  const strengths = data.strengths.join(', ');
  const caption = result.caption.text.replaceAll(petMarker, data.sourcePet?.name ?? '');
  const target = result.targetPrompt.replaceAll(petMarker, (data.pet ?? data.sourcePet)?.name ?? '');
  const strength = data.strengths[Math.floor(data.strengths.length / 2)]!;
  const settings = [
    `strength:${strength}`,
    ...(data.keepBackground === undefined ? [] : [`keep:${data.keepBackground ? 'yes' : 'no'}`]),
    ...(method === 'replay' ? [] : [`method:${method}`]),
    ...(data.pet ? [`likeness:${data.petStrength}`] : []),
    `seed:${data.seed}`,
    `job:${id}`,
    'number:0',
  ];
  return [
    text('commands.info.replies.editWords', { caption, target }),
    text('commands.info.replies.editNumbers', {
      method,
      strengths,
      steps,
      guidance: guidanceScale,
      petStrength: data.petStrength,
    }),
    text('commands.info.replies.editScores', {
      decibels: result.reconstruction.toFixed(1),
      scores: result.scores.map(({ value }) => value.toFixed(2)).join(', '),
      evaluations: result.evaluations,
    }),
    ...(result.isLetterboxed ? [text('commands.info.replies.editLetterboxed')] : []),
    text('commands.info.replies.time', { seconds: result.seconds.toFixed(1) }),
    text('commands.info.replies.editRepeat', { change: title, settings: settings.join(' ') }),
  ];
}
