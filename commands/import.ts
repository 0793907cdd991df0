import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { isPetName, maxPetNameLength } from '#src/drawing/pet-names.js';
import { placeInQueue } from '#src/jobs/eta.js';
import { assertTrainable } from '#src/training/training-order.js';

/** A pet that was learnt elsewhere, from its LoRA file. */
export const importPet = defineCommand({
  name: 'import',
  options: {
    name: option('text', { required: true }),
    kind: option('text', { required: true, max: 32 }),
    file: option('file', { required: true }),
  },
  freeText: 'name',
  photosFor: 'import-pet',
  async run({ options, jobs, pets, kinds, files, newSeed, reply }) {
    const { name } = options;
    const repeated = await jobs.queuedBefore('import-pet');
    if (repeated) return reply('queued', { pet: name, position: placeInQueue(repeated) }, { job: repeated.id });
    if (!isPetName(name))
      throw new UserError('petNameInvalid', { name: [...name].slice(0, maxPetNameLength).join('') });
    if (kinds.isKind(name)) throw new UserError('petNameIsKind', { name });
    const className = kinds.classNameOf(options.kind);
    if (className === undefined) throw new UserError('kindInvalid', { kind: options.kind });
    await assertTrainable(name, { pets, jobs }, 'import-pet');
    const lora = await files.keep(options.file);
    const queued = await jobs.enqueue({
      name: 'import-pet',
      data: { petName: name, className, lora, seed: newSeed() },
      title: name,
    });
    return reply('queued', { pet: name, position: placeInQueue(queued) }, { job: queued.id });
  },
});
