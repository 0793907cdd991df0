import sharp from 'sharp';
import { expect, test } from 'vitest';
import { lookAlike } from '#src/contests/entry-rules.js';
import { hashPicture } from '#src/photos/decoder/hash-picture.js';
import { drawPhoto } from '#test/helpers/photos.js';

test('a picture that was made smaller, brighter and saved anew is recognised, and others are not', async () => {
  const photos = await Promise.all([1, 2, 3, 4].map((seed) => drawPhoto(seed, 240, 180)));
  const [hash, ...others] = await Promise.all(photos.map(hashPicture));
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  const changed = await sharp(photos[0])
    .resize({ width: 97 })
    .modulate({ brightness: 1.1 })
    .webp({ quality: 60 })
    .toBuffer();
  expect(lookAlike(hash!, await hashPicture(changed))).toBe(true);
  for (const other of others) expect(lookAlike(hash!, other)).toBe(false);
});
