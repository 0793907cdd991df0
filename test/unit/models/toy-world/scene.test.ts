import { describe, expect, it } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { createPet } from '#models/toy-world/pet.js';
import { createScene, describeScene, isHeldOut } from '#models/toy-world/scene.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from '#models/toy-world/vocabulary.js';

describe('isHeldOut', () => {
  it('reserves about a tenth of all combinations', () => {
    const flags = KINDS.flatMap((kind) =>
      COLOURS.flatMap((colour) => SETTINGS.map((setting) => isHeldOut(kind.name, colour.name, setting.name))),
    );
    const share = flags.filter(Boolean).length / flags.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  });

  it('leaves most combinations of every kind, colour and setting to training', () => {
    for (const kind of KINDS) {
      for (const colour of COLOURS) {
        const held = SETTINGS.filter((setting) => isHeldOut(kind.name, colour.name, setting.name));
        expect(held.length).toBeLessThan(SETTINGS.length / 2);
      }
      for (const setting of SETTINGS) {
        const held = COLOURS.filter((colour) => isHeldOut(kind.name, colour.name, setting.name));
        expect(held.length).toBeLessThan(COLOURS.length * 0.7);
      }
    }
  });

  it('keeps its choice from release to release', () => {
    const held = SETTINGS.filter((setting) => isHeldOut('cat', 'white', setting.name)).map((setting) => setting.name);
    expect(held).toEqual(['garden', 'cushion']);
  });
});

describe('createScene', () => {
  it('draws the same scene from the same seed and another from another', () => {
    const draw = (seed: number) => createScene(createGenerator(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('keeps training and held-out scenes apart', () => {
    const generator = createGenerator(1);
    for (let i = 0; i < 300; i++) {
      const train = createScene(generator, { split: 'train' });
      const heldOut = createScene(generator, { split: 'heldout' });
      expect(isHeldOut(train.pet.kind, train.pet.colour, train.setting)).toBe(false);
      expect(isHeldOut(heldOut.pet.kind, heldOut.pet.colour, heldOut.setting)).toBe(true);
    }
  });

  it('puts the given pet into the scene unchanged', () => {
    const generator = createGenerator(2);
    const pet = createPet(generator);
    const scene = createScene(generator, { pet, setting: 'space', clothes: 'tuxedo' });
    expect(scene.pet).toBe(pet);
    expect(scene.setting).toBe('space');
    expect(scene.clothes).toBe('tuxedo');
  });

  it('refuses a combination that the split does not contain', () => {
    const setting = SETTINGS.find((entry) => !isHeldOut('dog', 'red', entry.name))!.name;
    expect(() => createScene(createGenerator(3), { split: 'heldout', kind: 'dog', colour: 'red', setting })).toThrow(
      /no heldout combination/,
    );
  });

  it('dresses about two of five animals and uses every garment and setting', () => {
    const generator = createGenerator(4);
    const labels = Array.from({ length: 1000 }, () => describeScene(createScene(generator)));
    const dressed = labels.filter((label) => label.clothes > 0).length / labels.length;
    expect(dressed).toBeGreaterThan(0.34);
    expect(dressed).toBeLessThan(0.46);
    expect(new Set(labels.map((label) => label.clothes)).size).toBe(CLOTHES.length);
    expect(new Set(labels.map((label) => label.setting)).size).toBe(SETTINGS.length);
  });
});
