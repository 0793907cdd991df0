import { expect, test } from 'vitest';
import { BlobMissingError } from '#src/core/blob-store.js';
import { jobs } from '#src/jobs/index.js';
import { WordBlocklist } from '#src/moderation/word-blocklist.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { editProcessor } from '#workers/jobs/edit.js';

const blob = (digit: string) => `sha256-${digit.repeat(64)}`;
const [picture, biscuit, rex, forgotten] = ['1', 'b', 'c', 'f'].map(blob) as [string, string, string, string];
const petOf = (file: string) => ({ id: `pet of ${file.at(-1)}`, className: 'dog', name: 'a pet' });
const petFiles = Object.fromEntries([biscuit, rex, forgotten].map((file) => [petOf(file).id, file]));
const drawn = { prompt: '{pet} in the snow', negativePrompt: '', seed: 1, index: 0, steps: 20, guidanceScale: 4 };

/** Edits one of our drawings; the engine takes everything it is given. */
async function editDrawing(more: object) {
  const photo = await drawPhoto(1);
  const given: { drawn?: unknown }[] = [];
  const engine = {
    call: async (_: string, input: { drawn?: unknown }) => {
      given.push(input);
      return { pictures: [photo], targetPrompt: 'a cat' };
    },
  };
  const blobs = {
    get: async (key: string) => {
      if (key === forgotten) throw new BlobMissingError(forgotten as never);
      return photo;
    },
    put: async () => picture,
  };
  const data = jobs.edit.data.parse({ picture, drawn, target: 'a cat', seed: 1, ...more });
  const { signal } = new AbortController();
  // biome-ignore lint/suspicious/noExplicitAny: the parts of a context that this processor uses.
  const context = { engine, blobs, blocklist: new WordBlocklist([]), petFiles, signal, report() {} } as any;
  const result = await editProcessor(data, context);
  return { isReplayed: given[0]!.drawn !== undefined, obstacle: result.replayObstacle };
}

test.each([
  ['without a pet', {}, true, undefined],
  ['of its own pet', { sourcePet: petOf(biscuit), pet: petOf(biscuit) }, true, undefined],
  ['with its pet taken out', { sourcePet: petOf(biscuit) }, true, undefined],
  ['with another pet', { sourcePet: petOf(biscuit), pet: petOf(rex) }, false, 'other-pet'],
  ['with more of its pet', { sourcePet: petOf(biscuit), petStrength: 1.25 }, false, 'pet-strength'],
  ['whose pet is forgotten', { sourcePet: petOf(forgotten) }, false, 'pet-gone'],
  ['by a method', { sourcePet: petOf(biscuit), method: 'direct' }, false, undefined],
])('a drawing %s is drawn again, or says why not', async (_, more, isReplayed, obstacle) => {
  expect(await editDrawing(more)).toEqual({ isReplayed, obstacle });
});
