/** @file What the checkpoint draws now, as one picture to look at: held-out captions, the same at every milestone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointFolder } from '../../loaders/checkpoint-folder.js';
import { StableDiffusionPipeline } from '../../pipelines/pipeline-stable-diffusion.js';
import { StableDiffusionModel } from '../../pipelines/stable-diffusion-model.js';
import { createGenerator } from '../../tensors/random.js';
import { caption } from '../caption.js';
import { createScene } from '../scene.js';
import { encodePng, pictureGrid } from '../scene-sheet.js';
import type { StageContext } from './stage-context.js';

const COLUMNS = 6;
const PICTURES = 12;

/** Writes `sheets/<name>.png` and `.txt` with the captions into the state folder. */
export async function writeSampleSheet(
  { engine, checkpointFolder, stateFolder, signal }: StageContext,
  name: string,
): Promise<void> {
  const model = new StableDiffusionModel(await CheckpointFolder.open(checkpointFolder), engine);
  const pipeline = new StableDiffusionPipeline(model.components());
  const captions = Array.from({ length: PICTURES }, (_, index) =>
    caption(createScene(createGenerator(index), { split: 'heldout' })),
  );
  const pictures = [];
  for (const [seed, prompt] of captions.entries()) {
    const result = await pipeline.run({ prompt, seed, signal, ...model.checkpoint.recommendations.sampling });
    pictures.push(result.pictures[0]!.rgb);
  }
  await model.dispose();
  const folder = join(stateFolder, 'sheets');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.png`), await encodePng(pictureGrid(pictures, COLUMNS)));
  await writeFile(join(folder, `${name}.txt`), `${captions.join('\n')}\n`);
}
