/** @file Settings in which the animal does something: surfs, floats, jumps. */

import type { Generator } from '../../tensors/random.js';
import { mix } from '../palette.js';
import { between, pick } from '../pet.js';
import { circle, d, ellipse, gradientRect, group, path, stroke } from '../svg.js';
import { PICTURE, type Stage } from './stage.js';

export function wave(generator: Generator): Stage {
  const board = pick(generator, ['#ff7a3c', '#ffd23f', '#f25f8a']);
  const lift = between(generator, -5, 5);
  const swell =
    path(
      d`M0,128L0,${58 + lift}C6,${16 + lift} 46,${2 + lift} 70,${20 + lift}C50,${18 + lift} 40,${32 + lift} 50,${46 + lift}C60,70 100,76 128,72L128,128Z`,
      {
        fill: '#1579c4',
      },
    ) +
    path(d`M0,128L0,${76 + lift}C8,${44 + lift} 22,${30 + lift} 40,${24 + lift}C30,50 44,82 128,90L128,128Z`, {
      fill: '#2f9be0',
    }) +
    stroke(d`M3,${46 + lift}C12,${14 + lift} 48,${4 + lift} 70,${20 + lift}`, '#ffffff', 7) +
    circle(70, 22 + lift, 6, { fill: '#ffffff' }) +
    circle(61, 26 + lift, 5, { fill: '#ffffff' });
  const back =
    gradientRect('sky', [0, 0, PICTURE, PICTURE], '#a8e0fb', '#eafaff') +
    circle(112, 16, 9, { fill: '#ffe14d' }) +
    swell;
  const turned = generator.uniform() < 0.5 ? back : group('translate(128 0) scale(-1 1)', back);
  return {
    back: turned,
    support:
      ellipse(0, 1, 50, 6, { fill: board, line: mix(board, '#3a1408', 0.45) }) +
      ellipse(0, 0, 40, 2, { fill: '#ffffff' }),
    front:
      path('M0,128L0,118Q16,110 32,118T64,118T96,118T128,118L128,128Z', { fill: '#ffffff' }) +
      path('M0,128L0,123Q16,116 32,123T64,123T96,123T128,123L128,128Z', { fill: '#8fd2f5' }),
    ground: 110,
    limbs: 'balancing',
    turn: between(generator, -9, 9),
  };
}

function star(x: number, y: number, size: number): string {
  const inner = size * 0.36;
  return path(
    d`M${x},${y - size}L${x + inner},${y - inner}L${x + size},${y}L${x + inner},${y + inner}L${x},${y + size}L${x - inner},${y + inner}L${x - size},${y}L${x - inner},${y - inner}Z`,
    { fill: '#fff3b8' },
  );
}

export function space(generator: Generator): Stage {
  const planet = pick(generator, ['#f08a4b', '#e06a9a', '#58b8c8']);
  const side = pick(generator, [22, 106]);
  const y = between(generator, 20, 30);
  const places = [
    [64, 10],
    [128 - side, 18],
    [12, 60],
    [116, 62],
    [10, 100],
    [118, 104],
    [128 - side + 4, 42],
    [36, 120],
    [92, 121],
  ] as const;
  const stars = places.map(([x, top]) =>
    star(x + between(generator, -5, 5), top + between(generator, -4, 4), between(generator, 3.6, 6)),
  );
  return {
    back:
      gradientRect('sky', [0, 0, PICTURE, PICTURE], '#1b1850', '#3b2a7e') +
      stars.join('') +
      circle(side, y, 14, { fill: planet, line: mix(planet, '#14103a', 0.4) }) +
      ellipse(side, y, 22, 4.4, { fill: 'none', line: '#f5deb0', width: 3 }, -18),
    ground: 106,
    scale: 0.88,
    limbs: 'leaping',
    turn: between(generator, -16, 16),
  };
}

export function jumping(generator: Generator): Stage {
  const meadow = pick(generator, ['#8fd35a', '#9bd860', '#82cb58']);
  return {
    back:
      gradientRect('sky', [0, 0, PICTURE, 100], '#6fc0f5', '#e6f7ff') +
      ellipse(22 + between(generator, -6, 6), 22, 15, 7, { fill: '#ffffff' }) +
      ellipse(106 + between(generator, -6, 6), 34, 15, 7, { fill: '#ffffff' }) +
      path('M0,98Q64,88 128,98L128,128L0,128Z', { fill: meadow }) +
      ellipse(64, 116, 30, 6, { fill: mix(meadow, '#1a4a1a', 0.5) }) +
      stroke('M24,92L24,80M15,90L17,80M104,92L104,80M113,90L111,80', '#ffffff', 3),
    ground: 97 + between(generator, -3, 2),
    scale: 0.88,
    limbs: 'leaping',
    turn: between(generator, -10, 10),
  };
}
