/** @file The turtle, seen from the side with its head to the right. */

import { mix } from '../palette.js';
import type { Pet } from '../pet.js';
import { clipped, d, ellipse, ellipsePath, group, limb, path, stroke } from '../svg.js';
import { sideMarking } from './body.js';
import { eye } from './face.js';
import { hat, scarf, shirtFront } from './garments.js';
import { lookOf, type Outfit, type Pose, painted } from './look.js';
import { sideFaceMarking } from './side-face.js';

const LEG_WIDTH = 12;
const SHELL_HEIGHTS = { regular: 42, large: 48, small: 37, uneven: 44 } as const;

function shellPath(height: number, half: number): string {
  return d`M${-6 - half},-11C${-6 - half},${-11 - height * 1.12} ${-6 + half},${-11 - height * 1.12} ${-6 + half},-11Z`;
}

function legs(pose: Pose): readonly string[] {
  if (pose.limbs === 'sitting') return [d`M-26,-12L-28,-6`, d`M14,-12L16,-6`];
  if (pose.limbs === 'balancing') return [d`M-26,-10L-34,-4`, d`M16,-10L25,-6`];
  return [d`M-26,-10L-37,-1`, d`M16,-10L28,-2`];
}

/** The turtle with its feet on the origin. */
export function drawTurtle(pet: Pet, pose: Pose, outfit: Outfit): string {
  const look = lookOf(pet);
  const { ends } = pet.markings;
  const half = 33 * (0.5 + 0.5 * pet.girth);
  const height = SHELL_HEIGHTS[pet.ears];
  const shell = shellPath(height, half);
  const plates = mix(look.coat.fill, look.coat.line!, 0.4);
  const rim = ends === 'ears' || ends === 'one-ear' ? look.end : painted(plates);
  const legPaint = ends === 'socks' ? look.end : look.tint;
  const pattern =
    sideMarking(pet.markings, { x: -6, y: -11 - height * 0.4, rx: half * 0.9, ry: height * 0.42 }, look) +
    stroke(
      d`M-18,-11L-15,${-11 - height * 0.5}L-6,${-11 - height * 0.85}M6,-11L3,${-11 - height * 0.5}L-6,${-11 - height * 0.85}M-15,${-11 - height * 0.5}L3,${-11 - height * 0.5}`,
      plates,
      2.2,
    );
  const garment = outfit.shirt
    ? path(d`M-26,-60L40,-60L40,0L-30,0Q-20,-30 -26,-60Z`, { ...painted(outfit.shirt), width: 2 })
    : '';
  const head =
    ellipse(0, 0, 15, 13.5, look.tint) +
    clipped('head', ellipsePath(0, 0, 14.2, 12.7), sideFaceMarking(pet.markings.face, 14.5, look)) +
    eye(4, -3, look, pose) +
    stroke('M5,7Q10,8 13,4', look.ink, 1.7) +
    (outfit.hat ? hat(-1, -8, 12.5, outfit.hat) : '');
  const tail = limb(d`M${-6 - half + 2},-9L${-6 - half - 7},-6`, ends === 'tail' ? look.end : look.tint, 6);
  const whole =
    tail +
    limb(d`M18,-16Q32,-16 35,-36`, look.tint, 13) +
    (outfit.shirt ? limb(d`M20,-16Q30,-17 32,-25`, painted(outfit.shirt), 14) : '') +
    legs(pose)
      .map((leg) => limb(leg, legPaint, LEG_WIDTH))
      .join('') +
    path(shell, look.coat) +
    clipped('torso', shell, pattern + garment) +
    limb(d`M${-5 - half},-11L${-7 + half},-11`, outfit.shirt ? painted(outfit.shirt) : rim, 6) +
    (outfit.tuxedo ? shirtFront(25, -30, 8, 20) : '') +
    (outfit.scarf ? scarf(33, -30, 12, outfit.scarf) : '') +
    group(`translate(37 -43) rotate(${pose.tilt})`, head);
  return group('translate(-4 0)', whole);
}
