import sharp from 'sharp';
import { createPetEngine as createFakeEngine } from '#test/helpers/fake-engine.js';
import type { CreatePetEngine } from '#workers/engine/engine-calls.js';

const PICTURE_SIZE = 128;

/** The fake engine, told how to behave by `?words=` of its address: `slow` leaves time to press a button. */
export const createPetEngine: CreatePetEngine = async (options) => {
  const engine = await createFakeEngine(options);
  const words = new URL(import.meta.url).searchParams.get('words') ?? '';
  return {
    ...engine,
    async trainPet(input, hooks) {
      const output = await engine.trainPet({ ...input, className: `${input.className} ${words}` }, hooks);
      return { ...output, previews: await Promise.all(output.previews.map(enlarge)) };
    },
    async imagine(input, hooks) {
      const output = await engine.imagine({ ...input, prompt: `${input.prompt} ${words}` }, hooks);
      return { ...output, pictures: await Promise.all(output.pictures.map(enlarge)) };
    },
  };
};

async function enlarge(png: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(png).resize(PICTURE_SIZE, PICTURE_SIZE).png().toBuffer());
}
