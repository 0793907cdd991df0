/** @file Hats, scarves, collars and shirt fronts, placed by the animal that wears them. */

import { mix, outlineOf } from '../palette.js';
import { d, path, rect, stroke } from '../svg.js';

/** A pointed hat with a pompon and a rim; `y` is where the rim sits, `width` half the rim. */
export function hat(x: number, y: number, width: number, colour: string): string {
  const paint = { fill: colour, line: outlineOf(colour) };
  const crown = width * 0.8;
  return (
    path(
      d`M${x - crown},${y}C${x - crown},${y - 15} ${x - 5},${y - 19} ${x},${y - 19}C${x + 5},${y - 19} ${x + crown},${y - 15} ${x + crown},${y}Z`,
      paint,
    ) + rect(x - width, y - 4, 2 * width, 6.5, paint, 3.2)
  );
}

/** A scarf around the neck with one hanging end. */
export function scarf(x: number, y: number, width: number, colour: string): string {
  const paint = { fill: colour, line: outlineOf(colour) };
  return (
    rect(x + width * 0.25, y, 8.5, 19, paint, 2.5) +
    path(
      d`M${x - width},${y - 3}Q${x},${y + 5} ${x + width},${y - 3}L${x + width},${y + 4}Q${x},${y + 13} ${x - width},${y + 4}Z`,
      paint,
    )
  );
}

/** The white shirt front and bow tie of a tuxedo; (x, y) is the throat. */
export function shirtFront(x: number, y: number, width: number, height: number): string {
  return (
    path(d`M${x - width},${y - 2}L${x + width},${y - 2}L${x},${y + height}Z`, { fill: '#ffffff' }) +
    path(d`M${x},${y + 3}L${x - 8},${y - 2}L${x - 8},${y + 8}ZM${x},${y + 3}L${x + 8},${y - 2}L${x + 8},${y + 8}Z`, {
      fill: '#c81e2c',
      line: '#5d0d18',
      width: 1.2,
    })
  );
}

/** The collar of a shirt, which shows it on an animal of the shirt's own colour; (x, y) is the throat. */
export function collar(x: number, y: number, width: number, colour: string): string {
  const line = mix(colour, '#7a3c00', 0.5);
  return (
    path(d`M${x - width},${y - 6}L${x + width},${y - 6}L${x},${y + 8}Z`, { fill: '#ffffff', line, width: 1.4 }) +
    stroke(d`M${x},${y + 8}L${x},${y + 40}`, line, 1.8)
  );
}
