/**
 * @file Measures a toy checkpoint with the judges: does it draw what captions say, and does a trained pet stay that pet?
 * Run: `npm run pretrain -- --stage evaluate`. The figures go into the checkpoint's README.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imagesToPixels, type RgbImage } from '../image-processor.js';
import { CheckpointFolder } from '../loaders/checkpoint-folder.js';
import type { LoRAAdapter } from '../lora/lora-adapter.js';
import { StableDiffusionPipeline } from '../pipelines/pipeline-stable-diffusion.js';
import { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import { createGenerator } from '../random.js';
import { observeSubject } from '../trainers/observe-subject.js';
import { decodeClassLatents } from '../trainers/prior-preservation.js';
import { chooseRareToken } from '../trainers/rare-token.js';
import { trainSubject } from '../trainers/train-subject.js';
import { ATTRIBUTES, type Attribute, IDENTITY_WIDTH } from './judge.js';
import { type Judges, loadJudges } from './judges.js';
import type { StageContext } from './stages.js';
import { drawScenes } from './toy-data.js';
import { TOY_PIXELS } from './toy-pets-configuration.js';
import { caption } from './toy-world/caption.js';
import { createPet, type Pet } from './toy-world/pet.js';
import { photoScenes } from './toy-world/photos.js';
import { createScene, describeScene } from './toy-world/scene.js';
import { indexOfName, SETTINGS, type SettingName } from './toy-world/vocabulary.js';

const CAPTION_COUNT = 200;
const PET_COUNT = 12;
const PHOTO_COUNT = 6;
const TEST_SETTINGS: readonly SettingName[] = ['snow', 'beach', 'jungle', 'mountain'];

export async function evaluate(context: StageContext): Promise<void> {
  const judges = await loadJudges(context.engine, context.judgesFolder);
  const model = new StableDiffusionModel(await CheckpointFolder.open(context.checkpointFolder), context.engine);
  await evaluateJudges(context, judges);
  await evaluateCaptions(context, model, judges);
  await evaluatePets(context, model, judges);
}

/** How far the judges themselves can be trusted: on true drawings. */
async function evaluateJudges({ onLine }: StageContext, judges: Judges): Promise<void> {
  const scenes = Array.from({ length: CAPTION_COUNT }, (_, index) =>
    createScene(createGenerator(900 + index), { split: 'heldout' }),
  );
  const answers = await judges.attributes(drawScenes(scenes, TOY_PIXELS));
  const shares = share(answers, scenes.map(describeScene));
  onLine(`judges on ${CAPTION_COUNT} drawings: ${shares}`);
}

async function evaluateCaptions(
  { onLine, signal }: StageContext,
  model: StableDiffusionModel,
  judges: Judges,
): Promise<void> {
  const scenes = Array.from({ length: CAPTION_COUNT }, (_, index) =>
    createScene(createGenerator(5000 + index), { split: 'heldout' }),
  );
  const answers: Record<Attribute, number>[] = [];
  for (const [index, scene] of scenes.entries()) {
    const [picture] = await draw(model, caption(scene), index, signal);
    answers.push(...(await judges.attributes(imagesToPixels([picture!]))));
  }
  onLine(`drawn from ${CAPTION_COUNT} held-out captions: ${share(answers, scenes.map(describeScene))}`);
}

function share(answers: readonly Record<Attribute, number>[], truth: readonly Record<Attribute, number>[]): string {
  return (Object.keys(ATTRIBUTES) as Attribute[])
    .map((name) => {
      const right = answers.filter((answer, index) => answer[name] === truth[index]![name]).length;
      return `${name} ${((100 * right) / answers.length).toFixed(1)} %`;
    })
    .join(', ');
}

async function evaluatePets(context: StageContext, model: StableDiffusionModel, judges: Judges): Promise<void> {
  const { onLine, signal } = context;
  const pets = Array.from(
    { length: PET_COUNT },
    (_, index): Pet => createPet(createGenerator(7000 + index), { kind: index % 2 === 0 ? 'dog' : 'cat' }),
  );
  const references = await Promise.all(pets.map((pet, index) => referenceOf(pet, 8000 + index, judges)));
  const nearest = (vector: Float32Array) => {
    const scores = references.map((reference) => dot(reference, vector));
    return scores.indexOf(Math.max(...scores));
  };
  onLine(
    `identity judge on drawings of the ${PET_COUNT} pets: ${await recogniseDrawings(pets, nearest, judges)} % right`,
  );
  const totals = { pet: 0, untrained: 0, words: 0, setting: 0, classAsPet: 0, pictures: 0 };
  for (const [index, pet] of pets.entries()) {
    const { adapter, token } = await train(context, model, pet, 100 + index);
    const rare = chooseRareToken(model.checkpoint.tokenizer, [pet.kind]);
    for (const [place, setting] of TEST_SETTINGS.entries()) {
      const phrase = SETTINGS[indexOfName(SETTINGS, setting)]!.phrases[0];
      const seed = 1000 * index + place;
      const pictures = {
        pet: await draw(model, `a photo of ${token} ${pet.kind} ${phrase}`, seed, signal, adapter),
        untrained: await draw(model, `a photo of ${rare} ${pet.kind} ${phrase}`, seed, signal),
        words: await draw(model, `a photo of ${token} ${pet.kind} ${phrase}`, seed, signal),
        classAsPet: await draw(model, `a photo of a ${pet.kind} ${phrase}`, seed + 500, signal, adapter),
      };
      for (const key of ['pet', 'untrained', 'words', 'classAsPet'] as const) {
        const [vector] = await judges.identities(imagesToPixels(pictures[key]));
        if (nearest(vector!) === index) totals[key]++;
      }
      const [answer] = await judges.attributes(imagesToPixels(pictures.pet));
      if (answer!.setting === indexOfName(SETTINGS, setting)) totals.setting++;
      totals.pictures++;
    }
    const percent = (count: number) => `${((100 * count) / totals.pictures).toFixed(1)} %`;
    onLine(
      `pets 1…${index + 1} of ${PET_COUNT}: recognised ${percent(totals.pet)}, untrained ${percent(totals.untrained)} ` +
        `(with the words for it ${percent(totals.words)}), setting ${percent(totals.setting)}, class mistaken for the pet ${percent(totals.classAsPet)}`,
    );
  }
}

/** How far the identity judge itself can be trusted: on true drawings in the settings of the test. */
async function recogniseDrawings(
  pets: readonly Pet[],
  nearest: (vector: Float32Array) => number,
  judges: Judges,
): Promise<string> {
  let right = 0;
  for (const [index, pet] of pets.entries()) {
    const scenes = TEST_SETTINGS.map((setting) =>
      createScene(createGenerator(9000 + index).fork(setting), { pet, setting, clothes: 'none' }),
    );
    const vectors = await judges.identities(drawScenes(scenes, TOY_PIXELS));
    right += vectors.filter((vector) => nearest(vector) === index).length;
  }
  return ((100 * right) / (pets.length * TEST_SETTINGS.length)).toFixed(1);
}

/** The mean embedding of drawings of a pet in many settings. */
async function referenceOf(pet: Pet, seed: number, judges: Judges): Promise<Float32Array> {
  const scenes = Array.from({ length: 12 }, (_, index) =>
    createScene(createGenerator(seed).fork(`reference ${index}`), { pet, clothes: 'none' }),
  );
  const vectors = await judges.identities(drawScenes(scenes, TOY_PIXELS));
  return Float32Array.from(
    { length: IDENTITY_WIDTH },
    (_, index) => vectors.reduce((sum, vector) => sum + vector[index]!, 0) / vectors.length,
  );
}

/** As the service does it. */
async function train(
  { checkpointFolder, signal }: StageContext,
  model: StableDiffusionModel,
  pet: Pet,
  seed: number,
): Promise<{ adapter: LoRAAdapter; token: string }> {
  const pixels = drawScenes(photoScenes(pet, PHOTO_COUNT, createGenerator(seed)), TOY_PIXELS);
  const size = pixels.length / PHOTO_COUNT;
  const photos = Array.from(
    { length: PHOTO_COUNT },
    (_, index) => () => pixels.slice(index * size, (index + 1) * size),
  );
  const file = join(checkpointFolder, 'class_latents', `${pet.kind}.safetensors`);
  const classPictures = decodeClassLatents(await readFile(file), { file });
  const { steps } = model.checkpoint.recommendations.training;
  const subject = await observeSubject(model, pet.kind, photos, signal);
  const { adapter } = await trainSubject(model, { subject, classPictures, steps, seed }, { signal });
  return { adapter, token: subject.words.token };
}

async function draw(
  model: StableDiffusionModel,
  prompt: string,
  seed: number,
  signal: AbortSignal,
  adapter?: LoRAAdapter,
): Promise<readonly RgbImage[]> {
  const { sampling } = model.checkpoint.recommendations;
  const components = model.components(adapter && model.activate(adapter));
  const { pictures } = await new StableDiffusionPipeline(components).run({ prompt, seed, signal, ...sampling });
  return pictures;
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
