import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { assessPhotos } from '#src/photos/coach/assess-photos.js';
import { coachedPhoto } from '#test/helpers/coached-photo.js';
import { drawSnapshot, encode } from './photo-maker.js';

const options = {
  limits: { maxBytes: 5_000_000, maxPixels: 4_000_000 },
  learntSide: 128,
  minPhotos: 3,
  maxPhotos: 4,
};

const draw = (number: number, width = 160, height = 128) =>
  drawSnapshot({ width, height, place: number, animal: 1, pose: number });
const photo = async (number: number) => ({ name: `${number}.jpg`, bytes: await encode(draw(number), 90) });
const photos = (...numbers: number[]) => Promise.all(numbers.map(photo));
type Changes = Partial<typeof options> & { readonly signal?: AbortSignal };
const assess = (given: readonly { name: string; bytes: Uint8Array }[], changes: Changes = {}) => {
  const { limits, learntSide, ...rest } = { ...options, ...changes };
  return assessPhotos(
    given.map(({ name, bytes }) => coachedPhoto(name, bytes, limits, learntSide)),
    rest,
  );
};
const kindsOf = async (given: readonly { name: string; bytes: Uint8Array }[], changes: Changes = {}) => {
  const { photos, set } = await assess(given, changes);
  return { photos: photos.map(({ doubts }) => doubts), set };
};

test('good photos leave nothing to say, and each has a thumbnail', async () => {
  const assessment = await assess(await photos(1, 2, 3));
  expect(assessment).toMatchObject({ set: [], doubtful: false });
  for (const [index, judged] of assessment.photos.entries()) {
    expect(judged).toMatchObject({ index, doubts: [] });
    expect(judged.thumbnail).toMatchObject({ width: 160, height: 128 });
    expect((await sharp(judged.thumbnail!.jpeg).metadata()).format).toBe('jpeg');
  }
});

test('the same photo twice counts once, and the later one names the first', async () => {
  const { photos: doubts, set } = await kindsOf(await photos(1, 2, 1, 1));
  expect(doubts).toEqual([[], [], [{ kind: 'nearDuplicateOf', index: 0 }], [{ kind: 'nearDuplicateOf', index: 0 }]]);
  expect(set).toEqual([{ kind: 'tooFew', given: 4, different: 2, min: 3 }]);
});

test('plain pictures are near duplicates only in the same colour', async () => {
  const plain = async (background: string) => ({
    name: background,
    bytes: await sharp({ create: { width: 128, height: 128, channels: 3, background } })
      .jpeg()
      .toBuffer(),
  });
  const { photos: doubts } = await kindsOf([await plain('#a03030'), await plain('#30a030'), await plain('#a13131')]);
  expect(doubts.map((list) => list.find(({ kind }) => kind === 'nearDuplicateOf'))).toEqual([
    undefined,
    undefined,
    { kind: 'nearDuplicateOf', index: 0 },
  ]);
});

test('of too many photos only as many as allowed are looked at', async () => {
  const broken = { name: 'x', bytes: new Uint8Array() };
  const { photos: doubts, set } = await kindsOf([...(await photos(1, 2, 3, 4)), broken, broken]);
  expect(doubts).toEqual([[], [], [], []]);
  expect(set).toEqual([{ kind: 'tooMany', given: 6, max: 4 }]);
});

test('files that cannot be used say why with the number of the photo, and the others are judged', async () => {
  const good = await photo(1);
  const file = (bytes: Uint8Array) => ({ name: 'a.jpg', bytes });
  const { photos: doubts } = await kindsOf([
    file(Buffer.from('\0\0\0\x18ftypheic'.padEnd(64, '\0'), 'latin1')),
    file(good.bytes.subarray(0, good.bytes.length >> 1)),
    file(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>')),
    good,
  ]);
  const problem = (key: string, number: number) => [
    { kind: 'unusable', problem: { key, params: { number, name: 'a.jpg' } } },
  ];
  expect(doubts).toMatchObject([
    problem('errors.photoHeic', 1),
    problem('errors.photoBroken', 2),
    problem('errors.photoSvg', 3),
    [],
  ]);
});

test('more pixels than allowed are refused before decoding', async () => {
  const { photos: doubts } = await kindsOf(await photos(1), { limits: { ...options.limits, maxPixels: 20_000 } });
  expect(doubts[0]).toMatchObject([{ kind: 'unusable', problem: { key: 'errors.photoTooManyPixels' } }]);
});

test('a long strip stays small in memory', async () => {
  const strip = await sharp({ create: { width: 64, height: 60_000, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  const { photos } = await assess([{ name: 'strip.png', bytes: strip }]);
  expect(photos[0]!.thumbnail!.height).toBeLessThanOrEqual(176);
  expect(photos[0]!.doubts).toContainEqual({ kind: 'small', width: 64, height: 60_000, wantedSide: 96 });
});

test('small is said of the upright size', async () => {
  const lying = await sharp({ create: { width: 150, height: 80, channels: 3, background: '#336699' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { photos: doubts } = await kindsOf([{ name: 'a', bytes: lying }]);
  expect(doubts[0]).toContainEqual({ kind: 'small', width: 80, height: 150, wantedSide: 96 });
});

/** A photo whose EXIF says any orientation, also one that does not exist. */
async function turned(orientation: number) {
  const bytes = await sharp(await encode(draw(1), 90))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const entry = bytes.indexOf(Buffer.from([0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x06]));
  expect(entry).toBeGreaterThan(0);
  bytes[entry + 8] = orientation;
  return { name: 'turned.jpg', bytes };
}

test('only an orientation that cannot be applied is doubted', async () => {
  for (const applied of [0, 1, 3, 6, 8]) expect((await kindsOf([await turned(applied)])).photos[0]).toEqual([]);
  for (const strange of [9, 42]) {
    expect((await kindsOf([await turned(strange)])).photos[0]).toEqual([{ kind: 'rotated' }]);
  }
});

test('an orientation that is written in XMP alone is doubted', async () => {
  const xmp = (orientation: number) =>
    `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="${orientation}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
  const withXmp = async (orientation: number) => ({
    name: 'xmp.jpg',
    bytes: await sharp(await encode(draw(1), 90))
      .withXmp(xmp(orientation))
      .jpeg()
      .toBuffer(),
  });
  expect((await kindsOf([await withXmp(6)])).photos[0]).toEqual([{ kind: 'rotated' }]);
  expect((await kindsOf([await withXmp(1)])).photos[0]).toEqual([]);
});

test('who calls can stop it between photos', async () => {
  await expect(assess(await photos(1), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('1 000 damaged photos: one that is cut is called unusable, any other that too or judged, and none crashes', async () => {
  const generator = createGenerator(11);
  const whole = [await encode(draw(5, 96, 96), 60), (await turned(6)).bytes];
  let unusable = 0;
  for (let round = 0; round < 1000; round++) {
    const bytes = Uint8Array.from(whole[round % 2]!);
    const isCut = round % 5 === 0;
    if (!isCut)
      for (let change = 0; change < 4; change++) bytes[generator.integer(bytes.length)] = generator.integer(256);
    const cut = isCut ? bytes.subarray(0, generator.integer(bytes.length - 2)) : bytes;
    const { photos } = await assess([{ name: 'x', bytes: cut }], { learntSide: 64 });
    const isUnusable = photos[0]!.doubts.some(({ kind }) => kind === 'unusable');
    if (isCut) expect(isUnusable, `round ${round}`).toBe(true);
    // Either, and never both: what cannot be decoded is not judged.
    expect(photos[0]!.thumbnail === undefined, `round ${round}`).toBe(isUnusable);
    if (isUnusable) expect(photos[0]!.doubts).toHaveLength(1);
    if (isUnusable && !isCut) unusable += 1;
  }
  expect(unusable).toBeGreaterThan(50);
});
