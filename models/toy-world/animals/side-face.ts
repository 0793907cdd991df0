/** @file Markings of a round head seen from the side, looking right. */

import type { FaceMarking } from '../pet.js';
import { d, ellipse, path, rect } from '../svg.js';
import type { Look } from './look.js';

/** The marking, to be clipped to a head of this radius around the origin; what is left and right in front is eye and crown here. */
export function sideFaceMarking(marking: FaceMarking, radius: number, look: Look): string {
  const r = radius + 1;
  switch (marking) {
    case 'plain':
      return '';
    case 'left-patch':
      return ellipse(r * 0.3, -r * 0.2, r * 0.5, r * 0.6, look.marking);
    case 'right-patch':
      return ellipse(-r * 0.2, -r * 0.95, r, r * 0.62, look.marking);
    case 'mask':
      return rect(-r, -r * 0.5, 2 * r, r * 0.62, look.marking);
    case 'blaze':
      return ellipse(-r * 0.1, r * 0.5, r * 0.62, r * 0.5, look.marking);
    case 'half':
      return path(d`M${-r},${-r}L${-r * 0.05},${-r}Q${-r * 0.35},0 ${-r * 0.05},${r}L${-r},${r}Z`, look.marking);
  }
}
