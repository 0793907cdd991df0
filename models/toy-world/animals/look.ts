/** @file The paints of one pet and the pose it takes, shared by all animals. */

import { coatRgb, eyeRgb, markingRgb, mix, outlineOf } from '../palette.js';
import type { Pet } from '../pet.js';
import type { Paint } from '../svg.js';
import type { ClothesName } from '../vocabulary.js';

/** How an animal holds itself. */
export interface Pose {
  readonly limbs: 'sitting' | 'leaping' | 'balancing';
  readonly eyes: 'open' | 'closed';
  /** Tilt of the head in degrees, clockwise. */
  readonly tilt: number;
}

export interface Look {
  readonly coat: Paint;
  /** A softer tint of the coat: bellies, muzzles, skin of the turtle. */
  readonly tint: Paint;
  readonly marking: Paint;
  readonly end: Paint;
  readonly iris: string;
  /** Noses, mouths, pupils. */
  readonly ink: string;
}

export function painted(fill: string): Paint {
  return { fill, line: outlineOf(fill) };
}

export function lookOf(pet: Pet): Look {
  const coat = coatRgb(pet.colour);
  const tint =
    pet.colour === 'white' ? mix(coat, '#c9ced8', 0.35) : mix(coat, '#fff4e2', pet.colour === 'black' ? 0.17 : 0.42);
  return {
    coat: painted(coat),
    tint: { fill: tint, line: outlineOf(coat) },
    marking: { fill: markingRgb(pet.markings.colour) },
    end: painted(markingRgb(pet.markings.endColour)),
    iris: eyeRgb(pet.eyes),
    ink: '#241d22',
  };
}

/** What clothes put where. */
export interface Outfit {
  readonly hat?: string;
  readonly shirt?: string;
  readonly tuxedo?: boolean;
  readonly scarf?: string;
}

const OUTFITS: Readonly<Record<ClothesName, Outfit>> = {
  none: {},
  'red hat': { hat: '#d81f2a' },
  'blue hat': { hat: '#2359c9' },
  'yellow shirt': { shirt: '#fbd51f' },
  tuxedo: { shirt: '#1f1f2a', tuxedo: true },
  'blue scarf': { scarf: '#2359c9' },
  'green scarf': { scarf: '#218c46' },
};

export function outfitOf(clothes: ClothesName): Outfit {
  return OUTFITS[clothes];
}
