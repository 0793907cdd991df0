import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { loadConfig } from '#src/operations/config.js';
import { PhotoDecoder } from '#src/photos/decoder/photo-decoder.js';
import { rebuiltHeic } from '#test/helpers/heic-files.js';

const patienceMs = 10 * 60_000;

test(
  'a HEIC of 48 million pixels, in tiles as telephones write it, fits into the memory that is given by default',
  async () => {
    const tile = readFileSync(join(packageRoot, 'test/golden/data/photos/cat-p3.heic'));
    const heic = rebuiltHeic(tile, { layout: { columns: 16, rows: 12, width: 8064, height: 6048 } });
    const decoder = new PhotoDecoder({
      maxProcesses: 1,
      maxMemoryBytes: loadConfig({}).PHOTO_MEMORY_BYTES,
      maxWorkMs: 60_000,
      // It goes last where others want the processors, as tests do.
      timeoutMs: patienceMs,
    });
    try {
      const limits = { maxBytes: 30_000_000, maxPixels: 64_000_000 };
      const anna = decoder.for({ platform: 'web', id: 'anna', name: 'anna' });
      const { jpeg, width, height } = await anna('keep', async () => ({ bytes: heic, limits, maxSide: 2048 }));
      expect([width, height]).toEqual([8064, 6048]);
      expect(await sharp(jpeg).metadata()).toMatchObject({ width: 2048, height: 1536 });
    } finally {
      decoder.stop();
    }
  },
  patienceMs,
);
