import {
  defineCommand,
  type EarlierJob,
  type Invocation,
  type Options,
  option,
  placeInQueue,
  type QueuedJob,
} from '#src/command.js';
import { UserError } from '#src/errors.js';
import { maxCaptionLength, shownCaption } from '#src/jobs/edit.js';
import { maxLookLength } from '#src/jobs/train-pet.js';
import { findEditSource } from './edit-source.js';
import { assertInCaption } from './edit-words.js';
import { assertNotInTraining } from './training-order.js';

type Services = Pick<Invocation<'correct', Options>, 'jobs' | 'pets' | 'files'>;

/** Whoever sees better what is in a picture says so, and what was made from it is made again. */
export const correct = defineCommand({
  name: 'correct',
  exclusive: true,
  options: {
    words: option('text', { required: true, max: maxCaptionLength }),
    job: option('text', { max: 64 }),
  },
  freeText: 'words',
  async suggest(jobs, { job }) {
    const edited = await jobs.find('edit', job);
    if (edited?.result) return shownCaption(edited.data, edited.result.caption.text);
    return (await jobs.find('train-pet', job))?.result?.seen?.look;
  },
  async run({ options: { words: said, job }, jobs, pets, files, words: vocabulary, reply }) {
    const services = { jobs, pets, files };
    // Said in another language of the bot, to a checkpoint that knows a few words of English.
    const read = vocabulary.read(said);
    const words = read.unknown.length === 0 && read.words !== '' ? read.words : said;
    const edited = job === undefined ? await jobs.find('edit', job) : await jobs.findHere('edit', job);
    const trained = edited || job === undefined ? undefined : await jobs.find('train-pet', job);
    if (!edited && !trained) throw new UserError(job === undefined ? 'correctNothing' : 'jobUnknown');
    const queued = edited ? await editAgain(edited, words, services) : await trainAgain(trained!, words, services);
    return reply('queued', { words: said, position: placeInQueue(queued) }, { job: queued.id });
  },
});

async function editAgain(
  { id, data, title }: EarlierJob<'edit'>,
  caption: string,
  { jobs, pets: petsService, files }: Services,
): Promise<QueuedJob> {
  const pets = await petsService.available();
  await jobs.assertRoom('edit');
  const source = await findEditSource({ photo: undefined, job: id, number: 0, caption }, { jobs, files, pets });
  assertInCaption(data.changes, source.caption!.text, source.sourcePet);
  const { drawn: _, sourcePet: __, ...asked } = data;
  return jobs.enqueue({ name: 'edit', data: { ...asked, ...source }, title });
}

async function trainAgain(
  { id, data }: EarlierJob<'train-pet'>,
  look: string,
  { jobs, pets, files }: Services,
): Promise<QueuedJob> {
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
