import { expect, test } from 'vitest';
import { assessPhotos } from '#src/photos/coach/assess-photos.js';
import { coachedPhoto } from '#test/helpers/coached-photo.js';
import { labelledPhotos } from './labelled-photos.js';

const limits = { maxBytes: 20_000_000, maxPixels: 40_000_000 };

test('at least 95 of 100 labelled photos are judged right, good ones and each way of being bad', async () => {
  const confusion = new Map<string, { right: number; total: number; wrong: string[] }>();
  for (const { name, learntSide, photos } of await labelledPhotos(7)) {
    const given = photos.map(({ bytes }) => coachedPhoto(name, bytes, limits, learntSide));
    const judged = await assessPhotos(given, { minPhotos: 1, maxPhotos: 20 });
    const row = confusion.get(name) ?? { right: 0, total: 0, wrong: [] };
    confusion.set(name, row);
    for (const [index, { expected }] of photos.entries()) {
      const kinds = judged.photos[index]!.doubts.map(({ kind }) => kind);
      row.total++;
      if (kinds.join() === expected.join()) row.right++;
      else row.wrong.push(kinds.join(' + ') || 'good');
    }
  }
  const rows = [...confusion].map(
    ([name, { right, total, wrong }]) => `${name}: ${right}/${total}${wrong.map((kinds) => `, ${kinds}`).join('')}`,
  );
  const counts = rows.join('\n');
  const sum = (key: 'right' | 'total', of: (name: string) => boolean = () => true) =>
    [...confusion].reduce((total, [name, row]) => total + (of(name) ? row[key] : 0), 0);
  const isGood = (name: string) => /^(good|different)/.test(name);
  expect(sum('total'), counts).toBeGreaterThanOrEqual(200);
  expect(sum('right') / sum('total'), counts).toBeGreaterThanOrEqual(0.95);
  // Neither half may hide behind the other.
  expect(sum('right', isGood) / sum('total', isGood), counts).toBeGreaterThanOrEqual(0.95);
  const isBad = (name: string) => !isGood(name);
  expect(sum('right', isBad) / sum('total', isBad), counts).toBeGreaterThanOrEqual(0.95);
});
