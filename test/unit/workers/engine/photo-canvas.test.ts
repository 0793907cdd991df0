import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { RgbImage } from '#models/pipelines/image-processor.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { PhotoCanvas } from '#workers/engine/photo-canvas.js';

const size = [32, 32] as const;

async function rgbOf(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}

/** The square with a red patch of 8 × 8 pixels. */
function withPatch(square: RgbImage, left: number, top: number): RgbImage {
  const rgb = Uint8Array.from(square.rgb);
  for (let y = top; y < top + 8; y++)
    for (let x = left; x < left + 8; x++) rgb.set([255, 0, 0], (y * square.width + x) * 3);
  return { ...square, rgb };
}

const pixel = ({ rgb, width }: RgbImage, x: number, y: number) => [
  ...rgb.slice((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('a photo on the square of the model', () => {
  test.each([
    [96, 96, false],
    [144, 96, false],
    [96, 144, false],
    [240, 96, true],
    [96, 300, true],
    [1600, 1200, false],
    [64, 64, false],
  ])('%i × %i comes back at its own size, the same where nothing changed', async (width, height, isLetterboxed) => {
    const bytes = await drawPhoto(3, width, height);
    const photo = await rgbOf(bytes);
    const canvas = await PhotoCanvas.open(bytes, size);
    expect([canvas.square.width, canvas.square.height, canvas.isLetterboxed]).toEqual([32, 32, isLetterboxed]);
    const same = await rgbOf(await canvas.paste(canvas.square, canvas.square));
    expect([same.width, same.height]).toEqual([width, height]);
    if (width * height < 1_500_000) expect(Buffer.compare(same.rgb, photo.rgb)).toBe(0);
  });

  test.each([
    [160, 160, 12, 12],
    [240, 96, 12, 12],
    [96, 240, 12, 12],
  ])('a change lands where it was made: %i × %i', async (width, height, left, top) => {
    const bytes = await drawPhoto(5, width, height);
    const photo = await rgbOf(bytes);
    const canvas = await PhotoCanvas.open(bytes, size);
    const changed = await rgbOf(await canvas.paste(canvas.square, withPatch(canvas.square, left, top)));
    const [red, green, blue] = pixel(changed, width / 2, height / 2);
    expect(red).toBeGreaterThan(230);
    expect(green! + blue!).toBeLessThan(50);
    for (const [x, y] of [
      [1, 1],
      [width - 2, 1],
      [1, height - 2],
      [width - 2, height - 2],
    ] as const)
      expect(pixel(changed, x, y)).toEqual(pixel(photo, x, y));
  });

  test('transparency becomes white', async () => {
    const clear = await sharp({ create: { width: 80, height: 80, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    const { square } = await PhotoCanvas.open(clear, size);
    expect([...square.rgb].every((value) => value === 255)).toBe(true);
  });

  test.each([
    [240, 96, 32, 13],
    [144, 96, 32, 21],
    [96, 120, 26, 32],
  ])('a preview shows the photo without borders, in its own ratio: %i × %i', async (width, height, ...expected) => {
    const canvas = await PhotoCanvas.open(await drawPhoto(1, width, height), size);
    const preview = await sharp(await canvas.preview(canvas.square)).metadata();
    expect([preview.width, preview.height]).toEqual(expected);
  });

  test.each([
    [96, 96, false],
    [97, 96, false],
    [120, 96, true],
    [96, 120, true],
    [240, 96, false],
  ])('a stretch that can be seen is told: %i × %i', async (width, height, isSqueezed) => {
    expect((await PhotoCanvas.open(await drawPhoto(1, width, height), size)).isSqueezed).toBe(isSqueezed);
  });

  test('a photo so long that the model would see nothing of it is refused with its sizes', async () => {
    const refusal = (width: number, height: number, max: number) =>
      expect.objectContaining({
        text: expect.objectContaining({ key: 'errors.photoTooLong', params: { width, height, max } }),
      });
    const open = async (width: number, height: number, side: number) =>
      PhotoCanvas.open(await drawPhoto(1, width, height), [side, side]);
    await expect(open(500, 100, 32)).rejects.toEqual(refusal(500, 100, 4));
    expect((await open(64, 1000, 128)).isLetterboxed).toBe(true);
    await expect(open(64, 1100, 128)).rejects.toEqual(refusal(64, 1100, 16));
    await expect(open(64, 1300, 512)).rejects.toEqual(refusal(64, 1300, 20));
  });

  test('large results are JPEG, which chats take', async () => {
    const canvas = await PhotoCanvas.open(await drawPhoto(1, 1600, 1200), size);
    const { format, width } = await sharp(await canvas.paste(canvas.square, withPatch(canvas.square, 4, 4))).metadata();
    expect([format, width]).toEqual(['jpeg', 1600]);
  });
});
