import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dot } from '#models/tensors/cosine.js';
import type { Engine } from '#models/tensors/engine/engine.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGenerator } from '#models/tensors/random.js';
import { ATTRIBUTES, type Attribute } from '#models/toy-world/judges/judge.js';
import { type Judges, loadJudges } from '#models/toy-world/judges/judges.js';
import { createPet } from '#models/toy-world/pet.js';
import { drawScenes } from '#models/toy-world/pretraining/toy-data.js';
import { TOY_PIXELS } from '#models/toy-world/pretraining/toy-pets-configuration.js';
import { createScene, describeScene } from '#models/toy-world/scene.js';
import { packageRoot } from '#src/core/package-root.js';

describe('the shipped judges', () => {
  let engine: Engine;
  let judges: Judges;
  beforeAll(async () => {
    engine = createOnnxEngine();
    judges = await loadJudges(engine, join(packageRoot, 'models/checkpoints/toy-judges'));
  });
  afterAll(() => engine.dispose());

  test('name nine of ten attributes of drawings that training never saw', async () => {
    const scenes = Array.from({ length: 40 }, (_, index) =>
      createScene(createGenerator(31_000 + index), { split: 'heldout' }),
    );
    const answers = await judges.attributes(drawScenes(scenes, TOY_PIXELS));
    for (const name of Object.keys(ATTRIBUTES) as Attribute[]) {
      const right = answers.filter((answer, index) => answer[name] === describeScene(scenes[index]!)[name]).length;
      expect(right / scenes.length, name).toBeGreaterThanOrEqual(0.9);
    }
  });

  test('put two pictures of one pet closer together than those of two pets', async () => {
    const pets = Array.from({ length: 6 }, (_, index) => createPet(createGenerator(32_000 + index), { kind: 'dog' }));
    const pictures = (seed: number) =>
      judges.identities(
        drawScenes(
          pets.map((pet, index) => createScene(createGenerator(seed + index), { pet, clothes: 'none' })),
          TOY_PIXELS,
        ),
      );
    const [one, other] = await Promise.all([pictures(33_000), pictures(34_000)]);
    for (const [index, vector] of one.entries()) {
      expect(dot(vector, vector)).toBeCloseTo(1, 4);
      const nearest = other.map((candidate) => dot(vector, candidate));
      expect(nearest.indexOf(Math.max(...nearest))).toBe(index);
    }
  });

  test('show their features, finest first', async () => {
    const [features] = await judges.features(drawScenes([createScene(createGenerator(1))], TOY_PIXELS));
    expect(features!.map(({ height, width }) => [height, width])).toEqual([
      [64, 64],
      [32, 32],
      [16, 16],
      [8, 8],
      [4, 4],
    ]);
    for (const { values, height, width, channels } of features!) expect(values.length).toBe(height * width * channels);
  });
});
