import { expect, test } from 'vitest';
import type { BlobKey, Place } from '#src/command.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { withSpoilers } from '#src/spoilers.js';
import { FakePlatform } from '#test/helpers/fake-platform.js';

const picture = { blob: `sha256-${'0'.repeat(64)}` as BlobKey, alt: 'a lamp' };
const place: Place = { platform: 'web', server: 's', channel: 'hall' };
const options = { key: 'k', person: { platform: 'web', id: 'anna', name: 'Anna' } } as const;
const result: OutgoingMessage = { kind: 'result', text: 'a lamp', pictures: [picture] };

test('pictures are marked where the channel says so, whether they are posted or come by an edit', async () => {
  const platform = new FakePlatform();
  const hiding = withSpoilers(platform, async ({ channel }) => channel === 'hall');
  const reference = await hiding.send(place, result, options);
  expect(platform.chat.last).toEqual({ ...result, isSpoiler: true });
  await hiding.edit(reference, { ...result, text: 'a better lamp' });
  expect(platform.chat.last).toMatchObject({ text: 'a better lamp', isSpoiler: true });
  await hiding.send({ ...place, channel: 'garden' }, result, { ...options, key: 'other' });
  expect(platform.chat.last).toEqual(result);
});

test('words are never marked, and nobody looks up a rule for them', async () => {
  const platform = new FakePlatform();
  const hiding = withSpoilers(platform, () => Promise.reject(new Error('asked')));
  await hiding.send(place, { kind: 'info', text: 'hello' }, options);
  expect(platform.chat.last).toEqual({ kind: 'info', text: 'hello' });
});

test('where the rule cannot be read nothing is posted, so that it is tried again', async () => {
  const platform = new FakePlatform();
  const hiding = withSpoilers(platform, () => Promise.reject(new Error('no database')));
  await expect(hiding.send(place, result, options)).rejects.toThrow('no database');
  expect(platform.chat.messages.size).toBe(0);
});
