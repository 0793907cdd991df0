/** @file What makes a dog a dog, a cat a cat: ears, muzzle, tail and proportions of the animals seen from the front. */

import { mix } from '../palette.js';
import { circle, d, ellipse, limb, path, stroke } from '../svg.js';
import type { Mammal } from './mammal.js';

export const dog: Mammal = {
  head: { rx: 21, ry: 20, eyeX: 8.5, eyeY: -5 },
  headHeight: 53,
  shoulder: 14,
  hip: 18,
  neck: 38,
  limbWidth: 9.5,
  earsInFront: true,
  ear: (side, size, _look, paint) => {
    const drop = 22 * size;
    const wide = 9 * (0.6 + 0.4 * size);
    return path(
      d`M${side * 13},-17C${side * 20},-22 ${side * (19 + wide)},-14 ${side * (19 + wide)},${drop - 14}C${side * (19 + wide)},${drop - 3} ${side * 19},${drop - 2} ${side * 18.5},${drop - 10}C${side * 18},-3 ${side * 16},-9 ${side * 13},-17Z`,
      paint,
    );
  },
  muzzle: (look) =>
    path(d`M-4,11Q0,26 4,11Z`, { fill: '#ef6f86', line: '#a63a52', width: 1.2 }) +
    ellipse(0, 8, 11.5, 8.5, look.tint) +
    ellipse(0, 3, 5.4, 4, { fill: look.ink }) +
    stroke(d`M-5,11Q0,15 5,11`, look.ink, 1.7),
  tail: (look, tip) =>
    limb(d`M14,-8Q32,-10 32,-30`, look.coat, 7) + (tip ? limb(d`M31,-21Q32,-25 32,-30`, tip, 7) : ''),
};

export const cat: Mammal = {
  head: { rx: 24, ry: 18.5, eyeX: 10, eyeY: -2 },
  headHeight: 50,
  shoulder: 12,
  hip: 17,
  neck: 37,
  limbWidth: 8.5,
  ear: (side, size, _look, paint) => {
    const tip = -15 - 17 * size;
    return (
      path(
        d`M${side * 22},-4Q${side * 24},${tip + 4} ${side * 20},${tip}Q${side * 11},${tip + 6} ${side * 4},-16Z`,
        paint,
      ) +
      path(d`M${side * 18.5},-10L${side * 18.5},${tip + 6}Q${side * 14},${tip + 10} ${side * 10},-14Z`, {
        fill: '#f4a3a8',
      })
    );
  },
  muzzle: (look) =>
    ellipse(-4, 8, 5.4, 4.6, { fill: look.tint.fill }) +
    ellipse(4, 8, 5.4, 4.6, { fill: look.tint.fill }) +
    path(d`M-3.4,3.2L3.4,3.2L0,7.2Z`, { fill: '#e8718a', line: look.ink, width: 1 }) +
    stroke(d`M-5,10Q-2,12.5 0,9Q2,12.5 5,10`, look.ink, 1.5) +
    stroke(d`M15,6L31,3M15,10L30,12M-15,6L-31,3M-15,10L-30,12`, look.coat.line!, 1.5),
  tail: (look, tip) =>
    limb(d`M12,-6C34,-2 36,-22 29,-30C25,-36 30,-44 36,-42`, look.coat, 6.5) +
    (tip ? limb(d`M28,-33C27,-38 30,-44 36,-42`, tip, 6.5) : ''),
};

export const rabbit: Mammal = {
  head: { rx: 19, ry: 17, eyeX: 8.5, eyeY: -3 },
  headHeight: 43,
  shoulder: 11,
  hip: 18,
  neck: 30,
  limbWidth: 8,
  ear: (side, size, _look, paint) => {
    const length = 17 * (0.45 + 0.55 * size);
    const lean = side * 13;
    const y = -12 - length;
    return (
      ellipse(side * 10, y, 7.4, length + 3, paint, lean) +
      ellipse(side * 10, y, 3.6, length - 3, { fill: '#f6aab4' }, lean)
    );
  },
  muzzle: (look) =>
    path(d`M-3.6,10L3.6,10L3.4,15.5L-3.4,15.5Z`, { fill: '#ffffff', line: look.ink, width: 1 }) +
    ellipse(-4.6, 8, 5.6, 4.6, { fill: look.tint.fill }) +
    ellipse(4.6, 8, 5.6, 4.6, { fill: look.tint.fill }) +
    ellipse(0, 4.4, 3.4, 2.5, { fill: '#e8718a', line: look.ink, width: 1 }),
  tail: (look, tip) => circle(20, -10, 8, tip ?? look.tint),
};

export const bear: Mammal = {
  head: { rx: 23, ry: 20, eyeX: 9, eyeY: -4 },
  headHeight: 56,
  shoulder: 20,
  hip: 25,
  neck: 41,
  limbWidth: 12.5,
  belly: true,
  ear: (side, size, look, paint) =>
    circle(side * 17, -16, 9 * size, paint) +
    circle(side * 17, -16, 4.6 * size, { fill: mix(look.tint.fill, paint.fill, 0.2) }),
  muzzle: (look) =>
    ellipse(0, 8, 11, 8, look.tint) +
    ellipse(0, 4.6, 5, 3.4, { fill: look.ink }) +
    stroke(d`M-4.5,10.5Q0,14.5 4.5,10.5`, look.ink, 1.7),
  tail: (look, tip) => (tip ? circle(27, -12, 7, tip) : circle(26, -12, 5.5, look.coat)),
};

export const elephant: Mammal = {
  head: { rx: 19, ry: 19, eyeX: 9.5, eyeY: -5 },
  headHeight: 52,
  shoulder: 18,
  hip: 23,
  neck: 38,
  limbWidth: 13,
  ear: (side, size, look, paint) => {
    const wide = 15 * (0.5 + 0.5 * size);
    const tall = 19 * (0.5 + 0.5 * size);
    return (
      ellipse(side * (14 + wide * 0.7), -1, wide, tall, paint, side * -8) +
      ellipse(
        side * (15 + wide * 0.7),
        0,
        wide * 0.62,
        tall * 0.68,
        { fill: mix(paint.fill, look.tint.fill, 0.65) },
        side * -8,
      )
    );
  },
  muzzle: (look) =>
    limb(d`M-8,12L-11,19`, { fill: '#fffbe8', line: look.coat.line! }, 3.4) +
    limb(d`M8,12L11,19`, { fill: '#fffbe8', line: look.coat.line! }, 3.4) +
    limb(d`M0,5C0,18 -2,30 9,29C15,28 15,23 14,21`, look.coat, 8.5) +
    stroke(d`M-3,14L4,14M-3,20.5L4,20`, look.coat.line!, 1.6),
  tail: (look, tip) => limb(d`M20,-14Q32,-14 33,-5`, look.coat, 4) + circle(33, -4, 4.4, tip ?? look.coat),
};
