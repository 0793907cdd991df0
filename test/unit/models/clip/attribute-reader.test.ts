import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answersOf, parseAttributeReaderConfig, READ_ATTRIBUTES } from '#models/clip/attribute-reader.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { imagesToPixels } from '#models/pipelines/image-processor.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGenerator } from '#models/tensors/random.js';
import { TOY_PIXELS, TOY_READER } from '#models/toy-world/pretraining/toy-pets-configuration.js';
import { drawScene } from '#models/toy-world/render.js';
import { createScene, describeScene } from '#models/toy-world/scene.js';
import { packageRoot } from '#src/core/package-root.js';

describe('attribute reader', () => {
  it('gives answers in order of probability, which add up to 1', () => {
    const answers = answersOf(['dog', 'cat', 'duck'], Float32Array.from([1000, 1001, 998]));
    expect(answers.map(({ words }) => words)).toEqual(['cat', 'dog', 'duck']);
    expect(answers[0]!.probability / answers[1]!.probability).toBeCloseTo(Math.E);
    expect(answers.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
  });

  it('refuses a config that lacks a question or has one too many, naming it', () => {
    const { place: _, ...placeless } = TOY_READER;
    expect(() => parseAttributeReaderConfig(placeless, { file: 'reader/config.json' })).toThrow(
      /reader\/config.json.*place/,
    );
    expect(() => parseAttributeReaderConfig({ ...TOY_READER, mood: ['glad'] })).toThrow(/mood/);
  });

  it('reads, as toy-pets brings it, nearly all of scenes that nothing was trained on', async () => {
    const engine = createOnnxEngine();
    const checkpoint = await CheckpointFolder.open(join(packageRoot, 'models/checkpoints/toy-pets'));
    const model = new StableDiffusionModel(checkpoint, engine);
    const generator = createGenerator(91_000);
    const right = { kind: 0, look: 0, garment: 0, place: 0 };
    const count = 40;
    for (let index = 0; index < count; index++) {
      const scene = createScene(generator.fork(`scene ${index}`), { split: 'heldout' });
      const { kind, colour, clothes, setting } = describeScene(scene);
      const truth = { kind, look: colour, garment: clothes, place: setting };
      const image = { rgb: drawScene(scene, TOY_PIXELS), width: TOY_PIXELS, height: TOY_PIXELS };
      const answers = (await model.readPicture(imagesToPixels([image])))!;
      for (const question of READ_ATTRIBUTES)
        right[question] += Number(answers[question][0]!.words === TOY_READER[question][truth[question]]);
    }
    await engine.dispose();
    for (const question of READ_ATTRIBUTES) expect(right[question], question).toBeGreaterThanOrEqual(0.9 * count);
  });
});
