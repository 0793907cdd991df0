import { describe, expect, test } from 'vitest';
import { findPets, isPetName } from '#src/drawing/pet-names.js';
import type { Pet } from '#src/pets/pet.js';

const pet = (name: string): Pet => ({
  id: name,
  name,
  className: 'dog',
  previews: [],
  photoCount: 3,
  createdAt: new Date(0),
});
const pets = ['Biscuit', 'Biscuit Junior', 'Mo', 'Zoë', "O'Malley", 'たま', 'C'].map(pet);
const find = (prompt: string) => {
  const found = findPets(prompt, pets);
  return [found.prompt, ...found.pets.map(({ name }) => name)];
};

describe('a pet in a prompt', () => {
  test.each([
    ['Biscuit surfing a wave', '{pet} surfing a wave', 'Biscuit'],
    ['a photo of biscuit', 'a photo of {pet}', 'Biscuit'],
    ['BISCUIT’s bath', '{pet}’s bath', 'Biscuit'],
    ['biscuit  junior asleep', '{pet} asleep', 'Biscuit Junior'],
    ['wave, Zoë!', 'wave, {pet}!', 'Zoë'],
    ['zoë in space', '{pet} in space', 'Zoë'],
    ['o’malley and a hat', '{pet} and a hat', "O'Malley"],
    ['(mo)', '({pet})', 'Mo'],
    ['mo and MO', '{pet} and {pet}', 'Mo'],
    ['たま on a bed', '{pet} on a bed', 'たま'],
  ])('%s', (prompt, marked, name) => {
    expect(find(prompt)).toEqual([marked, name]);
  });

  test.each([
    ['たま', 'たまが波に乗る', '{pet}が波に乗る'],
    ['ポチ', '海でポチが泳ぐ', '海で{pet}が泳ぐ'],
    ['小白', '我的小白在海边', '我的{pet}在海边'],
    ['Biscuit', 'Biscuitが海で泳ぐ', '{pet}が海で泳ぐ'],
    ['Мурка', 'мурка на пляже, Муркам', '{pet} на пляже, Муркам'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ', '{pet}'],
    ['İnci', 'İnci im Bad', '{pet} im Bad'],
    ['Jean-Luc', 'jean-luc in space', '{pet} in space'],
  ])('in its script: %s in “%s”', (name, prompt, marked) => {
    expect(findPets(prompt, [pet(name)])).toMatchObject({ prompt: marked, pets: [{ name }] });
  });

  test.each([
    ['モモ', 'モモンガの写真'],
    ['Zoë', 'Zoëlla'],
    ['Biscuit', 'Seabiscuit'],
  ])('%s is not in another word: %s', (name, prompt) => {
    expect(findPets(prompt, [pet(name)])).toEqual({ prompt, pets: [] });
  });

  test.each(['biscuits on a plate', 'a moment', 'Momo', 'zoëlogy', 'cat', ''])('is not in: %s', (prompt) => {
    expect(find(prompt)).toEqual([prompt]);
  });

  test('may be several, and is found only in a person’s own list', () => {
    expect(find('Mo and Biscuit')).toEqual(['{pet} and {pet}', 'Mo', 'Biscuit']);
    expect(findPets('Mo', [])).toEqual({ prompt: 'Mo', pets: [] });
  });

  test('cannot be forged with the marker', () => {
    expect(find('a {pet} in {{pet}pet}')).toEqual(['a pet in petpet']);
  });
});

describe('a pet’s name', () => {
  test.each(['Biscuit', 'Biscuit Junior', "O'Malley", 'Jean-Luc', 'Zoë', 'たま', 'R2 D2', 'محمود'])(
    'may be %s',
    (name) => {
      expect(isPetName(name)).toBe(true);
    },
  );

  test.each(['', ' ', '42', '-', 'a  b', '{pet}', '/help', 'a\nb', '<b>', '🐶', 'x'.repeat(33), 'a.*b', '-a'])(
    'may not be %j',
    (name) => {
      expect(isPetName(name)).toBe(false);
    },
  );
});
