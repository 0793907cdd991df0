import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
import { createGenerator, type Generator } from '#models/tensors/random.js';
import { createPet } from '#models/toy-world/pet.js';
import { renderSvg } from '#models/toy-world/render.js';
import { createScene } from '#models/toy-world/scene.js';

/** RGB bytes, rows from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export function between(generator: Generator, from: number, to: number): number {
  return from + (to - from) * generator.uniform();
}

export function pick<T>(generator: Generator, values: readonly T[]): T {
  return values[generator.integer(values.length)]!;
}

function rasterise(svg: string): Picture {
  const drawn = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  const data = new Uint8Array(drawn.width * drawn.height * 3);
  const pixels = drawn.pixels;
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = pixels[from]!;
    data[to + 1] = pixels[from + 1]!;
    data[to + 2] = pixels[from + 2]!;
  }
  return { width: drawn.width, height: drawn.height, data };
}

/** A cartoon of the toy world with hard edges. */
export function drawCartoon(seed: number, size: number, options: Parameters<typeof createScene>[1] = {}): Picture {
  return rasterise(renderSvg(createScene(createGenerator(seed), options), size));
}

export function petOf(seed: number) {
  return createPet(createGenerator(seed));
}

export interface Snapshot {
  readonly width: number;
  readonly height: number;
  /** Same number, same place. */
  readonly place: number;
  /** Same number, same animal. */
  readonly animal: number;
  /** Same number, same pose, turn and position. */
  readonly pose: number;
  readonly background?: 'cluttered' | 'plain' | 'none';
  /** Coat of the animal, 0 black to 1 white; by the animal where left out. */
  readonly coat?: number;
  readonly lightness?: number;
  /** Blur of everything but the animal, in pixels. */
  readonly bokeh?: number;
}

/**
 * Something with a photo's statistics: surfaces of all sizes that hide each other, shading, and an animal with fur
 * and eyes in front.
 */
export function drawSnapshot(snapshot: Snapshot): Picture {
  const { width, height, background = 'cluttered', lightness = 0.5 } = snapshot;
  const place = createGenerator(snapshot.place * 7919 + 1);
  const unit = Math.min(width, height);
  const colour = (generator: Generator, light: number, spread: number) =>
    `hsl(${Math.round(generator.uniform() * 360)} ${Math.round(between(generator, 8, 55))}% ${Math.round(100 * Math.min(0.97, Math.max(0.03, light + between(generator, -spread, spread))))}%)`;
  const definitions: string[] = [];
  const surfaces: string[] = [];
  const shade = (generator: Generator, light: number, spread: number) => {
    const id = `g${definitions.length}`;
    definitions.push(
      `<linearGradient id="${id}" x1="${generator.uniform()}" y1="0" x2="${generator.uniform()}" y2="1"><stop offset="0" stop-color="${colour(generator, light, spread)}"/><stop offset="1" stop-color="${colour(generator, light, spread)}"/></linearGradient>`,
    );
    return `url(#${id})`;
  };
  surfaces.push(`<rect width="${width}" height="${height}" fill="${shade(place, lightness, 0.15)}"/>`);
  for (let i = 0; background === 'cluttered' && i < 100; i++) {
    const radius = unit * Math.min(0.35, 0.015 / (place.uniform() ** 0.7 + 0.02));
    const [x, y] = [place.uniform() * width, place.uniform() * height];
    const turn = Math.round(place.uniform() * 180);
    const fill = i % 4 === 0 ? shade(place, lightness, 0.4) : colour(place, lightness, 0.4);
    surfaces.push(
      i % 3 === 0
        ? `<rect x="${x - radius}" y="${y - radius / 2}" width="${2 * radius}" height="${radius}" fill="${fill}" transform="rotate(${turn} ${x} ${y})"/>`
        : `<ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${radius * between(place, 0.4, 1)}" fill="${fill}" transform="rotate(${turn} ${x} ${y})"/>`,
    );
  }
  const softness = snapshot.bokeh ?? 0;
  if (softness > 0) definitions.push(`<filter id="soft"><feGaussianBlur stdDeviation="${softness}"/></filter>`);
  const behind = `<g${softness > 0 ? ' filter="url(#soft)"' : ''}>${surfaces.join('')}</g>`;
  const animal = background === 'none' ? '' : drawFurred(snapshot, unit);
  return rasterise(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${definitions.join('')}</defs>${behind}${animal}</svg>`,
  );
}

function drawFurred({ width, height, animal, pose, coat }: Snapshot, unit: number): string {
  const looks = createGenerator(animal * 104_729 + 2);
  const stance = createGenerator(pose * 15_485_863 + 3);
  const hue = Math.round(between(looks, 15, 45));
  const light = coat ?? between(looks, 0.2, 0.8);
  const fur = createGenerator(animal * 31 + 5);
  const tint = (change: number) =>
    `hsl(${hue} 35% ${Math.round(100 * Math.min(0.96, Math.max(0.04, light + change)))}%)`;
  const size = unit * between(stance, 0.3, 0.42);
  const parts: string[] = [];
  const furryEllipse = (cx: number, cy: number, rx: number, ry: number) => {
    parts.push(`<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${tint(0)}"/>`);
    for (let hair = 0; hair < 110; hair++) {
      const [angle, reach] = [fur.uniform() * 2 * Math.PI, Math.sqrt(fur.uniform())];
      const [x, y] = [cx + rx * reach * Math.cos(angle), cy + ry * reach * Math.sin(angle)];
      const lean = angle + between(fur, -0.6, 0.6);
      const length = size * between(fur, 0.06, 0.16);
      parts.push(
        `<path d="M${x.toFixed(1)} ${y.toFixed(1)}l${(length * Math.cos(lean)).toFixed(1)} ${(length * Math.sin(lean)).toFixed(1)}" stroke="${tint(between(fur, -0.18, 0.18))}" stroke-width="${(unit * 0.004).toFixed(2)}"/>`,
      );
    }
  };
  const facing = stance.uniform() < 0.5 ? -1 : 1;
  const [headX, headY] = [facing * size * between(stance, 0.2, 0.75), -size * between(stance, 0.35, 0.85)];
  furryEllipse(0, 0, size * between(stance, 0.55, 0.9), size * between(stance, 0.45, 0.75));
  for (const ear of [-1, 1]) {
    const x = headX + ear * size * 0.3;
    parts.push(
      `<path d="M${x - size * 0.16} ${headY - size * 0.2}l${size * 0.16} ${-size * 0.4}l${size * 0.16} ${size * 0.4}z" fill="${tint(-0.15)}"/>`,
    );
  }
  furryEllipse(headX, headY, size * 0.42, size * 0.38);
  for (const eye of [-1, 1]) {
    const x = headX + eye * size * 0.17 + facing * size * 0.05;
    parts.push(`<circle cx="${x}" cy="${headY - size * 0.05}" r="${size * 0.07}" fill="#151009"/>`);
    parts.push(`<circle cx="${x + size * 0.02}" cy="${headY - size * 0.07}" r="${size * 0.02}" fill="#fff"/>`);
  }
  parts.push(
    `<ellipse cx="${headX + facing * size * 0.05}" cy="${headY + size * 0.14}" rx="${size * 0.07}" ry="${size * 0.05}" fill="#2b1a16"/>`,
  );
  const [x, y] = [width * between(stance, 0.36, 0.64), height * between(stance, 0.55, 0.68)];
  return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${between(stance, -14, 14).toFixed(1)})">${parts.join('')}</g>`;
}

/** Applies `level` to every byte. */
export function mapLevels({ width, height, data }: Picture, level: (value: number) => number): Picture {
  const table = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.max(0, Math.round(level(value)))));
  return { width, height, data: data.map((value) => table[value]!) };
}

/** The grain of a sensor, equal in all channels. */
export function addGrain({ width, height, data }: Picture, sigma: number, generator: Generator): Picture {
  const grain = generator.normals(4096).map((value) => sigma * value);
  const grained = new Uint8ClampedArray(data.length);
  for (let at = 0, dice = generator.integer(1e6); at < data.length; at += 3) {
    dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
    const change = grain[dice >>> 20]!;
    grained[at] = data[at]! + change;
    grained[at + 1] = data[at + 1]! + change;
    grained[at + 2] = data[at + 2]! + change;
  }
  return { width, height, data: new Uint8Array(grained.buffer) };
}

/** What a camera sees that moves by `length` pixels at `angle` while the shutter is open. */
export function moveCamera({ width, height, data }: Picture, length: number, angle: number): Picture {
  const steps = Math.round(length);
  const sums = new Float32Array(data.length);
  for (let step = 0; step < steps; step++) {
    const along = step - (steps - 1) / 2;
    const dx = Math.round(along * Math.cos(angle));
    const dy = Math.round(along * Math.sin(angle));
    for (let y = 0; y < height; y++) {
      const row = 3 * width * Math.min(height - 1, Math.max(0, y + dy));
      for (let x = 0, to = 3 * width * y; x < width; x++, to += 3) {
        const from = row + 3 * Math.min(width - 1, Math.max(0, x + dx));
        sums[to]! += data[from]!;
        sums[to + 1]! += data[from + 1]!;
        sums[to + 2]! += data[from + 2]!;
      }
    }
  }
  const moved = new Uint8Array(sums.length);
  for (let at = 0; at < moved.length; at++) moved[at] = sums[at]! / steps;
  return { width, height, data: moved };
}

function open({ width, height, data }: Picture) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export async function defocus(picture: Picture, sigma: number): Promise<Picture> {
  return { ...picture, data: await open(picture).blur(sigma).raw().toBuffer() };
}

export async function scaleTo(picture: Picture, shorterSide: number): Promise<Picture> {
  const scale = shorterSide / Math.min(picture.width, picture.height);
  const width = Math.round(picture.width * scale);
  const height = Math.round(picture.height * scale);
  return { width, height, data: await open(picture).resize({ width, height, fit: 'fill' }).raw().toBuffer() };
}

/** Cuts off these shares of the sides. */
export async function crop(picture: Picture, left: number, top: number, right: number, bottom: number) {
  const width = Math.round(picture.width * (1 - left - right));
  const height = Math.round(picture.height * (1 - top - bottom));
  const area = { left: Math.floor(picture.width * left), top: Math.floor(picture.height * top), width, height };
  return { width, height, data: await open(picture).extract(area).raw().toBuffer() };
}

export async function encode(picture: Picture, quality: number): Promise<Uint8Array> {
  return open(picture).jpeg({ quality }).toBuffer();
}
