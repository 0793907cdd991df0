import { describe, expect, test } from 'vitest';
import { subjectOf } from '#models/loaders/lora-subject.js';

describe('the words that call a pet', () => {
  const tags = (folders: unknown) => ({ ss_tag_frequency: JSON.stringify(folders) });

  test.each<[string, Record<string, string>, string]>([
    ['of a file of ours, its token', { 'petbooth.token': 'sks', 'modelspec.trigger_phrase': 'sks dog' }, 'sks cat'],
    ['are its trigger phrase', { 'modelspec.trigger_phrase': 'zwx Cat', ...tags({ a: { tag: 1 } }) }, 'zwx Cat'],
    ['stand before the kind that they do not name', { 'modelspec.trigger_phrase': 'zwx' }, 'zwx cat'],
    ['are the one tag of its pictures', tags({ '10_zwx cat': { 'zwx cat': 10 }, b: { ' zwx cat': 2 } }), 'zwx cat'],
    ['are not one of several tags', tags({ '10_cats': { 'zwx cat': 10, sofa: 3 } }), 'cat'],
    ['hold no weights and no marks', { 'modelspec.trigger_phrase': '(zwx:5), {pet} <lora:x>' }, 'zwx 5 pet lora x cat'],
    ['are not endless', { 'modelspec.trigger_phrase': 'x'.repeat(10_000) }, `${'x'.repeat(64)} cat`],
    ['are none where the tags are broken', { ss_tag_frequency: '{"a":' }, 'cat'],
    ['are none where the tags are something else', tags([null, 7, ['']]), 'cat'],
  ])('%s', (_, metadata, name) => {
    expect(subjectOf(metadata, 'cat')).toEqual({ name, noun: 'cat' });
  });
});
