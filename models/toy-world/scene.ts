/** @file A scene of the toy world: a pet, what it wears, where it is, and how it stands there. */

import type { Generator } from '../tensors/random.js';
import { between, createPet, type Pet, pick } from './pet.js';
import {
  CLOTHES,
  type ClothesName,
  COLOURS,
  type ColourName,
  indexOfName,
  KINDS,
  type KindName,
  SETTINGS,
  type SettingName,
} from './vocabulary.js';

/** Where the animal stands relative to the setting's own place for it. */
export interface Placement {
  /** Shift in units of a 128 × 128 picture. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  /** Tilt of the head in degrees. */
  readonly tilt: number;
}

export interface Scene {
  readonly pet: Pet;
  readonly clothes: ClothesName;
  readonly setting: SettingName;
  readonly placement: Placement;
  /** Seed of the setting's own variation: hues, positions, sizes. */
  readonly settingSeed: number;
}

/** 'train' leaves the held-out combinations out, 'heldout' draws nothing else. */
export type Split = 'train' | 'heldout';

export interface SceneOptions {
  readonly split?: Split;
  readonly pet?: Pet;
  readonly kind?: KindName;
  readonly colour?: ColourName;
  readonly clothes?: ClothesName;
  readonly setting?: SettingName;
}

const DRESSED_SHARE = 0.4;
const HELD_OUT_ONE_IN = 10;

/** Whether a combination is reserved for testing: about one in ten, decided by a hash of the names. */
export function isHeldOut(kind: KindName, colour: ColourName, setting: SettingName): boolean {
  let hash = 0x811c9dc5;
  for (const letter of `${kind}/${colour}/${setting}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) % HELD_OUT_ONE_IN === 0;
}

interface Triple {
  readonly kind: KindName;
  readonly colour: ColourName;
  readonly setting: SettingName;
}

function drawTriple(generator: Generator, options: SceneOptions): Triple {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const kind = options.pet?.kind ?? options.kind ?? pick(generator, KINDS).name;
    const colour = options.pet?.colour ?? options.colour ?? pick(generator, COLOURS).name;
    const setting = options.setting ?? pick(generator, SETTINGS).name;
    if (options.split === undefined || isHeldOut(kind, colour, setting) === (options.split === 'heldout')) {
      return { kind, colour, setting };
    }
  }
  throw new RangeError(`no ${options.split} combination fits ${JSON.stringify({ ...options, pet: undefined })}`);
}

/** Draws a scene; what `options` leave open is random. */
export function createScene(generator: Generator, options: SceneOptions = {}): Scene {
  const { kind, colour, setting } = drawTriple(generator, options);
  const dressed = generator.uniform() < DRESSED_SHARE;
  return {
    pet: options.pet ?? createPet(generator, { kind, colour }),
    clothes: options.clothes ?? (dressed ? pick(generator, CLOTHES.slice(1)).name : 'none'),
    setting,
    placement: {
      x: between(generator, -2, 2),
      y: between(generator, -1, 1),
      scale: between(generator, 1.04, 1.1),
      tilt: between(generator, -3, 3),
    },
    settingSeed: generator.nextUint32(),
  };
}

/** Class indices of a scene: positions in KINDS, COLOURS, CLOTHES and SETTINGS. */
export interface SceneLabels {
  readonly kind: number;
  readonly colour: number;
  readonly clothes: number;
  readonly setting: number;
}

export function describeScene(scene: Scene): SceneLabels {
  return {
    kind: indexOfName(KINDS, scene.pet.kind),
    colour: indexOfName(COLOURS, scene.pet.colour),
    clothes: indexOfName(CLOTHES, scene.clothes),
    setting: indexOfName(SETTINGS, scene.setting),
  };
}
