import { expect, test } from 'vitest';
import { decodeAttempt, encodeAttempt } from '#src/jobs/attempt.js';
import { jobs } from '#src/jobs/index.js';

const file = `sha256-${'a'.repeat(64)}`;
const drawing = { prompt: '{pet} asleep', count: 1, seed: 1 };

test('files of pets travel beside the data, which names the pets alone', () => {
  const data = jobs.imagine.data.parse({ ...drawing, pet: { id: 'w-1', className: 'dog' } });
  const attempt = decodeAttempt('imagine', encodeAttempt({ data, petFiles: { 'w-1': file as never } }));
  expect(attempt).toEqual({ data, petFiles: { 'w-1': file } });
  expect(JSON.stringify(attempt.data)).not.toContain(file);
});

test('a job that an older version has queued is drawn with the files that it names', () => {
  const pet = { lora: file, className: 'dog' };
  const { data, petFiles } = decodeAttempt('imagine', { ...drawing, pet });
  expect(petFiles[data.pet!.id!]).toBe(file);
  const both = { picture: file, seed: 1, pet: { ...pet, name: 'Rex' }, sourcePet: { ...pet, name: 'Rex' } };
  const edit = decodeAttempt('edit', both);
  expect(edit.petFiles[edit.data.pet!.id!]).toBe(file);
  expect(edit.data.sourcePet!.id).toBe(edit.data.pet!.id);
});

test('data that is not as agreed is refused, and so are files that are none', () => {
  expect(() => decodeAttempt('imagine', { ...drawing, count: 9 })).toThrow();
  expect(() => decodeAttempt('imagine', { ...drawing, petFiles: { 'w-1': '/etc/passwd' } })).toThrow();
  expect(() => decodeAttempt('imagine', { ...drawing, pet: { lora: '/etc/passwd', className: 'dog' } })).toThrow();
});
