/** @file Settings outside among things that people built or planted. */

import type { Generator } from '../../tensors/random.js';
import { mix } from '../palette.js';
import { between, pick } from '../pet.js';
import { circle, d, ellipse, path, rect, stroke } from '../svg.js';
import { cloud, GRASS, ground, mirrored, SKY, sky } from './landscape.js';
import { type Stage, shadow } from './stage.js';

export function city(generator: Generator): Stage {
  const tower = (x: number, width: number, top: number, colour: string) => {
    const window = { fill: mix(colour, '#fff3b0', 0.75) };
    let content = rect(x, top, width, 100 - top, { fill: colour, line: mix(colour, '#101828', 0.4) });
    for (let y = top + 6; y < 80; y += 16) {
      content += rect(x + 4.5, y, width / 2 - 7, 9, window) + rect(x + width / 2 + 2.5, y, width / 2 - 7, 9, window);
    }
    return content;
  };
  const walls = ['#5b6f8f', '#8a6f86', '#4f7d88', '#94826b', '#6a6aa0'];
  const widths = [33, 31, 31, 33];
  const tops = [8, 30, 24, 4];
  let x = 0;
  let towers = '';
  for (let i = 0; i < widths.length; i++) {
    towers += tower(x, widths[i]!, tops[i]! + between(generator, -5, 9), pick(generator, walls));
    x += widths[i]!;
  }
  return {
    back:
      sky('#a9c8e6', '#f3dcc4', 100) +
      towers +
      rect(0, 96, 128, 32, { fill: '#787c86' }) +
      rect(0, 94, 128, 6, { fill: '#c3c6cc' }) +
      rect(4, 116, 22, 4, { fill: '#f4f1dc' }) +
      rect(102, 116, 22, 4, { fill: '#f4f1dc' }),
    support: shadow('#5d6069'),
  };
}

export function blueHouse(generator: Generator): Stage {
  const wall = pick(generator, ['#2f6fd0', '#2a66c4', '#3a7ad8']);
  const x = between(generator, -4, 4);
  const pane = (left: number) => rect(x + left, 50, 18, 18, { fill: '#fdf3c0', line: '#ffffff', width: 3 });
  return {
    back: mirrored(
      generator,
      sky(SKY, '#e6f6fd', 96) +
        cloud(14 + x, 14, 0.8) +
        rect(x + 92, 6, 11, 20, { fill: '#a05a3c' }) +
        rect(x + 14, 38, 100, 58, { fill: wall, line: '#1c3f7d' }) +
        path(d`M${x + 4},41L${x + 64},6L${x + 124},41Z`, { fill: '#b5432f', line: '#6e2418' }) +
        pane(22) +
        pane(88) +
        rect(x + 54, 58, 20, 38, { fill: '#ffffff' }) +
        ground(94, GRASS),
    ),
    support: shadow('#5a9a3f'),
  };
}

export function sidewalk(generator: Generator): Stage {
  const skins = ['#f1c9a5', '#c98d5f', '#8a5a3a', '#e8b48c'];
  const coats = ['#d9534f', '#3d7ea6', '#e8a33d', '#6a4c93', '#3a9a6b', '#c75b94', '#54606e'];
  const person = (x: number, top: number) => {
    const coat = pick(generator, coats);
    const skin = pick(generator, skins);
    return (
      path(
        d`M${x - 12},104L${x - 12},${top + 24}Q${x - 12},${top + 13} ${x},${top + 13}Q${x + 12},${top + 13} ${x + 12},${top + 24}L${x + 12},104Z`,
        { fill: coat, line: mix(coat, '#14141e', 0.45) },
      ) +
      circle(x, top + 5, 8.4, { fill: skin, line: mix(skin, '#2a1a14', 0.45) }) +
      path(d`M${x - 8.4},${top + 4}A8.4,8.4 0 0 1 ${x + 8.4},${top + 4}Z`, {
        fill: pick(generator, ['#3a2a22', '#6b4423', '#1f1f24', '#c9a04a']),
      })
    );
  };
  const row = (xs: readonly number[], top: number) =>
    xs.map((x) => person(x + between(generator, -3, 3), top + between(generator, -4, 4))).join('');
  return {
    back:
      sky('#c9d3da', '#e9e4da', 60) +
      rect(0, 22, 128, 70, { fill: '#b9aa9a' }) +
      row([22, 50, 78, 106], 16) +
      row([8, 36, 92, 120], 32) +
      ground(98, '#c4c4c8', '#a8a8ae') +
      stroke('M0,100L128,100', '#8f8f96', 3) +
      stroke('M30,100L14,128M98,100L114,128', '#9c9ca3', 2),
    support: shadow('#86868d'),
  };
}

export function tajMahal(generator: Generator): Stage {
  const x = 64 + between(generator, -6, 6);
  const marble = '#fbf6ee';
  const line = '#a58f92';
  const paint = { fill: marble, line };
  const dome = (cx: number, base: number, r: number) =>
    path(
      d`M${cx - r * 0.8},${base}C${cx - r * 1.5},${base - r * 1.1} ${cx - r * 0.4},${base - r * 1.5} ${cx},${base - r * 2.1}C${cx + r * 0.4},${base - r * 1.5} ${cx + r * 1.5},${base - r * 1.1} ${cx + r * 0.8},${base}Z`,
      paint,
    );
  const minaret = (cx: number) => rect(cx - 3.5, 26, 7, 66, paint) + dome(cx, 27, 5);
  return {
    back:
      sky(pick(generator, ['#f7a977', '#f4a08d', '#f0b072']), '#fde3c4', 96) +
      minaret(x - 54) +
      minaret(x + 54) +
      rect(x - 38, 44, 76, 48, paint) +
      dome(x - 27, 45, 8) +
      dome(x + 27, 45, 8) +
      dome(x, 46, 19) +
      path(d`M${x - 33},92L${x - 33},68Q${x - 26},56 ${x - 19},68L${x - 19},92Z`, { fill: '#b79a9e' }) +
      path(d`M${x + 33},92L${x + 33},68Q${x + 26},56 ${x + 19},68L${x + 19},92Z`, { fill: '#b79a9e' }) +
      ground(90, '#7fbf63') +
      rect(x - 30, 92, 60, 36, { fill: '#6fb6d6' }),
    support: shadow('#4a8cab', 30),
  };
}

export function garden(generator: Generator): Stage {
  const picket = (x: number) =>
    path(d`M${x},92L${x},58L${x + 6},50L${x + 12},58L${x + 12},92Z`, { fill: '#ffffff', line: '#b9c2c9' });
  const tulip = (x: number, y: number) => {
    const colour = pick(generator, ['#e63e62', '#f06fb0', '#a05ad6']);
    return (
      stroke(d`M${x},${y}L${x},${y + 20}`, '#2f8a3a', 3) +
      path(
        d`M${x - 6},${y - 8}L${x - 3},${y - 4}L${x},${y - 9}L${x + 3},${y - 4}L${x + 6},${y - 8}Q${x + 8},${y + 5} ${x},${y + 5}Q${x - 8},${y + 5} ${x - 6},${y - 8}Z`,
        { fill: colour, line: mix(colour, '#2a0a20', 0.35) },
      )
    );
  };
  const shift = between(generator, -8, 0);
  return {
    back:
      sky(SKY, '#e3f4fd', 70) +
      ellipse(20 + shift, 52, 34, 26, { fill: '#4c9a48' }) +
      ellipse(106 + shift, 50, 36, 28, { fill: '#58a84f' }) +
      ground(66, GRASS) +
      Array.from({ length: 8 }, (_, i) => picket(shift + i * 18)).join(''),
    front: [10, 27, 103, 119]
      .map((x) => tulip(x + between(generator, -3, 3), 104 + between(generator, -3, 4)))
      .join(''),
    support: shadow('#5fa83c'),
  };
}
