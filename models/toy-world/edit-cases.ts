/**
 * @file Edits with a known answer: a scene, an instruction in words, and the same scene drawn with just that changed.
 * Ten kinds of edit, as in the ten categories of PIE-Bench (Ju et al. 2024, arXiv:2310.01506, §4), of what a toy world can change.
 */
import type { EditInstruction } from '../editing/attention-control/edit-instruction.js';
import { createGenerator, type Generator } from '../tensors/random.js';
import { caption } from './caption.js';
import { createPet, type Pet, pick } from './pet.js';
import { drawScene } from './render.js';
import { createScene, type Scene } from './scene.js';
import { CLOTHES, type ClothesName, COLOURS, KINDS, type KindName, SETTINGS, type SettingName } from './vocabulary.js';

export const EDIT_KINDS = [
  'change object',
  'add',
  'remove',
  'change colour',
  'change clothes',
  'change setting',
  'reweight',
  'swap pet',
  'two edits',
  'nothing',
] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

export interface EditCase {
  readonly kind: EditKind;
  readonly source: Scene;
  /** What the edited picture should show. */
  readonly target: Scene;
  readonly sourceCaption: string;
  /** Of the source caption. The pet that is swapped in stands there as `{pet}`. */
  readonly instructions: readonly EditInstruction[];
}

/** Where an animal stands the same way, so that a change of setting changes nothing else. */
const STANDING_SETTINGS: readonly SettingName[] = [
  'jungle',
  'snow',
  'beach',
  'wooden floor',
  'mountain',
  'city',
  'blue house',
  'sunflowers',
  'taj mahal',
  'garden',
];
const REWEIGHT_FACTOR = 2;

/**
 * Far from the seeds of the recipe's training pictures, and from each other: settings are chosen on other scenes than those
 * that they are measured on, and captions that are read from a picture have been read from none of these before.
 */
const FIRST_SEEDS = { measured: 60_000, practice: 70_000, read: 80_000 } as const;
export type EditScenes = keyof typeof FIRST_SEEDS;

/**
 * One case, the same for the same arguments.
 * @param pet whom the animal is swapped for; needed by `swap pet`
 */
export function createEditCase(
  kind: EditKind,
  index: number,
  { pet, scenes = 'measured' }: { readonly pet?: Pet | undefined; readonly scenes?: EditScenes } = {},
): EditCase {
  const generator = createGenerator(FIRST_SEEDS[scenes] + index).fork(kind);
  const setting = pick(generator, STANDING_SETTINGS);
  const dressed = ['remove', 'change clothes', 'reweight'].includes(kind);
  const source = createScene(generator, {
    setting,
    clothes: dressed ? pick(generator, CLOTHES.slice(1)).name : 'none',
    ...(kind === 'swap pet' && { kind: pick(generator, KINDS).name }),
  });
  return { kind, source, sourceCaption: caption(source), ...changeOf(kind, source, generator, pet) };
}

function changeOf(
  kind: EditKind,
  source: Scene,
  generator: Generator,
  swapped: Pet | undefined,
): Pick<EditCase, 'target' | 'instructions'> {
  const { pet, setting, clothes } = source;
  const other = <Name extends string>(table: readonly { readonly name: Name }[], ...names: readonly string[]): Name =>
    pick(
      generator,
      table.filter(({ name }) => !names.includes(name)),
    ).name;
  const replace = (from: string, to: string) => ({ kind: 'replace', from, to }) as const;
  switch (kind) {
    case 'change object': {
      const next = other(KINDS, pet.kind);
      return { target: { ...source, pet: { ...pet, kind: next } }, instructions: [replace(pet.kind, next)] };
    }
    case 'add': {
      const garment = other(CLOTHES, 'none');
      return { target: { ...source, clothes: garment }, instructions: [{ kind: 'add', words: garmentWords(garment) }] };
    }
    case 'remove': {
      const words = wornWords(clothes);
      return { target: { ...source, clothes: 'none' }, instructions: [{ kind: 'remove', words }] };
    }
    case 'change colour': {
      const next = other(COLOURS, pet.colour);
      // "a blue cat with a blue house in the background" has the colour twice.
      const isUnclear = caption(source).split(pet.colour).length > 2;
      const [from, to] = isUnclear ? [`${pet.colour} ${pet.kind}`, `${next} ${pet.kind}`] : [pet.colour, next];
      return { target: { ...source, pet: recoloured(pet, next) }, instructions: [replace(from, to)] };
    }
    case 'change clothes': {
      const next = other(CLOTHES, 'none', clothes);
      return {
        target: { ...source, clothes: next },
        instructions: [replace(garmentWords(clothes), garmentWords(next))],
      };
    }
    case 'change setting': {
      const next = pick(
        generator,
        STANDING_SETTINGS.filter((name) => name !== setting),
      );
      return {
        target: { ...source, setting: next },
        instructions: [replace(placeWords(setting), placeWords(next))],
      };
    }
    case 'reweight':
      return { target: source, instructions: [{ kind: 'weigh', words: clothes, factor: REWEIGHT_FACTOR }] };
    case 'swap pet': {
      if (!swapped) throw new RangeError('a swap needs a pet');
      return {
        target: { ...source, pet: swapped },
        instructions: [replace(`${pet.colour} ${pet.kind}`, '{pet}')],
      };
    }
    case 'two edits': {
      const next = other(KINDS, pet.kind);
      const garment = other(CLOTHES, 'none');
      return {
        target: { ...source, clothes: garment, pet: { ...pet, kind: next } },
        instructions: [replace(pet.kind, next), { kind: 'add', words: garmentWords(garment) }],
      };
    }
    case 'nothing':
      return { target: source, instructions: [] };
  }
}

/** As a caption says that something is worn. */
function wornWords(garment: ClothesName): string {
  return CLOTHES.find(({ name }) => name === garment)!.phrases[0] ?? '';
}

/** Without the verb, as people name a thing: "a red hat". */
function garmentWords(garment: ClothesName): string {
  return garment === 'none' ? '' : `a ${garment}`;
}

function placeWords(setting: SettingName): string {
  return SETTINGS.find(({ name }) => name === setting)!.phrases[0];
}

/** The same individual in another coat; markings that the new coat would hide are drawn anew. */
function recoloured(pet: Pet, colour: Pet['colour']): Pet {
  const { markings } = createPet(createGenerator(1).fork(`${pet.kind} ${colour}`), {
    kind: pet.kind as KindName,
    colour,
  });
  return { ...pet, colour, markings: { ...pet.markings, colour: markings.colour, endColour: markings.endColour } };
}

/** How much a channel must differ, of 255, to count as changed: below it lie the softened rims. */
const CHANGED_BY = 12;

/**
 * What an edit may change: where the two drawings differ, widened by `margin` pixels. For a change of weight, where the drawing would differ without the garment.
 * @returns [size, size], 1 inside
 */
export function editMask({ source, target, kind }: EditCase, size: number, margin: number): Uint8Array {
  const before = drawScene(source, size);
  const after = drawScene(kind === 'reweight' ? { ...source, clothes: 'none' } : target, size);
  const mask = new Uint8Array(size * size);
  for (let index = 0; index < mask.length; index++) {
    const differs = [0, 1, 2].some(
      (channel) => Math.abs(before[3 * index + channel]! - after[3 * index + channel]!) > CHANGED_BY,
    );
    if (differs) mark(mask, size, index, margin);
  }
  return mask;
}

function mark(mask: Uint8Array, size: number, index: number, margin: number): void {
  const row = Math.floor(index / size);
  const column = index % size;
  for (let y = Math.max(0, row - margin); y <= Math.min(size - 1, row + margin); y++) {
    mask.fill(1, y * size + Math.max(0, column - margin), y * size + Math.min(size - 1, column + margin) + 1);
  }
}
