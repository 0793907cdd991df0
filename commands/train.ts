import { defineCommand, option } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { isPetName, maxPetNameLength } from './pet-names.js';

export const train = defineCommand({
  name: 'train',
  options: {
    name: option('text', { required: true }),
    kind: option('text', { required: true, max: 32 }),
    photos: option('images', { required: true, min: 3, max: 20 }),
  },
  freeText: 'name',
  menu: { fills: 'photos', asks: ['name', 'kind'] },
  async run({ options, jobs, pets, keep, kinds, newSeed, reply }) {
    const { name } = options;
    if (!isPetName(name))
      throw new UserError('petNameInvalid', { name: [...name].slice(0, maxPetNameLength).join('') });
    if (kinds.isKind(name)) throw new UserError('petNameIsKind', { name });
    const className = kinds.classNameOf(options.kind);
    if (className === undefined) throw new UserError('kindInvalid', { kind: options.kind });
    if (await pets.find(name)) throw new UserError('petExists', { name });
    const trainings = (await jobs.unfinished()).filter((job) => job.name === 'train-pet');
    if (trainings.some(({ title }) => title.toLowerCase() === name.toLowerCase()))
      throw new UserError('petBeingTrained', { name });
    if ((await pets.list()).length + trainings.length >= pets.maxCount)
      throw new UserError('petsTooMany', { max: pets.maxCount });
    await jobs.assertRoom();
    const photos = await keep.photos(options.photos);
    const { id, position } = await jobs.enqueue({
      name: 'train-pet',
      data: { petName: name, className, photos: [...photos], seed: newSeed() },
      title: name,
    });
    return reply('queued', { pet: name, photos: photos.length, position }, { job: id });
  },
});
