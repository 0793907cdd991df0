import { expect, test } from 'vitest';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import {
  ATTRIBUTES,
  attributeJudgeBatch,
  attributeJudgeTask,
  identityJudgeBatch,
  identityJudgeTask,
} from '#models/toy-world/judges/judge.js';
import { FullTraining } from '#models/training/full-training.js';

test('a batch for the attribute judge has one answer to each question per picture', () => {
  const batch = attributeJudgeBatch(attributeJudgeTask(4, 64), 1, 0);
  for (const [name, classes] of Object.entries(ATTRIBUTES)) {
    const rows = Array.from({ length: 4 }, (_, row) => batch[name]!.data.slice(row * classes, (row + 1) * classes));
    expect(rows.map((row) => [...row].reduce((sum, value) => sum + value, 0))).toEqual([1, 1, 1, 1]);
  }
});

test.each([
  ['attributes', attributeJudgeTask(4, 64), attributeJudgeBatch],
  ['individuals', identityJudgeTask(4, 64), identityJudgeBatch],
] as const)('the judge of %s learns one batch by heart', async (_, task, makeBatch) => {
  const training = await FullTraining.create(createOnnxEngine(), task);
  const batch = makeBatch(task, 1, 0);
  const first = await training.train(batch, 3e-3);
  for (let step = 0; step < 40; step++) await training.train(batch, 3e-3);
  const last = await training.train(batch, 3e-3);
  expect(last.loss!).toBeLessThan(first.loss! / 3);
});
