import { describe, expect, it } from 'vitest';
import { bytesToPixels, imagesToPixels, pixelsToBytes, pixelsToImages } from '#models/pipelines/image-processor.js';

describe('pixels', () => {
  it('come back as the same byte, for all 256', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const pixels = bytesToPixels(bytes);
    expect([pixels[0], pixels[255]]).toEqual([-1, 1]);
    expect(pixelsToBytes(pixels)).toEqual(bytes);
  });

  it('outside of the range are clamped', () => {
    expect(Array.from(pixelsToBytes(Float32Array.of(-7, -1.001, 1.001, 7)))).toEqual([0, 0, 255, 255]);
  });

  it('are rounded, a half to the even byte', () => {
    const pixelOf = (byte: number) => (byte / 255) * 2 - 1;
    expect(Array.from(pixelsToBytes(Float32Array.of(pixelOf(10.4), pixelOf(10.6), 0)))).toEqual([10, 11, 128]);
  });

  it('make pictures row by row, and back', () => {
    const pixels = Float32Array.from({ length: 2 * 2 * 4 * 3 }, (_, i) => i / 24 - 1);
    const images = pixelsToImages(pixels, 2, 4);
    expect(images.map(({ width, height, rgb }) => [width, height, rgb.length])).toEqual([
      [4, 2, 24],
      [4, 2, 24],
    ]);
    expect(pixelsToImages(imagesToPixels(images), 2, 4)).toEqual(images);
    expect(images[1]!.rgb[0]).toBe(128);
  });

  it('that are no whole picture are refused', () => {
    expect(() => pixelsToImages(new Float32Array(10), 2, 2)).toThrow(/no batch of 2×2/);
    expect(() => imagesToPixels([{ width: 2, height: 2, rgb: new Uint8Array(11) }])).toThrow(/picture 0/);
    expect(imagesToPixels([])).toHaveLength(0);
  });
});
