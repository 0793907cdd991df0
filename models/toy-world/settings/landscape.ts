/** @file Skies, grounds and what hangs in the air, shared by the settings outside. */

import type { Generator } from '../../tensors/random.js';
import { mix } from '../palette.js';
import { circle, ellipse, gradientRect, group } from '../svg.js';
import { PICTURE } from './stage.js';

export const SKY = '#8fd0f7';
export const GRASS = '#86cf5c';

export function sky(top: string, bottom: string, until = PICTURE): string {
  return gradientRect('sky', [0, 0, PICTURE, until], top, bottom);
}

export function ground(y: number, colour: string, bottom = mix(colour, '#000000', 0.12)): string {
  return gradientRect('ground', [0, y, PICTURE, PICTURE - y], colour, bottom);
}

export function mirrored(generator: Generator, content: string): string {
  return generator.uniform() < 0.5 ? content : group('translate(128 0) scale(-1 1)', content);
}

export function cloud(x: number, y: number, size: number): string {
  const paint = { fill: '#ffffff' };
  return ellipse(x, y, 13 * size, 6 * size, paint) + ellipse(x + 3 * size, y - 4 * size, 7 * size, 6 * size, paint);
}

export function sun(x: number, y: number): string {
  return circle(x, y, 9, { fill: '#ffe14d' });
}
