/** @file Settings in nature. */

import type { Generator } from '../../tensors/random.js';
import { mix } from '../palette.js';
import { between, pick } from '../pet.js';
import { circle, d, ellipse, group, limb, path, rect, stroke } from '../svg.js';
import { ground, mirrored, SKY, sky, sun } from './landscape.js';
import { type Stage, shadow } from './stage.js';

function leaf(x: number, y: number, degrees: number, length: number, colour: string): string {
  const data = d`M0,0Q${length * 0.5},${-length * 0.34} ${length},0Q${length * 0.5},${length * 0.34} 0,0Z`;
  return group(
    `translate(${Math.round(x)} ${Math.round(y)}) rotate(${Math.round(degrees)})`,
    path(data, { fill: colour, line: mix(colour, '#04270f', 0.4) }),
  );
}

export function jungle(generator: Generator): Stage {
  const deep = pick(generator, ['#14532f', '#17592a', '#0f4f38']);
  const fronds = (x: number, y: number, towards: number) =>
    [-62, -28, 6, 40, 72]
      .map((turn, i) =>
        leaf(
          x,
          y,
          towards + turn + between(generator, -8, 8),
          between(generator, 36, 48),
          i % 2 ? '#2f9a44' : '#54b84a',
        ),
      )
      .join('');
  const vine = between(generator, 30, 98);
  return {
    back:
      sky(mix(deep, '#3f9a4a', 0.55), deep) +
      rect(14 + between(generator, -5, 5), 0, 11, 110, { fill: '#5d3f24' }) +
      rect(102 + between(generator, -5, 5), 0, 12, 110, { fill: '#6a4828' }) +
      stroke(d`M${vine},-2Q${vine + 8},10 ${vine - 3},26`, '#7cc24b', 3) +
      ground(104, '#3c7a2e') +
      fronds(-4, 6, 30) +
      fronds(132, 6, 150) +
      leaf(0, 112, -50, 34, '#3fae4c') +
      leaf(128, 112, -130, 34, '#3fae4c'),
    front: leaf(-6, 132, -30, 36, '#62c552') + leaf(134, 132, -150, 36, '#62c552'),
    support: shadow('#2a5a22'),
  };
}

export function snow(generator: Generator): Stage {
  const fir = (x: number, y: number, size: number) =>
    path(d`M${x},${y - 44 * size}L${x + 16 * size},${y}L${x - 16 * size},${y}Z`, { fill: '#3f7a6b' }) +
    path(
      d`M${x},${y - 44 * size}L${x + 8 * size},${y - 22 * size}Q${x},${y - 16 * size} ${x - 8 * size},${y - 22 * size}Z`,
      { fill: '#ffffff' },
    );
  const flakes = Array.from({ length: 9 }, (_, i) =>
    circle(8 + (i % 5) * 27 + between(generator, -7, 7), 12 + Math.floor(i / 5) * 26 + between(generator, -8, 8), 2.5, {
      fill: '#ffffff',
    }),
  );
  const hill = between(generator, 68, 78);
  return {
    back:
      sky('#8ea6c8', '#c6d6ea') +
      fir(14 + between(generator, -6, 6), hill + 12, between(generator, 0.9, 1.2)) +
      fir(112 + between(generator, -6, 6), hill + 12, between(generator, 0.9, 1.2)) +
      path(d`M0,${hill + 6}Q40,${hill - 8} 70,${hill + 4}T128,${hill}L128,128L0,128Z`, { fill: '#eef4fb' }) +
      path(d`M0,106Q60,90 128,108L128,128L0,128Z`, { fill: '#dbe7f5' }) +
      flakes.join(''),
    front: ellipse(20, 130, 36, 12, { fill: '#f8fbff' }) + ellipse(104, 131, 40, 13, { fill: '#f8fbff' }),
    support: shadow('#b9cce4'),
  };
}

function shore(generator: Generator, horizon: number): string {
  const sand = pick(generator, ['#f3d999', '#f0d08c', '#f6dfa9']);
  return (
    sky('#6cc3f5', '#c5ebfb', horizon + 2) +
    rect(0, horizon, 128, 28, { fill: '#1f8fc9' }) +
    path(
      d`M0,${horizon + 22}Q32,${horizon + 15} 64,${horizon + 22}T128,${horizon + 21}L128,${horizon + 40}L0,${horizon + 40}Z`,
      { fill: '#e9f8fb' },
    ) +
    path(d`M0,${horizon + 27}Q32,${horizon + 20} 64,${horizon + 27}T128,${horizon + 26}L128,128L0,128Z`, { fill: sand })
  );
}

export function beach(generator: Generator): Stage {
  const horizon = between(generator, 46, 56);
  const x = between(generator, 98, 106);
  const canopy = pick(generator, ['#f05a4f', '#f7a531', '#e84a8a']);
  const umbrella =
    limb(d`M${x},36L${x + 4},104`, { fill: '#c9a36a' }, 3.4) +
    path(d`M${x - 27},42C${x - 24},14 ${x + 24},14 ${x + 25},40Z`, {
      fill: canopy,
      line: mix(canopy, '#000000', 0.3),
    }) +
    path(d`M${x - 9},41C${x - 8},18 ${x + 7},18 ${x + 7},41Z`, { fill: '#fff6e6' });
  return {
    back: mirrored(generator, shore(generator, horizon) + sun(18, 16) + umbrella),
    support: shadow('#d3b26c'),
  };
}

export function redCarpet(generator: Generator): Stage {
  const horizon = between(generator, 44, 52);
  const middle = between(generator, 58, 70);
  const carpet =
    path(d`M${middle - 22},${horizon + 30}L${middle + 22},${horizon + 30}L${middle + 66},130L${middle - 66},130Z`, {
      fill: '#e9bd3f',
    }) +
    path(d`M${middle - 18},${horizon + 30}L${middle + 18},${horizon + 30}L${middle + 58},130L${middle - 58},130Z`, {
      fill: '#c4142b',
    });
  const post = (x: number) =>
    limb(d`M${x},118L${x},84`, { fill: '#e9bd3f', line: '#94701a' }, 3.6) +
    circle(x, 82, 4.6, { fill: '#f5d665', line: '#94701a' });
  const rope = (from: number, to: number) => stroke(d`M${from},88Q${(from + to) / 2},100 ${to},90`, '#8c1026', 3.4);
  return {
    back:
      shore(generator, horizon) +
      sun(between(generator, 12, 116), 14) +
      carpet +
      rope(-6, 10) +
      rope(118, 134) +
      post(10) +
      post(118),
    support: shadow('#8f0d20'),
  };
}

export function mountain(generator: Generator): Stage {
  const peak = (x: number, top: number, half: number, colour: string) => {
    const slope = (80 - top) / half;
    const cap = 15;
    return (
      path(d`M${x - half},84L${x},${top}L${x + half},84Z`, { fill: colour, line: mix(colour, '#1b1f3a', 0.35) }) +
      path(
        d`M${x},${top + 1}L${x + cap / slope},${top + cap}L${x + 4},${top + cap - 3}L${x},${top + cap + 3}L${x - 4},${top + cap - 3}L${x - cap / slope},${top + cap}Z`,
        { fill: '#ffffff' },
      )
    );
  };
  const rock = pick(generator, ['#77789a', '#80738f', '#6f8096']);
  return {
    back: mirrored(
      generator,
      sky(SKY, '#e3f4fd', 90) +
        peak(104 + between(generator, -6, 6), between(generator, 16, 24), 46, mix(rock, '#ffffff', 0.18)) +
        peak(24 + between(generator, -6, 6), between(generator, 4, 12), 50, rock) +
        path(d`M0,84Q60,72 128,82L128,128L0,128Z`, { fill: '#79b765' }) +
        path(d`M0,104Q70,94 128,106L128,128L0,128Z`, { fill: '#6aa957' }),
    ),
    support: shadow('#4f8a43'),
  };
}

function sunflower(x: number, y: number, size: number): string {
  const petals = [0, 45, 90, 135]
    .map((turn) => ellipse(x, y, 11 * size, 4.6 * size, { fill: '#ffc91a' }, turn))
    .join('');
  return (
    stroke(d`M${x},${y}L${x},128`, '#2f7d32', 3.4) +
    ellipse(x + 6, y + 24, 7, 3.4, { fill: '#3b9440' }, -25) +
    circle(x, y, 10.4 * size, { fill: '#f2ad12' }) +
    petals +
    circle(x, y, 5.2 * size, { fill: '#6b3d16' })
  );
}

export function sunflowers(generator: Generator): Stage {
  const spots = [10, 34, 94, 118];
  const flowers = spots.map((x, i) =>
    sunflower(
      x + between(generator, -4, 4),
      (i % 3 === 0 ? 40 : 24) + between(generator, -6, 8),
      between(generator, 1, 1.2),
    ),
  );
  return {
    back: sky(SKY, '#dff3fc', 78) + path('M0,74Q64,62 128,74L128,128L0,128Z', { fill: '#6dbb4b' }) + flowers.join(''),
    front: sunflower(2 + between(generator, 0, 6), 98, 1.1) + sunflower(126 - between(generator, 0, 6), 100, 1.1),
    support: shadow('#4d9434'),
  };
}
