import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import type { Button } from '#src/core/reply.js';
import { buttonsOfDrawing } from '#src/drawing/drawing-buttons.js';
import { withFacts } from '#src/drawing/drawn-words.js';
import { buttonsOfEdit } from '#src/editing/edit-buttons.js';

/** One picture of several, by itself. */
export const pick = defineCommand({
  name: 'pick',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
    number: option('integer', { required: true, min: 1, max: 4 }),
  },
  async run({ options, jobs, entries, reply }) {
    const { job, number } = options;
    const enter: Button = { for: 'everybody', label: 'enter', command: 'enter', options: { job, number } };
    const more = (await entries.isTakingEntries()) ? [enter] : [];
    const drawn = await jobs.find('imagine', job);
    const picture = drawn?.result?.pictures[number - 1];
    if (drawn && picture) {
      const picked = reply(
        'picked',
        { number, prompt: drawn.title, person: drawn.person.name },
        {
          pictures: [{ blob: picture, alt: text('delivery.drawnPicture', { number, prompt: drawn.title }) }],
          isSpoiler: drawn.data.isSpoiler,
          result: { job, isUncovered: drawn.isUncovered },
          buttons: [...buttonsOfDrawing(drawn.id, { number }), ...more],
        },
      );
      const { seed } = drawn.result!.settings;
      return { ...picked, text: withFacts(picked.text, { petLabel: drawn.data.petLabel, seed }) };
    }
    const edited = await jobs.findHere('edit', job);
    const result = edited?.result;
    const blob = result?.pictures[number - 1];
    if (!edited || !result || !blob) throw new UserError('jobUnknown');
    return reply(
      'pickedEdit',
      { strength: edited.data.strengths[number - 1]!, change: edited.title, person: edited.person.name },
      {
        pictures: [{ blob, alt: text('delivery.editedAlt', { change: edited.title }) }],
        isSpoiler: edited.data.isSpoiler,
        result: { job, isUncovered: edited.isUncovered },
        buttons: [...buttonsOfEdit(edited.id, { data: edited.data, result }, { number }), ...more],
      },
    );
  },
});
