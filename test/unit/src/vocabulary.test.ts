import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { openVocabulary, readVocabulary } from '#src/vocabulary.js';

const toyPets = (await readVocabulary('models/checkpoints/toy-pets', pino({ level: 'silent' })))!;
const unknownIn = (words: string) => toyPets.read(words).unknown.map(({ word }) => word);

describe('a checkpoint of few words', () => {
  test.each([
    'a brown dog wearing a red hat surfing a wave',
    '{pet} in the snow',
    'A photo of a kitten, asleep on a bed',
    'an elephant among sunflowers',
    'a (dog:1.3) in the [jungle]',
  ])('reads as it stands what it has met: %s', (words) => {
    expect(toyPets.read(words)).toEqual({ words, unknown: [], isAnythingKnown: true });
  });

  test.each([
    ['ein Hund am Strand', 'a dog at the beach'],
    ['Ein brauner Hund mit rotem Hut im Schnee', 'a brown dog wearing a red hat in the snow'],
    ['eine weisse Katze schläft', 'a white cat sleeping on a bed'],
    ['un perro marrón en la playa', 'a brown dog at the beach'],
    ['un gato con sombrero rojo en la nieve', 'a cat wearing a red hat in the snow'],
    ["un éléphant orange dans l'espace", 'an orange elephant in space'],
    ['un chat noir avec une écharpe bleue', 'a black cat wearing a blue scarf'],
    ['um cachorro marrom na praia', 'a brown dog at the beach'],
    ['um coelho de chapéu azul no jardim', 'a rabbit wearing a blue hat in the garden'],
    ['浜辺の犬', 'a dog at the beach'],
    ['赤い帽子をかぶった茶色い犬', 'a brown dog wearing a red hat'],
    ['{pet} am Strand', '{pet} at the beach'],
    ['{pet}が雪の中にいる', '{pet} in the snow'],
    ['HUND IM WELTRAUM', 'a dog in space'],
    ['ein (Hund:1.3) am [Strand]', 'a (dog:1.3) [at the beach]'],
    ['un ((perro)) (marrón: 0.5) en la playa', 'a (brown: 0.5) ((dog)) at the beach'],
    ["un (éléphant orange:1.2) [dans l'espace]", 'an (orange:1.2) (elephant:1.2) [in space]'],
    ['un (chat noir [avec chapeau]:1.2)', 'a (black:1.2) (cat:1.2) wearing a ([hat]:1.2)'],
    ['(赤い帽子:1.4)をかぶった犬', 'a dog wearing a (red:1.4) (hat:1.4)'],
    ['ein \\(Hund\\) (am Strand', 'a dog at the beach'],
  ])('reads other languages in its own words: %s', (words, english) => {
    expect(toyPets.read(words)).toEqual({ words: english, unknown: [], isAnythingKnown: true });
  });

  test.each([
    ['a dragon fighting', ['dragon', 'fighting'], '', false],
    ['a horse', ['horse'], '', false],
    ['a sofa', ['sofa'], '', false],
    ['qwertz', ['qwertz'], '', false],
    ['{pet} as an astronaut', ['astronaut'], '{pet} as', true],
    ['an old dog in the snow', ['old'], 'a dog in the snow', true],
    ['a dog fighting a dragon in the jungle', ['fighting', 'dragon'], 'a dog in the jungle', true],
    ['ein Pferd am Strand', ['Pferd'], 'at the beach', true],
    ['ドラゴン', ['ドラゴン'], '', false],
    ['龍と犬', ['龍'], 'a dog', true],
  ])('says what it has never met, and leaves it out: %s', (words, unknown, rest, isAnythingKnown) => {
    expect(toyPets.read(words)).toMatchObject({ words: rest, isAnythingKnown });
    expect(unknownIn(words)).toEqual(unknown);
  });

  test.each([
    ['dragon', 'turtle'],
    ['horse', 'dog'],
    ['sofa', 'cushion'],
    ['elefant', undefined],
    ['elephnat', 'elephant'],
    ['rabit', 'rabbit'],
    ['qwertz', undefined],
  ])('knows what comes nearest to %s', (word, nearest) => {
    expect(toyPets.read(word).unknown[0]?.nearest).toBe(nearest);
  });

  test('one side of a change is a noun, what is added a phrase', () => {
    expect(toyPets.read('Strand', 'noun').words).toBe('beach');
    expect(toyPets.read('brauner Hund', 'noun').words).toBe('brown dog');
    expect(toyPets.read('(brauner) (Hund:1.3)', 'noun').words).toBe('(brown) (dog:1.3)');
    expect(toyPets.read('einen roten Hut', 'addition').words).toBe('wearing a red hat');
    expect(toyPets.read('red hat', 'noun').words).toBe('red hat');
  });

  test('takes no longer for the longest prompt of the worst words', () => {
    const started = performance.now();
    for (const word of ['qwertz ', 'ein Hund ', '犬', 'ドラゴン', '{pet}', '(Hund', '[(Hund:1.3)]'])
      toyPets.read(word.repeat(2000 / word.length));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test('a checkpoint without a list of words reads any', async () => {
  expect(await readVocabulary('test/golden/data/models/checkpoint', pino({ level: 'silent' }))).toBe(undefined);
  expect(openVocabulary.read('a dragon fighting')).toMatchObject({ words: 'a dragon fighting', unknown: [] });
});
