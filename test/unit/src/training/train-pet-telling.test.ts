import { expect, test } from 'vitest';
import { jobs } from '#src/jobs/index.js';
import { trainPetTale } from '#src/training/train-pet-telling.js';
import { blob } from '#test/helpers/edit-result.js';

const photos = [blob('1'), blob('2'), blob('3')];
const data = jobs['train-pet'].data.parse({ petName: 'Rex', className: 'dog', photos, seed: 1, isSpoiler: true });
const told = { id: 'w-1', title: 'Rex', person: { platform: 'web', id: 'anna', name: 'Anna' }, data } as const;

test('a training tells of other animals first, then of its steps, then of how well it learns', () => {
  const keyOf = (progress: object) => {
    const { text, fraction } = trainPetTale.progress(told, jobs['train-pet'].progress.parse(progress));
    return [text.key, fraction];
  };
  const steps = { step: 30, steps: 120 };
  expect(keyOf({ ...steps, classPictures: { done: 3, total: 4 } })).toEqual(['delivery.preparing', 0.75]);
  expect(keyOf(steps)).toEqual(['delivery.training', 0.25]);
  expect(keyOf({ ...steps, loss: 0.1 })).toEqual(['delivery.trainingLoss', 0.25]);
});

test('the loss so far is a curve between its lowest and its highest value', () => {
  const trendOf = (lossCurve: readonly number[]) =>
    trainPetTale.progress(told, { step: 3, steps: 9, loss: 0.123_45, lossCurve: [...lossCurve] }).text.params;
  expect(trendOf([3, 2, 1])).toMatchObject({ loss: '0.123', trend: '█▅▁' });
  expect(trendOf([2, 2])).toMatchObject({ trend: '▁▁' });
  expect(trendOf([])).toMatchObject({ trend: '' });
});

test('the pet of a training has its name and photos, the files of the result, and stays covered', () => {
  const result = jobs['train-pet'].result.parse({
    lora: blob('4'),
    previews: [blob('5')],
    lossHistory: [],
    seconds: 1,
  });
  expect(trainPetTale.pet!(told, result)).toEqual({
    id: 'w-1',
    name: 'Rex',
    className: 'dog',
    lora: blob('4'),
    photos,
    previews: [blob('5')],
    isSpoiler: true,
  });
});
