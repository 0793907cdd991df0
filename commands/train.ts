import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { isPetName, maxPetNameLength } from '#src/drawing/pet-names.js';
import {
  assertTrainable,
  blobsOf,
  maxPhotos,
  minPhotos,
  orderTraining,
  repeatedOrder,
} from '#src/training/training-order.js';
import { askAbout } from './coach.js';

export const train = defineCommand({
  name: 'train',
  exclusive: true,
  options: {
    name: option('text', { required: true }),
    kind: option('text', { required: true, max: 32 }),
    photos: option('images', { required: true, min: minPhotos, max: maxPhotos, isJudged: true }),
  },
  freeText: 'name',
  photosFor: 'train-pet',
  menu: { fills: 'photos', asks: ['name', 'kind'] },
  async keptPhotos(drafts, { name }) {
    const draft = typeof name === 'string' ? await drafts.findReplacing(name) : undefined;
    return draft ? blobsOf(draft.photos).length : 0;
  },
  async run({ options, jobs, pets, coach, drafts, kinds, newSeed }) {
    const { name } = options;
    const repeated = await repeatedOrder(jobs);
    if (repeated) return repeated;
    const asked = await drafts.savedBefore();
    if (asked) return askAbout(asked, coach);
    if (!isPetName(name))
      throw new UserError('petNameInvalid', { name: [...name].slice(0, maxPetNameLength).join('') });
    if (kinds.isKind(name)) throw new UserError('petNameIsKind', { name });
    const className = kinds.classNameOf(options.kind);
    if (className === undefined) throw new UserError('kindInvalid', { kind: options.kind });
    await assertTrainable(name, { pets, jobs });
    const earlier = await drafts.findReplacing(name);
    const judged = await coach.judge(options.photos, blobsOf(earlier?.photos ?? []), {
      min: minPhotos,
      max: maxPhotos,
    });
    const isCovered = judged.isSpoiler || earlier?.isSpoiler || options.photos.some(({ isSpoiler }) => isSpoiler);
    const covered = isCovered ? ({ isSpoiler: true } as const) : {};
    if (judged.sheet) return askAbout(await drafts.save({ petName: name, className, ...judged, ...covered }), coach);
    const order = { name, className, photos: blobsOf(judged.photos), ...covered };
    const queued = await orderTraining(order, { jobs, newSeed });
    if (earlier) await drafts.finish(earlier);
    return queued;
  },
});
