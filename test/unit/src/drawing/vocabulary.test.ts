import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { openVocabulary, readVocabulary } from '#src/drawing/vocabulary.js';

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
    [
      'de',
      'ein # Elefant mit Hut',
      {
        white: 'weiß weiße weißer weißes weißem weißen weisse',
        black: 'schwarz schwarze schwarzer schwarzes schwarzem schwarzen',
        grey: 'grau graue grauer graues grauem grauen hellgrauer dunkelgrauen',
        brown: 'braun braune brauner braunes braunem braunen hellbrauner dunkelbraune',
        orange: 'orange oranger oranges orangem orangen orangener orangene orangefarbener orangefarbenen',
        yellow: 'gelb gelbe gelber gelbes gelbem gelben',
        red: 'rot rote roter rotes rotem roten dunkelroter',
        pink: 'rosa rosaner rosane rosafarbener pink pinke pinker pinken',
        blue: 'blau blaue blauer blaues blauem blauen hellblauer',
        green: 'grün grüne grüner grünes grünem grünen dunkelgrüner',
      },
    ],
    [
      'fr',
      'un éléphant # avec un chapeau',
      {
        white: 'blanc blanche blancs blanches',
        black: 'noir noire noirs noires',
        grey: 'gris grise grises',
        brown: 'marron marrons brun brune bruns brunes châtain',
        orange: 'orange oranges orangé orangée orangés orangées roux rousse',
        yellow: 'jaune jaunes',
        red: 'rouge rouges',
        pink: 'rose roses',
        blue: 'bleu bleue bleus bleues',
        green: 'vert verte verts vertes',
      },
    ],
    [
      'es',
      'un elefante # con sombrero',
      {
        white: 'blanco blanca blancos blancas',
        black: 'negro negra negros negras',
        grey: 'gris grises',
        brown: 'marrón marrones café cafés castaño castaña castaños castañas pardo parda',
        orange: 'naranja naranjas anaranjado anaranjada anaranjados anaranjadas',
        yellow: 'amarillo amarilla amarillos amarillas',
        red: 'rojo roja rojos rojas',
        pink: 'rosa rosas rosado rosada rosados rosadas',
        blue: 'azul azules',
        green: 'verde verdes',
      },
    ],
    [
      'pt-BR',
      'um elefante # de chapéu',
      {
        white: 'branco branca brancos brancas',
        black: 'preto preta pretos pretas negro negra',
        grey: 'cinza cinzas cinzento cinzenta cinzentos cinzentas',
        brown: 'marrom marrons castanho castanha castanhos castanhas',
        orange: 'laranja laranjas alaranjado alaranjada alaranjados alaranjadas cor-de-laranja',
        yellow: 'amarelo amarela amarelos amarelas',
        red: 'vermelho vermelha vermelhos vermelhas',
        pink: 'rosa rosas rosado rosada cor-de-rosa',
        blue: 'azul azuis',
        green: 'verde verdes',
      },
    ],
  ])('reads every form of a colour, and gives it to what it stands beside: %s', (_, sentence, forms) => {
    for (const [colour, words] of Object.entries(forms))
      for (const word of words.split(' ')) {
        const article = colour === 'orange' ? 'an' : 'a';
        expect(toyPets.read(sentence.replace('#', word)), word).toEqual({
          words: `${article} ${colour} elephant wearing a hat`,
          unknown: [],
          isAnythingKnown: true,
        });
      }
  });

  test('a word that several languages have is read as the one of the sentence does', () => {
    expect(toyPets.read('un gato rosa con sombrero').words).toBe('a pink cat wearing a hat');
    expect(toyPets.read('eine Katze mit rosa Hut').words).toBe('a cat wearing a pink hat');
    expect(toyPets.read('um gato com chapéu rosa').words).toBe('a cat wearing a pink hat');
    expect(toyPets.read('un chat bleu clair sur un tapis rouge').words).toBe('a blue cat on a red carpet');
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
