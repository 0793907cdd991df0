import { defineCommand, option } from '#src/command/define-command.js';
import { maxPromptLength } from '#src/drawing/imagine-prompt.js';
import { descriptionOf, parseEdit } from '#src/editing/edit-instruction.js';
import { editMethods, editStrength, maxCaptionLength, petStrength } from '#src/editing/edit-job.js';
import { findEditSource, petOf } from '#src/editing/edit-source.js';
import { assertInCaption, markSourcePet, swapPet } from '#src/editing/edit-words.js';
import { knownEdit, toldUnknown } from '#src/editing/known-words.js';
import { placeInQueue } from '#src/jobs/eta.js';
import { stripAround } from './adjust.js';

/** Changes something in a photo, or in one of our pictures, and leaves the rest as it is. */
export const edit = defineCommand({
  name: 'edit',
  options: {
    change: option('text', { required: true, max: maxPromptLength }),
    photo: option('image'),
    caption: option('text', { max: maxCaptionLength }),
    strength: option('integer', { min: editStrength.min, max: editStrength.max }),
    strip: option('boolean'),
    keep: option('boolean'),
    method: option('choice', { choices: editMethods }),
    pet: option('pet', { shared: true }),
    likeness: option('number', { min: 0, max: petStrength.max }),
    job: option('text', { max: 64 }),
    number: option('integer', { min: 0, max: 4 }),
    seed: option('integer', { min: 0, max: 0xffff_ffff }),
    whole: option('boolean', { internal: true }),
    without_unknown: option('boolean', { internal: true }),
  },
  freeText: 'change',
  photosFor: 'edit',
  menu: { fills: 'photo', asks: ['change'] },
  async run({ options, jobs, pets: petsService, files, editPhrases, words, newSeed, reply }) {
    const {
      change,
      photo,
      caption,
      job,
      number,
      strip,
      keep,
      method,
      likeness,
      without_unknown: withoutUnknown,
    } = options;
    const { strength = editStrength.usual } = options;
    const repeated = await jobs.queuedBefore('edit');
    if (repeated) return reply('queued', { change, position: placeInQueue(repeated) }, { job: repeated.id });
    const pets = await petsService.available();
    const asked = options.whole ? descriptionOf(change) : parseEdit(change, editPhrases);
    await jobs.assertRoom('edit');
    const source = await findEditSource({ photo, job, number, caption, withoutUnknown }, { jobs, files, pets, words });
    const marked =
      asked.kind === 'changes' ? { ...asked, changes: markSourcePet(asked.changes, pets, source.sourcePet) } : asked;
    const swapped = swapPet(marked, pets, options.pet);
    const { pet } = swapped;
    const { request, unknown } = knownEdit(swapped.request, words, {
      option: 'change',
      written: change,
      withoutUnknown,
    });
    if (source.caption?.isGiven && request.kind === 'changes')
      assertInCaption(request.changes, source.caption.text, source.sourcePet);
    const queued = await jobs.enqueue({
      name: 'edit',
      data: {
        ...source,
        ...(request.kind === 'changes' ? { changes: [...request.changes] } : { target: request.target }),
        ...toldUnknown([...(source.unknownWords ?? []), ...unknown]),
        ...(pet && { pet: petOf(pet) }),
        ...(pet?.isSpoiler && { isSpoiler: true }),
        strengths: strip ? stripAround(strength) : [strength],
        ...(keep !== undefined && { keepBackground: keep }),
        ...(method !== undefined && { method }),
        ...(likeness !== undefined && { petStrength: likeness }),
        seed: options.seed ?? newSeed(),
      },
      title: change,
    });
    return reply('queued', { change, position: placeInQueue(queued) }, { job: queued.id });
  },
});
