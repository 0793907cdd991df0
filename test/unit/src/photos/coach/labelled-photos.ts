import { createGenerator, type Generator } from '#models/tensors/random.js';
import { PHOTO_SETTINGS, photosOf } from '#models/toy-world/photos.js';
import type { DoubtKind } from '#src/photos/coach/doubts.js';
import {
  addGrain,
  between,
  crop,
  defocus,
  drawCartoon,
  drawSnapshot,
  encode,
  mapLevels,
  moveCamera,
  type Picture,
  petOf,
  pick,
  type Snapshot,
  scaleTo,
} from './photo-maker.js';

/** Photos that are judged together, each with what must be said about it: nothing, where it is good. */
export interface LabelledSet {
  readonly name: string;
  readonly learntSide: number;
  readonly photos: readonly { readonly bytes: Uint8Array; readonly expected: readonly DoubtKind[] }[];
}

const side = 256;

/** A good snapshot, not yet encoded; `changes` fix what must not be random. */
function snapshot(generator: Generator, changes: Partial<Snapshot> = {}): Picture {
  const shorter = pick(generator, [side, side, 320]);
  const longer = Math.round(shorter * pick(generator, [1, 1.25, 4 / 3]));
  const [width, height] = generator.uniform() < 0.5 ? [shorter, longer] : [longer, shorter];
  const number = () => generator.integer(1_000_000);
  const picture = drawSnapshot({ width, height, place: number(), animal: number(), pose: number(), ...changes });
  return addGrain(picture, between(generator, 0.5, 5), generator);
}

function finish(generator: Generator, picture: Picture): Promise<Uint8Array> {
  return encode(picture, Math.round(between(generator, 70, 95)));
}

function unitsOf({ width, height }: Picture): number {
  return Math.min(width, height) / side;
}

/** Makes one picture a case: alone, so that nothing but itself decides. */
type Maker = (generator: Generator, index: number) => Promise<Picture> | Picture;

async function alone(
  name: string,
  count: number,
  expected: readonly DoubtKind[],
  seed: number,
  make: Maker,
): Promise<LabelledSet[]> {
  const sets: LabelledSet[] = [];
  for (let index = 0; index < count; index++) {
    const generator = createGenerator(seed * 1000 + index).fork(name);
    const bytes = await finish(generator, await make(generator, index));
    sets.push({ name, learntSide: side, photos: [{ bytes, expected }] });
  }
  return sets;
}

async function goodPhotos(seed: number): Promise<LabelledSet[]> {
  return (
    await Promise.all([
      alone('good: snapshot', 20, [], seed, (generator) => snapshot(generator)),
      alone('good: a soft lens', 8, [], seed, (generator) => {
        const picture = snapshot(generator);
        return defocus(picture, between(generator, 0.4, 0.8) * unitsOf(picture));
      }),
      alone('good: soft background', 10, [], seed, (generator) =>
        snapshot(generator, { bokeh: between(generator, 3, 8) }),
      ),
      alone('good: plain background', 10, [], seed, (generator) =>
        snapshot(generator, { background: 'plain', lightness: between(generator, 0.25, 0.85) }),
      ),
      alone('good: black animal in daylight', 6, [], seed, (generator) => snapshot(generator, { coat: 0.08 })),
      alone('good: white animal in a bright place', 6, [], seed, (generator) =>
        snapshot(generator, { coat: 0.88, lightness: 0.75 }),
      ),
      alone('good: flash at night', 6, [], seed, (generator) =>
        snapshot(generator, { background: 'plain', lightness: 0.04, coat: between(generator, 0.4, 0.8) }),
      ),
      alone('good: cartoon', 12, [], seed, (generator) => drawCartoon(generator.integer(1e6), side)),
      alone('good: cartoon on a plain ground', 8, [], seed, (generator) =>
        drawCartoon(generator.integer(1e6), side, { setting: 'plain', clothes: 'none' }),
      ),
    ])
  ).flat();
}

async function blurredPhotos(seed: number): Promise<LabelledSet[]> {
  const sigmas = [2.8, 3.5, 4.5, 6, 8];
  const lengths = [14, 18, 24];
  const background = (index: number) => (index % 3 === 0 ? 'plain' : 'cluttered');
  return (
    await Promise.all([
      alone('blurred: out of focus', 24, ['blurred'], seed, async (generator, index) => {
        const sharp = snapshot(generator, { background: background(index), coat: between(generator, 0.25, 0.7) });
        const soft = await defocus(sharp, sigmas[index % sigmas.length]! * unitsOf(sharp));
        return addGrain(soft, between(generator, 0.5, 3), generator);
      }),
      alone('blurred: cartoon', 10, ['blurred'], seed, (generator, index) =>
        defocus(drawCartoon(generator.integer(1e6), side), sigmas[index % sigmas.length]!),
      ),
      alone('blurred: moved camera', 15, ['blurred'], seed, (generator, index) => {
        const sharp = snapshot(generator, { background: background(index), coat: between(generator, 0.25, 0.7) });
        const length = lengths[index % lengths.length]! * unitsOf(sharp);
        return addGrain(
          moveCamera(sharp, length, generator.uniform() * Math.PI),
          between(generator, 0.5, 3),
          generator,
        );
      }),
    ])
  ).flat();
}

async function otherBadPhotos(seed: number): Promise<LabelledSet[]> {
  return (
    await Promise.all([
      alone('small', 12, ['small'], seed, (generator) =>
        scaleTo(snapshot(generator), Math.round(between(generator, 80, 180))),
      ),
      alone('dark', 12, ['dark'], seed, (generator) => {
        const gain = between(generator, 0.06, 0.2);
        return addGrain(
          mapLevels(snapshot(generator), (level) => gain * level),
          between(generator, 0.3, 1.5),
          generator,
        );
      }),
      alone('washed out: too much light', 10, ['washedOut'], seed, (generator) => {
        const gain = between(generator, 3, 5);
        return mapLevels(
          snapshot(generator, { lightness: 0.55, coat: between(generator, 0.4, 0.8) }),
          (level) => 25 + gain * level,
        );
      }),
      alone('washed out: fog', 8, ['washedOut'], seed, (generator) => {
        const [lift, gain] = [between(generator, 120, 190), between(generator, 0.1, 0.2)];
        return mapLevels(snapshot(generator), (level) => lift + gain * level);
      }),
    ])
  ).flat();
}

const sameAgain: Record<string, (generator: Generator, picture: Picture) => Promise<Uint8Array>> = {
  're-encoded': (_, picture) => encode(picture, 40),
  smaller: async (generator, picture) => encode(await scaleTo(picture, Math.round(between(generator, 200, 250))), 85),
  cropped: async (generator, picture) => {
    const cut = () => between(generator, 0, 0.07);
    return encode(await crop(picture, cut(), cut(), cut(), cut()), 85);
  },
  brighter: (generator, picture) => {
    const gain = pick(generator, [0.75, 1.25]);
    return encode(
      mapLevels(picture, (level) => gain * level),
      85,
    );
  },
  'cropped and darker': async (generator, picture) => {
    const cut = between(generator, 0.02, 0.05);
    return encode(
      mapLevels(await crop(picture, cut, 0, cut, cut), (level) => 0.85 * level),
      70,
    );
  },
};

/** Photos of one animal, some of them twice: the second time it must be noticed, the first time not. */
async function repeatedPhotos(seed: number): Promise<LabelledSet[]> {
  const sets: LabelledSet[] = [];
  for (const [name, again] of Object.entries(sameAgain)) {
    for (let index = 0; index < 2; index++) {
      const generator = createGenerator(seed * 1000 + index).fork(name);
      const animal = generator.integer(1e6);
      const pet = petOf(generator.integer(1e6));
      const cartoon = (setting: (typeof PHOTO_SETTINGS)[number]) =>
        drawCartoon(generator.integer(1e6), 320, { pet, setting, clothes: 'none' });
      const originals =
        index === 1
          ? [cartoon('garden'), cartoon('window'), cartoon('cushion')]
          : [0, 1, 2].map(() => snapshot(generator, { animal }));
      const photos = [];
      for (const picture of originals) photos.push({ bytes: await encode(picture, 90), expected: [] as DoubtKind[] });
      for (const picture of originals.slice(0, 2)) {
        photos.push({ bytes: await again(generator, picture), expected: ['nearDuplicateOf' as const] });
      }
      sets.push({ name: `near duplicates: ${name}`, learntSide: side, photos });
    }
  }
  return sets;
}

/** Many photos of one animal that are not the same photo. */
async function differentPhotos(seed: number): Promise<LabelledSet[]> {
  const generator = createGenerator(seed).fork('different');
  const sets: LabelledSet[] = [];
  for (let set = 0; set < 2; set++) {
    const animal = generator.integer(1e6);
    const place = generator.integer(1e6);
    const many = async (name: string, count: number, make: () => Picture) => {
      const photos = [];
      for (let index = 0; index < count; index++) {
        photos.push({ bytes: await finish(generator, make()), expected: [] as DoubtKind[] });
      }
      sets.push({ name, learntSide: side, photos });
    };
    await many('different: one animal in several places', 5, () => snapshot(generator, { animal }));
    await many('different: one animal and place, other poses', 4, () =>
      snapshot(generator, { animal, place, width: 320, height: 256 }),
    );
    await many('different: one animal on a plain ground, other poses', 4, () =>
      snapshot(generator, { animal, place, background: 'plain' }),
    );
    const pet = petOf(generator.integer(1e6));
    let next = 0;
    await many('different: one cartoon animal', 6, () =>
      drawCartoon(generator.integer(1e6), side, { pet, setting: PHOTO_SETTINGS[next++ % 6]!, clothes: 'none' }),
    );
  }
  return sets;
}

/** The demo's photos, whose edges are soft, at the size that its checkpoint learns: good there. */
async function toyPhotos(seed: number): Promise<LabelledSet[]> {
  const sets: LabelledSet[] = [];
  for (let index = 0; index < 2; index++) {
    const generator = createGenerator(seed * 10 + index).fork('toy');
    const photos = await photosOf(petOf(generator.integer(1e6)), 6, generator, 256);
    sets.push({
      name: 'good: the toy world at the size of its checkpoint',
      learntSide: 128,
      photos: photos.map((bytes) => ({ bytes, expected: [] })),
    });
  }
  return sets;
}

/** Photos as large as Stable Diffusion learns, and larger. */
async function largePhotos(seed: number): Promise<LabelledSet[]> {
  const sets: LabelledSet[] = [];
  for (let index = 0; index < 6; index++) {
    const generator = createGenerator(seed * 100 + index).fork('large');
    const [width, height] = pick(generator, [
      [640, 512],
      [768, 1024],
    ]) as [number, number];
    const picture = snapshot(generator, { width, height });
    const blurred = index % 2 === 1;
    const seen = blurred ? await defocus(picture, (3.5 * Math.min(width, height)) / 512) : picture;
    sets.push({
      name: blurred ? 'blurred: large' : 'good: large',
      learntSide: 512,
      photos: [{ bytes: await finish(generator, seen), expected: blurred ? ['blurred'] : [] }],
    });
  }
  return sets;
}

export async function labelledPhotos(seed: number): Promise<LabelledSet[]> {
  return [
    ...(await goodPhotos(seed)),
    ...(await blurredPhotos(seed)),
    ...(await otherBadPhotos(seed)),
    ...(await repeatedPhotos(seed)),
    ...(await differentPhotos(seed)),
    ...(await toyPhotos(seed)),
    ...(await largePhotos(seed)),
  ];
}
