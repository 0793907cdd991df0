import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { Spine } from '#test/helpers/spine.js';
import { tracesOf } from '#test/helpers/traces.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { textPattern, type World } from './world.js';

/**
 * Somebody does what leaves traces, deletes everything, and is gone: from every file and from Redis, on any platform.
 * Expects a bot and a worker with the fake engine running.
 * @param spine what the bot runs on
 * @param ids by which the platform knows the person
 */
export async function leaveNothing({ chat, locale }: World, spine: Spine, ids: readonly string[]): Promise<void> {
  const photos = await Promise.all([1, 2, 3].map((seed) => drawPhoto(seed)));
  await chat.say('/train name: Wilhelmina kind: dog', { photos });
  await chat.sees(textPattern(locale, 'delivery.announced', { pet: 'Wilhelmina', person: chat.personName }));
  await chat.say('/imagine Wilhelmina juggling zeppelins');
  const drawn = ({ text, pictureCount }: { text: string; pictureCount: number }) =>
    pictureCount > 0 && text.includes('zeppelins');
  await chat.sees(drawn);
  const words = new RegExp([chat.personName, 'Wilhelmina', 'zeppelin', ...ids.map((id) => `\\b${id}\\b`)].join('|'));
  expect(await tracesOf(spine, words)).not.toEqual([]);
  await keepInversions(spine);

  await chat.say('/mydata action: delete');
  const asked = await chat.sees(textPattern(locale, 'commands.mydata.replies.confirm'));
  await chat.clicks(asked, locales[locale].buttons.deleteAll);
  await chat.sees(textPattern(locale, 'commands.mydata.replies.deleted'));
  let traces: readonly string[] = ['?'];
  await waitFor('nothing to be left', async () => {
    traces = await tracesOf(spine, words);
    return traces.length === 0;
  }).catch((error: unknown) => expect(traces, String(error)).toEqual([]));
  await waitFor('inversions to be gone', async () => (await readdir(inversionsOf(spine))).length === 0);
}

const inversionsOf = ({ folder }: Spine) => join(folder, 'engine-cache', 'inversions');

/** One for each picture, as if all had been edited. */
async function keepInversions(spine: Spine): Promise<void> {
  const stored = await readdir(spine.s3?.directory ?? join(spine.folder, 'blobs'), { recursive: true });
  const names = new Set(stored.flatMap((path) => /[0-9a-f]{64}/.exec(path)?.[0] ?? []));
  expect(names.size).toBeGreaterThan(0);
  await mkdir(inversionsOf(spine), { recursive: true });
  for (const name of names)
    await writeFile(join(inversionsOf(spine), `${name}-${'0'.repeat(32)}.safetensors`), 'an inversion');
}
