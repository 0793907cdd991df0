/** @file Markings of a body, laid out in the body's bounding ellipse and clipped to its outline by the caller. */

import type { Markings } from '../pet.js';
import { d, ellipse, stroke } from '../svg.js';
import type { Look } from './look.js';

/** The ellipse that a body roughly fills. */
export interface BodyArea {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
}

/** The spots of a coat, wherever they lie. */
export function spots(markings: Markings, area: BodyArea, look: Look): string {
  const size = Math.sqrt(area.rx * area.ry);
  return markings.spots
    .map((spot) =>
      ellipse(
        area.x + spot.x * area.rx,
        area.y + spot.y * area.ry,
        spot.radius * size,
        spot.radius * size,
        look.marking,
      ),
    )
    .join('');
}

/** Markings of a body seen from the front. */
export function frontMarking(markings: Markings, area: BodyArea, look: Look): string {
  const { x, y, rx, ry } = area;
  switch (markings.body) {
    case 'plain':
      return '';
    case 'bib':
      return ellipse(x, y - ry * 0.35, rx * 0.62, ry * 0.75, look.marking);
    case 'spots':
      return spots(markings, area, look);
    case 'stripes':
      return [-0.62, 0, 0.62]
        .map((level) =>
          stroke(
            d`M${x - rx * 1.4},${y + level * ry - 3}Q${x},${y + level * ry + 4} ${x + rx * 1.4},${y + level * ry - 3}`,
            look.marking.fill,
            5.4,
          ),
        )
        .join('');
    case 'saddle':
      return ellipse(x, y + ry * 0.75, rx * 1.5, ry * 0.85, look.marking);
  }
}

/** Markings of a body seen from the side, head to the right. */
export function sideMarking(markings: Markings, area: BodyArea, look: Look): string {
  const { x, y, rx, ry } = area;
  switch (markings.body) {
    case 'plain':
      return '';
    case 'bib':
      return ellipse(x + rx * 0.85, y, rx * 0.5, ry * 1.3, look.marking);
    case 'spots':
      return spots(markings, area, look);
    case 'stripes':
      return [-0.6, -0.05, 0.5]
        .map((level) =>
          stroke(
            d`M${x + level * rx - 2},${y - ry * 1.4}Q${x + level * rx + 5},${y} ${x + level * rx - 2},${y + ry * 1.4}`,
            look.marking.fill,
            6.4,
          ),
        )
        .join('');
    case 'saddle':
      return ellipse(x - rx * 0.1, y - ry * 0.95, rx * 0.72, ry * 0.85, look.marking);
  }
}
