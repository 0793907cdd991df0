/** @file A setting drawn for one scene: what lies behind and before the animal, and how the animal stands in it. */

import type { Pose } from '../animals/look.js';
import { ellipse } from '../svg.js';

export interface Stage {
  readonly back: string;
  readonly front?: string;
  /** Height of the feet in the picture, 0 at the top and 128 at the bottom; 118 unless told. */
  readonly ground?: number;
  readonly limbs?: Pose['limbs'];
  readonly eyes?: Pose['eyes'];
  /** Turn of the whole animal in degrees. */
  readonly turn?: number;
  /** Size of the animal relative to other settings. */
  readonly scale?: number;
  /** What lies right under the animal, drawn around its feet. */
  readonly support?: string;
}

export const PICTURE = 128;

export function shadow(colour: string, width = 34): string {
  return ellipse(0, -1, width, 6, { fill: colour });
}
