/** @file What ships beside the weights: class latents for prior preservation, and photos of pets that training never saw. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SafetensorsFile } from '../../tensors/files/safetensors.js';
import { createGenerator } from '../../tensors/random.js';
import { encodeClassLatents } from '../../training/prior-preservation.js';
import { dreamBoothPrompts } from '../../training/rare-token.js';
import { createPet } from '../pet.js';
import { photosOf } from '../photos.js';
import { createScene } from '../scene.js';
import { indexOfName, KINDS, type KindName, SETTINGS } from '../vocabulary.js';
import { createPictureEncoder } from './make-latents.js';
import type { StageContext } from './stage-context.js';
import { drawScenes } from './toy-data.js';
import { TOY_LATENT_SIZE, TOY_PIXELS, TOY_RECOMMENDATIONS } from './toy-pets-configuration.js';

/** The pets whose photos ship; their seeds are used for nothing else. */
export const SAMPLE_PETS: readonly { readonly name: string; readonly kind: KindName }[] = [
  { name: 'biscuit', kind: 'dog' },
  { name: 'mochi', kind: 'cat' },
  { name: 'clover', kind: 'rabbit' },
];
export const PHOTOS_PER_PET = 6;

export async function writeSamplePhotos({ checkpointFolder, onLine }: StageContext): Promise<void> {
  for (const { name, kind } of SAMPLE_PETS) {
    const folder = join(checkpointFolder, 'samples', name);
    await mkdir(folder, { recursive: true });
    const generator = createGenerator(0).fork(`sample pet ${name}`);
    const photos = await photosOf(createPet(generator.fork('pet'), { kind }), PHOTOS_PER_PET, generator.fork('photos'));
    for (const [index, bytes] of photos.entries()) await writeFile(join(folder, `${index + 1}.jpg`), bytes);
    onLine(`samples: ${name}, a ${kind}, ${photos.length} photos`);
  }
}

/** Latents of drawn animals of each kind, so that nobody's first training waits for pictures of the class. */
export async function writeClassLatents(context: StageContext): Promise<void> {
  const { checkpointFolder, seed, onLine } = context;
  const encoder = await createPictureEncoder(context, TOY_PIXELS);
  const autoencoder = join(checkpointFolder, 'vae', 'diffusion_pytorch_model.safetensors');
  const checkpoint = await (await SafetensorsFile.open(autoencoder)).fingerprint();
  const folder = join(checkpointFolder, 'class_latents');
  await mkdir(folder, { recursive: true });
  for (const { name } of KINDS) {
    const generator = createGenerator(seed).fork(`class ${name}`);
    const scenes = Array.from({ length: TOY_RECOMMENDATIONS.training.priorImages }, (_, index) =>
      createScene(generator.fork(`scene ${index}`), { kind: name, split: 'train' }),
    );
    const latents = await encoder.encode(drawScenes(scenes, TOY_PIXELS));
    const size = latents.length / scenes.length;
    const pictures = scenes.map((_, index) => latents.slice(index * size, (index + 1) * size));
    const prompt = dreamBoothPrompts('', name).class;
    const captions = scenes.map(({ setting }) => `${prompt} ${SETTINGS[indexOfName(SETTINGS, setting)]!.phrases[0]}`);
    const source = { checkpoint, className: name, prompt };
    const bytes = encodeClassLatents({ shape: [TOY_LATENT_SIZE, TOY_LATENT_SIZE, 4], pictures, captions }, source);
    await writeFile(join(folder, `${name}.safetensors`), bytes);
  }
  onLine(`class latents: ${KINDS.length} kinds`);
}
