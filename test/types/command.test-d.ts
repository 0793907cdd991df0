import { errors } from '#locales/en/errors.js';
import { defineCommand, type OptionValue, option } from '#src/command/define-command.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';
import { text, translationOf } from '#src/core/locale.js';
import type { Button } from '#src/core/reply.js';
import type { InputOf } from '#src/jobs/index.js';
import { trainPetProcessor } from '#workers/jobs/train-pet.js';
import type { Processors } from '#workers/queue/processor.js';

/* Compiled by `npm run check`, never run: each error expected here is a mistake that must not compile. */

const photos = option('images', { required: true, min: 3, max: 20 });

defineCommand({
  name: 'cancel',
  options: { job: option('text') },
  async run({ options, reply }) {
    const job: string | undefined = options.job;
    // @ts-expect-error: an option that is not required may be missing
    const certain: string = options.job;
    reply('stoppedAll', { count: 3 });
    // @ts-expect-error: a reply that has no text
    reply('stoped');
    // @ts-expect-error: a reply without its parameter
    reply('stoppedAll');
    // @ts-expect-error: a misspelt parameter
    reply('stoppedAll', { cuont: 3 });
    return reply(job === certain ? 'stopped' : 'nothing');
  },
});

defineCommand({
  // @ts-expect-error: a command without texts
  name: 'cancle',
  options: {},
  async run() {
    throw new Error();
  },
});

defineCommand({
  name: 'cancel',
  // @ts-expect-error: an option without a text
  options: { job: option('text'), reason: option('text') },
  async run({ reply }) {
    return reply('nothing');
  },
});

defineCommand({
  name: 'cancel',
  // @ts-expect-error: a text without an option
  options: {},
  async run({ reply }) {
    return reply('nothing');
  },
});

defineCommand({
  name: 'train',
  options: { name: option('text', { required: true }), kind: option('text'), photos },
  // @ts-expect-error: free text fills text options only
  freeText: 'photos',
  async run({ options, coach, reply }) {
    const name: string = options.name;
    await coach.judge(options.photos, [], { min: 3, max: 20 });
    return reply('queued', { pet: name, photos: 3, position: 1 });
  },
});

defineCommand({
  name: 'cancel',
  // An option for buttons only needs no text.
  options: { job: option('text'), draft: option('text', { internal: true }) },
  async run({ options, reply }) {
    const draft: string | undefined = options.draft;
    return reply(draft === undefined ? 'nothing' : 'stopped');
  },
});

defineCommand({
  name: 'cancel',
  // @ts-expect-error: a command that is described to people is not for buttons only
  internal: true,
  options: { job: option('text') },
  async run({ reply }) {
    return reply('nothing');
  },
});

// @ts-expect-error: a choice needs its choices
option('choice');
// @ts-expect-error: photos need a limit
option('images', { min: 3 });
// @ts-expect-error: photos have no length in characters
option('image', { max: 3 });

const size = option('choice', { required: true, choices: ['small', 'large'] });
export const large: OptionValue<typeof size> = 'large';
// @ts-expect-error: not one of the choices
export const huge: OptionValue<typeof size> = 'huge';

new UserError('petUnknown', { name: 'Biscuit' });
// @ts-expect-error: an error without a text
new UserError('petUnkown', { name: 'Biscuit' });
// @ts-expect-error: an error without its parameter
new UserError('petUnknown');

text('errors.photoEmpty', { number: 1, name: 'a.jpg' });
// @ts-expect-error: one of two parameters
text('errors.photoEmpty', { number: 1 });
// @ts-expect-error: a key that is not a text but a group of them
text('errors');

// @ts-expect-error: a translation that lacks nearly everything
translationOf(errors, { petUnknown: 'Kein Tier namens {name}.' });
// @ts-expect-error: a misspelt parameter in a translation
translationOf(errors, { ...errors, petUnknown: 'Kein Tier namens {nmae}.' });
// @ts-expect-error: a parameter left out in a translation
translationOf(errors, { ...errors, petUnknown: 'Kein Tier.' });
translationOf(errors, { ...errors, petUnknown: 'Kein Tier namens {name}.' });
// @ts-expect-error: a text that the source does not have
translationOf(errors, { ...errors, petUnknwon: 'Kein Tier namens {name}.' });

const key = '' as BlobKey;
export const fine: InputOf<'train-pet'> = { petName: 'Biscuit', className: 'dog', photos: [key, key, key], seed: 1 };
// @ts-expect-error: a platform's address in the place of a stored photo
export const leaking: InputOf<'train-pet'> = { ...fine, photos: ['https://cdn.example/photo.jpg', key, key] };

// @ts-expect-error: a job without a processor
export const incomplete: Processors = { 'train-pet': trainPetProcessor };
// @ts-expect-error: a processor for another job
export const mistaken: Processors = { 'train-pet': trainPetProcessor, imagine: trainPetProcessor };

// @ts-expect-error: a button of which nobody has said whose it is
export const undecided: Button = { label: 'again', command: 'again', options: {} };
