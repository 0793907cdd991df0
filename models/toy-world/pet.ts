/** @file One individual of the toy world: what a caption says of it (kind, colour) and what it never says (markings). */

import type { Generator } from '../tensors/random.js';
import {
  coatRgb,
  contrast,
  EYE_COLOURS,
  type EyeColourName,
  MARKING_COLOURS,
  type MarkingColourName,
  markingRgb,
} from './palette.js';
import { COLOURS, type ColourName, KINDS, type KindName } from './vocabulary.js';

export const FACE_MARKINGS = ['plain', 'left-patch', 'right-patch', 'mask', 'blaze', 'half'] as const;
export const BODY_MARKINGS = ['plain', 'bib', 'spots', 'stripes', 'saddle'] as const;
export const END_MARKINGS = ['plain', 'socks', 'ears', 'one-ear', 'tail'] as const;
export const EAR_SHAPES = ['regular', 'large', 'small', 'uneven'] as const;

export type FaceMarking = (typeof FACE_MARKINGS)[number];
export type BodyMarking = (typeof BODY_MARKINGS)[number];
export type EndMarking = (typeof END_MARKINGS)[number];
export type EarShape = (typeof EAR_SHAPES)[number];

/** A blotch in the unit disc of the body part it lies on; radius as a share of that part. */
export interface Blotch {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface Markings {
  readonly face: FaceMarking;
  readonly body: BodyMarking;
  readonly ends: EndMarking;
  readonly colour: MarkingColourName;
  /** Colour of the ends (socks, ears, tail); often the same as `colour`. */
  readonly endColour: MarkingColourName;
  /** Layout of the spots, used when `body` is 'spots'. */
  readonly spots: readonly Blotch[];
}

export interface Pet {
  readonly kind: KindName;
  readonly colour: ColourName;
  readonly markings: Markings;
  readonly eyes: EyeColourName;
  readonly ears: EarShape;
  /** Width of the body relative to its kind, 0.9 to 1.12. */
  readonly girth: number;
}

export interface PetOptions {
  readonly kind?: KindName;
  readonly colour?: ColourName;
}

/** A colour weaker than this against the coat would not be seen after the autoencoder. */
const LEAST_CONTRAST = 200;

export function pick<T>(generator: Generator, choices: readonly T[]): T {
  return choices[generator.integer(choices.length)]!;
}

/** A number drawn evenly from [low, high). */
export function between(generator: Generator, low: number, high: number): number {
  return low + (high - low) * generator.uniform();
}

function drawApart(count: number, draw: () => Blotch): Blotch[] {
  const chosen: Blotch[] = [];
  for (let attempt = 0; attempt < 60 && chosen.length < count; attempt++) {
    const next = draw();
    const clear = chosen.every((other) => Math.hypot(other.x - next.x, other.y - next.y) > other.radius + next.radius);
    if (clear) chosen.push(next);
  }
  return chosen;
}

function createSpots(generator: Generator): Blotch[] {
  const count = 2 + generator.integer(3);
  return drawApart(count, () => {
    const angle = between(generator, 0, 2 * Math.PI);
    const distance = Math.sqrt(generator.uniform()) * 0.85;
    return { x: Math.cos(angle) * distance, y: Math.sin(angle) * distance, radius: between(generator, 0.26, 0.42) };
  });
}

/** Draws an individual; at least two of face, body and ends carry a marking. */
export function createPet(generator: Generator, options: PetOptions = {}): Pet {
  const kind = options.kind ?? pick(generator, KINDS).name;
  const colour = options.colour ?? pick(generator, COLOURS).name;
  const coat = coatRgb(colour);
  const visible = MARKING_COLOURS.map((entry) => entry.name).filter(
    (name) => contrast(markingRgb(name), coat) >= LEAST_CONTRAST,
  );
  const markingColour = pick(generator, visible);
  const endColour = generator.uniform() < 0.6 ? markingColour : pick(generator, visible);
  const plain = generator.uniform();
  const face = plain < 0.12 ? 'plain' : pick(generator, FACE_MARKINGS.slice(1));
  const body = plain >= 0.12 && plain < 0.3 ? 'plain' : pick(generator, BODY_MARKINGS.slice(1));
  const ends = plain >= 0.3 && plain < 0.5 ? 'plain' : pick(generator, END_MARKINGS.slice(1));
  return {
    kind,
    colour,
    markings: { face, body, ends, colour: markingColour, endColour, spots: createSpots(generator) },
    eyes: pick(generator, EYE_COLOURS).name,
    ears: pick(generator, EAR_SHAPES),
    girth: between(generator, 0.9, 1.12),
  };
}
