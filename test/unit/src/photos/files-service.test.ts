import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobKeyOf } from '#src/core/blob-key.js';
import type { UserError } from '#src/core/errors.js';
import { PhotoDecoder } from '#src/photos/decoder/photo-decoder.js';
import { filesServiceFor } from '#src/photos/files-service.js';
import { editedSide, keptSide } from '#src/photos/photos.js';
import type { FilesService } from '#src/photos/services.js';
import { drawPhoto, incoming } from '#test/helpers/photos.js';

const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;
const stored: Uint8Array[] = [];
let decoder: PhotoDecoder;
let files: FilesService;

beforeAll(() => {
  decoder = new PhotoDecoder({ maxProcesses: 1, maxMemoryBytes: 2 ** 31, maxWorkMs: 60_000, timeoutMs: 60_000 });
  const blobs = {
    put: async (bytes: Uint8Array) => {
      stored.push(bytes);
      return blobKeyOf(bytes);
    },
  };
  files = filesServiceFor(blobs as never, {
    maxBytes: 1e6,
    photoLimits: { maxBytes: 1e6, maxPixels: 1e8 },
    maxPhotoRatio: 20,
    decode: decoder.for(anna),
  });
});
afterAll(() => decoder.stop());

test('a photo that is to be shown is kept smaller than one that is to be edited', async () => {
  const photo = await drawPhoto(1, 4200, 2100);
  const sideOf = async () => (await sharp(stored.at(-1)).metadata()).width;
  expect(await files.keepPhoto(incoming(photo), 'show')).toMatchObject({ isReduced: true });
  expect(await sideOf()).toBe(keptSide);
  await files.keepPhoto(incoming(photo));
  expect(await sideOf()).toBe(editedSide);
});

test('what is no photo, moves, or is broken is refused with its own sentence, and nothing is kept', async () => {
  const photo = await drawPhoto(1);
  const before = stored.length;
  const refused = [
    ['photoNotAPhoto', new TextEncoder().encode('hello')],
    ['photoGif', await sharp(photo).gif().toBuffer()],
    ['photoBroken', photo.slice(0, photo.byteLength / 2)],
    ['photoTooManyBytes', new Uint8Array(1e6 + 1)],
  ] as const;
  for (const [key, bytes] of refused) {
    const error: UserError = await files.keepPhoto(incoming(bytes), 'show').then(
      () => expect.unreachable(key),
      (reason: UserError) => reason,
    );
    expect([error.text.key, error.details[0]!.key]).toEqual(['errors.photoNotShown', `errors.${key}`]);
  }
  expect(stored).toHaveLength(before);
});
