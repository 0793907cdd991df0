import { describe, expect, test } from 'vitest';
import type { EditChange, EditPet } from '#src/editing/edit-job.js';
import { assertInCaption, countWords, markSourcePet, swapPet } from '#src/editing/edit-words.js';
import type { Pet } from '#src/pets/pet.js';

const pet = (id: string, name: string, sharedBy?: string): Pet => ({
  id,
  name,
  className: 'dog',
  previews: [],
  photoCount: 3,
  createdAt: new Date(0),
  ...(sharedBy !== undefined && { sharedBy }),
});
const biscuit = pet('b', 'Biscuit');
const rex = pet('c', 'Rex');
const annas = pet('a', 'Biscuit', 'Anna');
const asEditPet = ({ id, className, name }: Pet): EditPet => ({ id, className, name });
const swap = (from: string, to: string): EditChange => ({ kind: 'replace', from, to });
const changes = (...list: EditChange[]) => ({ kind: 'changes' as const, changes: list });
const refusal = (key: string, params: object = {}) =>
  expect.objectContaining({ text: { key: `errors.${key}`, params: expect.objectContaining(params) } });

describe('a pet that shall be in the picture', () => {
  test('stands as the marker wherever the right side names it', () => {
    expect(
      swapPet(changes(swap('dog', 'biscuit in a hat'), { kind: 'add', words: "Biscuit's ball" }), [biscuit, rex]),
    ).toEqual({
      request: changes(swap('dog', '{pet} in a hat'), { kind: 'add', words: "{pet}'s ball" }),
      pet: biscuit,
    });
    expect(swapPet({ kind: 'target', target: 'Rex asleep' }, [biscuit, rex])).toEqual({
      request: { kind: 'target', target: '{pet} asleep' },
      pet: rex,
    });
  });

  test('is not found on the left side, or inside another word', () => {
    expect(swapPet(changes(swap('Biscuit', 'biscuits')), [biscuit])).toEqual({
      request: changes(swap('Biscuit', 'biscuits')),
    });
  });

  test('is asked for where two could be meant', () => {
    expect(() => swapPet(changes(swap('dog', 'Biscuit')), [biscuit, annas])).toThrow(
      refusal('petAmbiguous', { names: 'Biscuit, Biscuit (Anna)' }),
    );
    expect(swapPet(changes(swap('dog', 'Biscuit')), [biscuit, annas], annas).pet).toBe(annas);
    expect(() => swapPet(changes(swap('dog', 'Biscuit'), swap('cat', 'Rex')), [biscuit, rex])).toThrow(
      refusal('petsSeveral', { names: 'Biscuit, Rex' }),
    );
    expect(() => swapPet(changes(swap('dog', 'cat')), [biscuit], biscuit)).toThrow(
      refusal('editPetUnnamed', { name: 'Biscuit' }),
    );
  });
});

test('a pet that is in the picture stands as the marker on the left side', () => {
  const list: EditChange[] = [
    swap('Biscuit', 'cat'),
    { kind: 'remove', words: "Biscuit's hat" },
    swap('Rex', 'Biscuit'),
  ];
  expect(markSourcePet(list, [biscuit, rex], asEditPet(biscuit))).toEqual([
    swap('{pet}', 'cat'),
    { kind: 'remove', words: "{pet}'s hat" },
    swap('Rex', 'Biscuit'),
  ]);
  expect(markSourcePet(list, [biscuit, rex], undefined)).toEqual(list);
});

describe('what a picture is known to show', () => {
  test.each([
    ['a dog in the snow', [swap('dog', 'cat')]],
    ['a DOG in the snow', [swap('dog', 'cat')]],
    ['a dog  in the\tsnow', [swap('in the snow', 'at sea')]],
    ['{pet} in the snow', [swap('{pet}', 'cat')]],
    ['犬と雪', [swap('犬', '猫')]],
    ['a dog', [swap('dog', 'cat'), { kind: 'weigh', words: 'cat', factor: 2 }]],
    ['snow on snow', [{ kind: 'weigh', words: 'snow', factor: 2 }]],
    ['anything', [{ kind: 'add', words: 'a hat' }]],
  ] as [string, EditChange[]][])('has the words: %s', (caption, list) => {
    expect(() => assertInCaption(list, caption)).not.toThrow();
  });

  test('lacks words, and says which and what it shows, with names for markers', () => {
    expect(() => assertInCaption([swap('hat', 'cap')], '{pet} in a hatch', asEditPet(biscuit))).toThrow(
      refusal('editWordsMissing', { words: 'hat', caption: 'Biscuit in a hatch' }),
    );
    expect(() => assertInCaption([{ kind: 'weigh', words: 'fog', factor: 2 }], 'a dog')).toThrow(
      refusal('editWordsMissing', { words: 'fog' }),
    );
  });

  test('has words twice, which asks for more of them', () => {
    expect(() => assertInCaption([swap('dog', 'cat')], 'a dog and a dog')).toThrow(
      refusal('editWordsTwice', { words: 'dog', count: 2, caption: 'a dog and a dog' }),
    );
    expect(() => assertInCaption([swap('and a dog', 'and a cat')], 'a dog and a dog')).not.toThrow();
  });
});

test('words count as whole words of any script, whatever characters they are of', () => {
  expect(countWords('dog dogs Dog, hotdog', 'dog')).toBe(2);
  expect(countWords('über uber', 'uber')).toBe(1);
  expect(countWords('a (b) c', '(b)')).toBe(1);
  expect(countWords('雪の中の犬', '犬')).toBe(1);
  expect(countWords('x'.repeat(6000), '.*')).toBe(0);
});
