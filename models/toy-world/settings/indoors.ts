/** @file Settings under a roof, and the plain ones. */

import type { Generator } from '../../tensors/random.js';
import { mix } from '../palette.js';
import { between, pick } from '../pet.js';
import { circle, d, ellipse, gradientRect, path, rect, stroke } from '../svg.js';
import { PICTURE, type Stage, shadow } from './stage.js';

function wall(colour: string, until: number): string {
  return gradientRect('wall', [0, 0, PICTURE, until], mix(colour, '#ffffff', 0.15), colour);
}

export function woodenFloor(generator: Generator): Stage {
  const wood = pick(generator, ['#b9783f', '#a96a36', '#c48549']);
  const gap = mix(wood, '#2a1206', 0.45);
  const top = between(generator, 54, 62);
  const middle = 64 + between(generator, -14, 14);
  const boards = [-3, -2, -1, 0, 1, 2, 3]
    .map((i) => stroke(d`M${middle + i * 17 + 8},${top + 6}L${middle + i * 48 + 23},130`, gap, 2))
    .join('');
  return {
    back:
      wall(pick(generator, ['#e9dfc9', '#dfe3d2', '#e6d6cf']), top) +
      gradientRect('floor', [0, top, PICTURE, PICTURE - top], mix(wood, '#000000', 0.08), mix(wood, '#ffffff', 0.12)) +
      boards +
      rect(0, top - 2, PICTURE, 8, { fill: '#fffaf0' }),
    support: shadow(mix(wood, '#2a1206', 0.4)),
  };
}

export function window(generator: Generator): Stage {
  const curtain = pick(generator, ['#d9674e', '#4f8f6a', '#8a5a9e']);
  const x = between(generator, -5, 5);
  const panes =
    gradientRect('pane', [x + 22, 8, 84, 78], '#7cc6f4', '#dff3fc') +
    path(d`M${x + 22},86L${x + 22},74Q${x + 44},62 ${x + 72},86Z`, { fill: '#7cbf62' }) +
    path(d`M${x + 58},86Q${x + 84},58 ${x + 106},74L${x + 106},86Z`, { fill: '#68ad55' }) +
    circle(x + 90, 24, 8, { fill: '#ffe680' });
  const drape = (from: number, to: number) =>
    path(d`M${from},2L${to},2Q${to},44 ${(from * 2 + to) / 3},92L${from},92Z`, {
      fill: curtain,
      line: mix(curtain, '#000000', 0.3),
    });
  return {
    back:
      wall(pick(generator, ['#efe0b8', '#f0d6c0', '#e8e2c4']), PICTURE) +
      panes +
      rect(x + 22, 8, 84, 78, { fill: 'none', line: '#ffffff', width: 6 }) +
      stroke(d`M${x + 64},8L${x + 64},86M${x + 22},44L${x + 106},44`, '#ffffff', 5) +
      drape(x + 8, x + 34) +
      drape(x + 120, x + 94) +
      rect(x + 8, 88, 112, 8, { fill: '#ffffff', line: '#b6a88c' }) +
      rect(0, 106, PICTURE, 22, { fill: '#a5713f' }) +
      rect(0, 103, PICTURE, 5, { fill: '#fffaf0' }),
    support: shadow('#7d5228'),
  };
}

export function bath(generator: Generator): Stage {
  const tile = pick(generator, ['#8fd3cf', '#9ad0e2', '#a7d8c0']);
  const line = mix(tile, '#ffffff', 0.6);
  const bubbles = Array.from({ length: 9 }, (_, i) =>
    circle(16 + i * 12 + between(generator, -2, 2), 95 + between(generator, -4, 3), between(generator, 6, 9.5), {
      fill: '#ffffff',
      line: '#b4d8ec',
    }),
  );
  const floating = Array.from({ length: 4 }, (_, i) =>
    circle([14, 30, 98, 114][i]! + between(generator, -5, 5), between(generator, 34, 66), between(generator, 3.5, 6), {
      fill: '#e6f6ff',
      line: '#ffffff',
    }),
  );
  return {
    back:
      rect(0, 0, PICTURE, PICTURE, { fill: tile }) +
      stroke('M0,26L128,26M0,58L128,58M22,0L22,110M64,0L64,110M106,0L106,110', line, 2.4) +
      rect(0, 112, PICTURE, 16, { fill: '#7d8ea0' }) +
      stroke('M118,92L118,66Q118,58 108,60', '#8f9aa8', 6) +
      ellipse(64, 97, 54, 8, { fill: '#dff2fb' }) +
      floating.join(''),
    front:
      path('M6,97L122,97Q120,123 102,123L26,123Q8,123 6,97Z', { fill: '#ffffff', line: '#8ea3b5', width: 2.2 }) +
      path('M15,107L113,107Q109,119 100,119L28,119Q19,119 15,107Z', { fill: '#e4edf4' }) +
      bubbles.join('') +
      rect(24, 120, 12, 8, { fill: '#d9b04a' }) +
      rect(92, 120, 12, 8, { fill: '#d9b04a' }),
    ground: 114,
  };
}

export function bed(generator: Generator): Stage {
  const quilt = pick(generator, ['#5b7fd6', '#d0648f', '#6aa86a', '#a070cc']);
  const paint = { fill: quilt, line: mix(quilt, '#10101e', 0.4) };
  const moonX = pick(generator, [18, 110]);
  return {
    back:
      gradientRect('night', [0, 0, PICTURE, PICTURE], '#39406e', '#5a5f93') +
      rect(moonX - 14, 4, 28, 30, { fill: '#1d2450', line: '#d8cbb0', width: 3.4 }) +
      circle(moonX, 17, 7, { fill: '#ffeda0' }) +
      rect(2, 44, 10, 84, { fill: '#7a4a26' }) +
      rect(116, 44, 10, 84, { fill: '#7a4a26' }) +
      path('M8,112L8,60Q64,24 120,60L120,112Z', { fill: '#96602f', line: '#55310f' }) +
      rect(18, 60, 92, 44, { fill: '#ffffff', line: '#b7bccb' }, 17),
    front:
      path('M4,128L4,104Q64,88 124,104L124,128Z', paint) +
      path('M4,113L4,104Q64,88 124,104L124,113Q64,98 4,113Z', { fill: '#ffffff', line: '#b7bccb' }),
    ground: 118 + between(generator, 0, 4),
    eyes: 'closed',
  };
}

export function cushion(generator: Generator): Stage {
  const purple = pick(generator, ['#8a3fb8', '#7f3ab0', '#9a48c4']);
  return {
    back:
      wall(pick(generator, ['#f3e3c6', '#f0e6d8', '#e8ead6']), PICTURE) +
      rect(0, 104, PICTURE, 24, { fill: '#cbb394' }),
    support:
      path('M-52,-8Q-58,-14 -50,-15Q0,-24 50,-15Q58,-14 52,-8Q57,8 50,12Q0,17 -50,12Q-57,8 -52,-8Z', {
        fill: purple,
        line: mix(purple, '#000000', 0.4),
      }) + ellipse(0, -7, 40, 6, { fill: mix(purple, '#000000', 0.22) }),
    ground: 108,
  };
}

export function plain(generator: Generator): Stage {
  return {
    back: gradientRect(
      'paper',
      [0, 0, PICTURE, PICTURE],
      '#ffffff',
      mix('#ffffff', '#d8d8de', between(generator, 0.3, 0.7)),
    ),
    support: shadow('#c3c4cc'),
  };
}
