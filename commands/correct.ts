import { defineCommand, type Invocation, option } from '#src/command/define-command.js';
import type { EarlierJob } from '#src/core/earlier-job.js';
import { UserError } from '#src/core/errors.js';
import type { Options } from '#src/core/options.js';
import { type edit, maxCaptionLength, shownCaption } from '#src/editing/edit-job.js';
import { findEditSource } from '#src/editing/edit-source.js';
import { assertInCaption } from '#src/editing/edit-words.js';
import { knownWords } from '#src/editing/known-words.js';
import { placeInQueue } from '#src/jobs/eta.js';
import type { QueuedJob } from '#src/jobs/services.js';
import { maxLookLength, type trainPet } from '#src/training/train-pet-job.js';
import { assertNotInTraining } from '#src/training/training-order.js';

type Services = Pick<Invocation<'correct', Options>, 'jobs' | 'pets' | 'files' | 'words'>;

/** In the person's own words. */
interface Said {
  readonly said: string;
  readonly withoutUnknown: boolean | undefined;
}

/** Whoever sees better what is in a picture says so, and what was made from it is made again. */
export const correct = defineCommand({
  name: 'correct',
  exclusive: true,
  options: {
    words: option('text', { required: true, max: maxCaptionLength }),
    job: option('text', { max: 64 }),
    without_unknown: option('boolean', { internal: true }),
  },
  freeText: 'words',
  async suggest(jobs, { job }) {
    const edited = await jobs.find('edit', job);
    if (edited?.result) return shownCaption(edited.data, edited.result.caption.text);
    return (await jobs.find('train-pet', job))?.result?.seen?.look;
  },
  async run({ options: { words: said, job, without_unknown: withoutUnknown }, jobs, pets, files, words, reply }) {
    const services = { jobs, pets, files, words };
    const edited = job === undefined ? await jobs.find('edit', job) : await jobs.findHere('edit', job);
    const trained = edited || job === undefined ? undefined : await jobs.find('train-pet', job);
    if (!edited && !trained) throw new UserError(job === undefined ? 'correctNothing' : 'jobUnknown');
    const correction = { said, withoutUnknown };
    const queued = edited
      ? await editAgain(edited, correction, services)
      : await trainAgain(trained!, correction, services);
    return reply('queued', { words: said, position: placeInQueue(queued) }, { job: queued.id });
  },
});

async function editAgain(
  { id, data, title }: EarlierJob<typeof edit>,
  { said: caption, withoutUnknown }: Said,
  { jobs, pets: petsService, files, words }: Services,
): Promise<QueuedJob> {
  const pets = await petsService.available();
  await jobs.assertRoom('edit');
  const options = { photo: undefined, job: id, number: 0, caption, captionOption: 'words', withoutUnknown } as const;
  const source = await findEditSource(options, { jobs, files, pets, words });
  assertInCaption(data.changes, source.caption!.text, source.sourcePet);
  const { drawn: _, sourcePet: __, ...asked } = data;
  return jobs.enqueue({ name: 'edit', data: { ...asked, ...source }, title });
}

async function trainAgain(
  { id, data }: EarlierJob<typeof trainPet>,
  { said, withoutUnknown }: Said,
  { jobs, pets, files, words }: Services,
): Promise<QueuedJob> {
  const look = knownWords(said, words, { option: 'words', written: said, withoutUnknown }, 'noun').words;
  if (!/\p{L}/u.test(look) || look.length > maxLookLength) throw new UserError('lookInvalid', { max: maxLookLength });
  const pet = (await pets.list()).find((one) => one.id === id);
  if (!pet) throw new UserError('petUnknown', { name: data.petName });
  const areThere = await Promise.all(data.photos.map((photo) => files.has(photo)));
  if (areThere.includes(false)) throw new UserError('petPhotosGone', { pet: pet.name });
  await assertNotInTraining(pet.name, jobs);
  await jobs.assertRoom('train-pet');
  const { snapshot: _, secondsBefore: __, ...order } = data;
  return jobs.enqueue({ name: 'train-pet', data: { ...order, petName: pet.name, look }, title: pet.name });
}
