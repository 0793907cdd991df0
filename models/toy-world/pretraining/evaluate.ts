/**
 * @file Measures a toy checkpoint with the judges: does it draw what captions say, and does a trained pet stay that pet?
 * Run: `npm run pretrain -- --stage evaluate`. The figures go into the checkpoint's README.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointFolder } from '../../loaders/checkpoint-folder.js';
import type { LoRAAdapter } from '../../lora/lora-adapter.js';
import { imagesToPixels, type RgbImage } from '../../pipelines/image-processor.js';
import { StableDiffusionPipeline } from '../../pipelines/pipeline-stable-diffusion.js';
import { StableDiffusionModel } from '../../pipelines/stable-diffusion-model.js';
import { createGenerator } from '../../tensors/random.js';
import { chooseRareToken } from '../../training/rare-token.js';
import { caption } from '../caption.js';
import { ATTRIBUTES, type Attribute } from '../judges/judge.js';
import { type Judges, loadJudges } from '../judges/judges.js';
import { createLineUp, type LineUp } from '../judges/line-up.js';
import { createPet, type Pet } from '../pet.js';
import { photoScenes } from '../photos.js';
import { drawScene } from '../render.js';
import { createScene, describeScene } from '../scene.js';
import { encodePng, pictureGrid } from '../scene-sheet.js';
import { indexOfName, SETTINGS, type SettingName } from '../vocabulary.js';
import type { StageContext } from './stage-context.js';
import { teachPet } from './teach-pet.js';
import { drawScenes } from './toy-data.js';
import { TOY_PIXELS } from './toy-pets-configuration.js';

const CAPTION_COUNT = 200;
const PET_COUNT = 12;
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
  const { onLine, signal, stateFolder } = context;
  const folder = join(stateFolder, 'pets');
  const pets = Array.from(
    { length: PET_COUNT },
    (_, index): Pet => createPet(createGenerator(7000 + index), { kind: index % 2 === 0 ? 'dog' : 'cat' }),
  );
  const lineUp = await createLineUp(pets, judges, 8000);
  onLine(`identity judge on drawings of the ${PET_COUNT} pets: ${await recogniseDrawings(pets, lineUp)} % right`);
  const totals = { pet: 0, untrained: 0, words: 0, setting: 0, classAsPet: 0, pictures: 0 };
  for (const [index, pet] of pets.entries()) {
    const { adapter, token } = await teachPet(model, { pet, seed: 100 + index, folder, signal });
    const rare = chooseRareToken(model.checkpoint.tokenizer, [pet.kind]);
    const drawn: Record<'pet' | 'untrained', RgbImage[]> = { pet: [], untrained: [] };
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
        const [recognised] = await lineUp.identify(imagesToPixels(pictures[key]));
        if (recognised === index) totals[key]++;
      }
      drawn.pet.push(...pictures.pet);
      drawn.untrained.push(...pictures.untrained);
      const [answer] = await judges.attributes(imagesToPixels(pictures.pet));
      if (answer!.setting === indexOfName(SETTINGS, setting)) totals.setting++;
      totals.pictures++;
    }
    await writePetSheet(join(folder, `pet-${index + 1}.png`), pet, [...drawn.pet, ...drawn.untrained]);
    const percent = (count: number) => `${((100 * count) / totals.pictures).toFixed(1)} %`;
    onLine(
      `pets 1…${index + 1} of ${PET_COUNT}: recognised ${percent(totals.pet)}, untrained ${percent(totals.untrained)} ` +
        `(with the words for it ${percent(totals.words)}), setting ${percent(totals.setting)}, class mistaken for the pet ${percent(totals.classAsPet)}`,
    );
  }
}

/** To look at: photos of the pet, what was drawn of it, and what the untrained checkpoint drew. */
async function writePetSheet(path: string, pet: Pet, pictures: readonly RgbImage[]): Promise<void> {
  const photos = photoScenes(pet, TEST_SETTINGS.length, createGenerator(1)).map((scene) =>
    drawScene(scene, TOY_PIXELS),
  );
  const sheet = pictureGrid([...photos, ...pictures.map(({ rgb }) => rgb)], TEST_SETTINGS.length);
  await writeFile(path, await encodePng(sheet));
}

/** How far the identity judge itself can be trusted: on true drawings in the settings of the test. */
async function recogniseDrawings(pets: readonly Pet[], lineUp: LineUp): Promise<string> {
  let right = 0;
  for (const [index, pet] of pets.entries()) {
    const scenes = TEST_SETTINGS.map((setting) =>
      createScene(createGenerator(9000 + index).fork(setting), { pet, setting, clothes: 'none' }),
    );
    const recognised = await lineUp.identify(drawScenes(scenes, TOY_PIXELS));
    right += recognised.filter((answer) => answer === index).length;
  }
  return ((100 * right) / (pets.length * TEST_SETTINGS.length)).toFixed(1);
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
