/** @file Colours of the toy world: coats, markings, eyes, and the arithmetic that shades them. */

import { COLOURS, type ColourName } from './vocabulary.js';

/** Colours of markings, which captions never mention. */
export const MARKING_COLOURS = [
  { name: 'cream', rgb: '#f7e3b4' },
  { name: 'chocolate', rgb: '#5c3118' },
  { name: 'ink', rgb: '#26262e' },
  { name: 'snow', rgb: '#fdfdfb' },
  { name: 'rust', rgb: '#b84e22' },
  { name: 'teal', rgb: '#17a29a' },
  { name: 'violet', rgb: '#8c4fc6' },
  { name: 'gold', rgb: '#eab61c' },
] as const;

export const EYE_COLOURS = [
  { name: 'dark', rgb: '#2a211d' },
  { name: 'blue', rgb: '#3f8fe0' },
  { name: 'green', rgb: '#3fa24f' },
  { name: 'amber', rgb: '#d18a12' },
] as const;

export type MarkingColourName = (typeof MARKING_COLOURS)[number]['name'];
export type EyeColourName = (typeof EYE_COLOURS)[number]['name'];

type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A colour `share` of the way from one to the other; `share` in [0, 1]. */
export function mix(from: string, to: string, share: number): string {
  const a = parse(from);
  const b = parse(to);
  let value = 0;
  for (let i = 0; i < 3; i++) value = value * 256 + Math.round(a[i]! + (b[i]! - a[i]!) * share);
  return `#${value.toString(16).padStart(6, '0')}`;
}

/** Distance of two colours in [0, 765], weighted towards what the eye tells apart. */
export function contrast(first: string, second: string): number {
  const a = parse(first);
  const b = parse(second);
  const meanRed = (a[0] + b[0]) / 2;
  const [red, green, blue] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return Math.sqrt((2 + meanRed / 256) * red ** 2 + 4 * green ** 2 + (2 + (255 - meanRed) / 256) * blue ** 2);
}

export function coatRgb(name: ColourName): string {
  return COLOURS.find((colour) => colour.name === name)!.rgb;
}

export function markingRgb(name: MarkingColourName): string {
  return MARKING_COLOURS.find((colour) => colour.name === name)!.rgb;
}

export function eyeRgb(name: EyeColourName): string {
  return EYE_COLOURS.find((colour) => colour.name === name)!.rgb;
}

/** The line around a shape of this colour: darker, but lighter around black so that it shows on dark ground. */
export function outlineOf(fill: string): string {
  const [red, green, blue] = parse(fill);
  return red + green + blue < 200 ? mix(fill, '#8a8aa0', 0.4) : mix(fill, '#1d1a2a', 0.34);
}
