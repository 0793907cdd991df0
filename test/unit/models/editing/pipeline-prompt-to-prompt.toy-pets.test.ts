import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planEdit } from '#models/editing/attention-control/edit-instruction.js';
import type { EditMask } from '#models/editing/edit-options.js';
import { editingComponents } from '#models/editing/editing-components.js';
import { PromptToPromptPipeline } from '#models/editing/pipeline-prompt-to-prompt.js';
import { psnr } from '#models/evaluation/psnr.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import type { RgbImage } from '#models/pipelines/image-processor.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGenerator } from '#models/tensors/random.js';
import { caption } from '#models/toy-world/caption.js';
import { drawScene } from '#models/toy-world/render.js';
import { createScene } from '#models/toy-world/scene.js';

const SIDE = 128;
const engine = createOnnxEngine({ threadCount: 2 });
let pipeline: PromptToPromptPipeline;

beforeAll(async () => {
  const checkpoint = await CheckpointFolder.open('models/checkpoints/toy-pets');
  pipeline = new PromptToPromptPipeline(editingComponents(new StableDiffusionModel(checkpoint, engine)));
});
afterAll(() => engine.dispose());

const scene = createScene(createGenerator(1), { kind: 'dog', colour: 'brown', setting: 'snow', clothes: 'none' });
const image: RgbImage = { width: SIDE, height: SIDE, rgb: drawScene(scene, SIDE) };

/** The picture where the mask allows no change, nor does a place beside it; black elsewhere. */
function kept({ rgb }: RgbImage, mask: EditMask): RgbImage {
  const scale = SIDE / mask.width;
  const isNear = (y: number, x: number) =>
    [-1, 0, 1].some((dy) => [-1, 0, 1].some((dx) => mask.values[(y + dy) * mask.width + x + dx] === 1));
  const values = rgb.map((value, index) => {
    const pixel = Math.floor(index / 3);
    return isNear(Math.floor(pixel / SIDE / scale), Math.floor((pixel % SIDE) / scale)) ? 0 : value;
  });
  return { width: SIDE, height: SIDE, rgb: values };
}

/** Brightness of a pixel, 0…255, from where it is; grey. */
const painted = (paint: (x: number, y: number) => number): RgbImage => ({
  width: SIDE,
  height: SIDE,
  rgb: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, index) =>
    paint(Math.floor(index / 3) % SIDE, Math.floor(index / 3 / SIDE)),
  ),
});

describe('toy-pets knows', () => {
  const knowledge = async (posted: RgbImage, prompt: string, method: 'direct' | 'edit-friendly' = 'direct') => {
    const { known, reconstructionPsnr } = await pipeline.edit({
      source: { kind: 'posted', image: posted, prompt },
      targetPrompt: prompt,
      steps: 2,
      method,
    });
    expect(reconstructionPsnr).toBe(100);
    return known!;
  };

  it('scenes of its world', async () => {
    for (let index = 0; index < 6; index++) {
      const drawn = createScene(createGenerator(70_000 + index));
      const known = await knowledge({ ...image, rgb: drawScene(drawn, SIDE) }, caption(drawn));
      expect(known.isKnown).toBe(true);
      expect(known.roundTripPsnr).toBeGreaterThan(25);
      expect(known.noise!.deviation).toBeGreaterThan(0.3);
    }
  });

  it('neither noise nor checks, nor a gradient, nor a scene upside down, though the source is rebuilt exactly', async () => {
    const generator = createGenerator(5);
    const strange = [
      painted(() => generator.integer(256)),
      painted((x, y) => ((Math.floor(x / 4) + Math.floor(y / 4)) % 2 === 0 ? 0 : 255)),
      painted((x, y) => x + y),
      { ...image, rgb: image.rgb.slice().reverse() },
    ];
    for (const posted of strange) expect((await knowledge(posted, caption(scene))).isKnown).toBe(false);
    expect(await knowledge(strange[0]!, caption(scene), 'edit-friendly')).not.toHaveProperty('noise');
  });
});

describe('toy-pets edits a drawing', () => {
  it.each([
    ['another animal', { kind: 'replace', from: 'dog', to: 'cat' }],
    ['another colour', { kind: 'replace', from: 'brown', to: 'blue' }],
    ['a hat', { kind: 'add', words: 'wearing a red hat' }],
  ] as const)('to %s, and keeps what is around', async (_, instruction) => {
    const prompt = caption(scene);
    const { targetPrompt, control } = planEdit(prompt, [instruction]);
    const { picture, reconstruction, score, mask, evaluations } = await pipeline.edit({
      source: { kind: 'posted', image, prompt },
      targetPrompt,
      control,
    });
    expect(evaluations).toEqual({ inversion: 20, editing: 60, backward: 0 });
    expect(score.kind).toBe('direction');
    expect(score.value).toBeGreaterThan(0.25);
    expect(score.changedShare).toBeGreaterThan(0.02);
    expect(psnr(kept(picture, mask!), kept(reconstruction, mask!))).toBeGreaterThan(27);
  });
});
