import { expect, test } from 'vitest';
import { encodeSafetensors } from '#models/tensors/files/safetensors.js';
import { WordBlocklist } from '#src/moderation/word-blocklist.js';
import { assertDrawnFree } from '#workers/jobs/drawn-words.js';

const blocklist = new WordBlocklist(['gruesome', 'evil thing']);
const fileOf = (metadata: Record<string, string>) => encodeSafetensors({}, metadata);
const draw = (words: readonly string[], lora?: Uint8Array) => () =>
  assertDrawnFree(blocklist, words, lora ? [undefined, { lora, className: 'dog' }] : []);
const refused = 'wordsBlocked';

test.each([
  ['a trigger phrase', { 'modelspec.trigger_phrase': 'zwx Gru3some' }],
  ['the one tag of its pictures', { ss_tag_frequency: JSON.stringify({ a: { 'gruesome dog': 3 } }) }],
  ['a token as we write them', { 'petbooth.token': 'g.r.u.e.s.o.m.e' }],
])('a word that came with a file as %s is found before anything is drawn', (_, metadata) => {
  expect(draw(['a photo of {pet}'], fileOf(metadata))).toThrow(refused);
});

test('what stands around a pet and its name are read as one', () => {
  const thing = fileOf({ 'modelspec.trigger_phrase': 'thing' });
  expect(draw(['an evil {pet}'], thing)).toThrow(refused);
  expect(draw(['an evil {pet}'], fileOf({ 'modelspec.trigger_phrase': 'zwx' }))).not.toThrow();
  expect(draw(['an evil {pet} thing'])).toThrow(refused);
});

test('a file that cannot be read is left to whoever says why', () => {
  expect(draw(['a photo of {pet}'], new Uint8Array(7))).not.toThrow();
  expect(draw(['a gruesome photo of {pet}'], new Uint8Array(7))).toThrow(refused);
});
