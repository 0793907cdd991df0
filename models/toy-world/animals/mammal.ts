/** @file The common body of the animals that are seen from the front: torso, limbs, head; each kind adds ears, muzzle and tail. */

import type { EarShape, Pet } from '../pet.js';
import { clipped, d, ellipse, ellipsePath, group, limb, path } from '../svg.js';
import { frontMarking } from './body.js';
import { eye, faceMarking, type HeadShape } from './face.js';
import { collar, hat, scarf, shirtFront } from './garments.js';
import { type Look, lookOf, type Outfit, type Pose, painted } from './look.js';

/** Which ear: -1 on the picture's left, 1 on its right. */
export type Side = -1 | 1;

export interface Mammal {
  readonly head: HeadShape;
  /** Height of the head's centre over the ground. */
  readonly headHeight: number;
  readonly shoulder: number;
  readonly hip: number;
  /** Height of the shoulders over the ground. */
  readonly neck: number;
  readonly limbWidth: number;
  /** An ear on a head whose centre is the origin; `size` is 1 for a regular one. */
  ear(side: Side, size: number, look: Look, paint: Look['coat']): string;
  /** Ears that hang in front of the head rather than behind it. */
  readonly earsInFront?: boolean;
  /** Muzzle, nose, mouth on a head whose centre is the origin. */
  muzzle(look: Look): string;
  /** A tail rising on the right, behind the body; `tip` paints its end. */
  tail(look: Look, tip: Look['coat'] | undefined): string;
  /** A belly in a lighter tint. */
  readonly belly?: boolean;
}

const EAR_SIZES: Readonly<Record<EarShape, readonly [left: number, right: number]>> = {
  regular: [1, 1],
  large: [1.22, 1.22],
  small: [0.78, 0.78],
  uneven: [1.2, 0.72],
};

function torsoPath(mammal: Mammal, girth: number): string {
  const a = mammal.shoulder * girth;
  const b = mammal.hip * girth;
  const top = -mammal.neck;
  return d`M${-a},${top}C${-a - 3},${top * 0.6} ${-b - 3},${top * 0.5} ${-b},-9Q${-b},0 ${-b + 9},0L${b - 9},0Q${b},0 ${b},-9C${b + 3},${top * 0.5} ${a + 3},${top * 0.6} ${a},${top}Q0,${top - 9} ${-a},${top}Z`;
}

function arms(mammal: Mammal, pose: Pose, a: number, look: Look, outfit: Outfit, socks: boolean): string {
  const width = mammal.limbWidth;
  return ([-1, 1] as const)
    .map((side) => {
      const reach = {
        // Short enough to leave the chest with its markings and clothes open.
        sitting: [side * a * 0.66, -mammal.neck * 0.5, side * a * 0.62, -width / 2],
        leaping: [side * a * 0.9, -mammal.neck + 8, side * (a + 15), -mammal.neck - 5],
        balancing: [side * a * 0.9, -mammal.neck + 8, side * (a + 17), -mammal.neck + 10],
      } as const;
      const [x0, y0, x1, y1] = reach[pose.limbs];
      const part = (from: number, to: number) =>
        d`M${x0 + (x1 - x0) * from},${y0 + (y1 - y0) * from}L${x0 + (x1 - x0) * to},${y0 + (y1 - y0) * to}`;
      const sleeve = outfit.shirt ? limb(part(0, 0.62), painted(outfit.shirt), width + 1) : '';
      const sock = socks ? limb(part(0.72, 1), look.end, width) : '';
      return limb(part(0, 1), look.coat, width) + sock + sleeve;
    })
    .join('');
}

function feet(mammal: Mammal, pose: Pose, b: number, look: Look, socks: boolean): string {
  const paint = socks ? look.end : look.coat;
  return ([-1, 1] as const)
    .map((side) => {
      if (pose.limbs === 'leaping') {
        const foot = d`M${side * (b + 7)},-1L${side * (b + 10)},2`;
        return (
          limb(d`M${side * b * 0.6},-10L${side * (b + 10)},2`, look.coat, mammal.limbWidth + 1) +
          limb(foot, paint, mammal.limbWidth + 1)
        );
      }
      return ellipse(side * (b - 1), -4.6, 9.5, 5.6, paint);
    })
    .join('');
}

function head(mammal: Mammal, pet: Pet, pose: Pose, look: Look, outfit: Outfit): string {
  const { rx, ry, eyeX, eyeY } = mammal.head;
  const [left, right] = EAR_SIZES[pet.ears];
  const { ends } = pet.markings;
  const leftEar = mammal.ear(-1, left, look, ends === 'ears' || ends === 'one-ear' ? look.end : look.coat);
  const rightEar = mammal.ear(1, right, look, ends === 'ears' ? look.end : look.coat);
  const ears = leftEar + rightEar;
  const skull =
    ellipse(0, 0, rx, ry, look.coat) +
    clipped('head', ellipsePath(0, 0, rx - 0.8, ry - 0.8), faceMarking(pet.markings.face, mammal.head, look));
  const features = mammal.muzzle(look) + eye(-eyeX, eyeY, look, pose) + eye(eyeX, eyeY, look, pose);
  const cap = outfit.hat ? hat(0, -ry * 0.72, rx * 0.74, outfit.hat) : '';
  const content = mammal.earsInFront ? skull + ears + features + cap : ears + skull + features + cap;
  return group(`translate(0 ${-mammal.headHeight}) rotate(${pose.tilt})`, content);
}

/** The animal with its feet on the origin, y pointing down. */
export function drawMammal(mammal: Mammal, pet: Pet, pose: Pose, outfit: Outfit): string {
  const look = lookOf(pet);
  const torso = torsoPath(mammal, pet.girth);
  const a = mammal.shoulder * pet.girth;
  const b = mammal.hip * pet.girth;
  const socks = pet.markings.ends === 'socks';
  const area = { x: 0, y: -mammal.neck / 2, rx: (a + b) / 2, ry: mammal.neck / 2 };
  const belly = mammal.belly ? ellipse(0, area.y + 2, b * 0.66, area.ry * 0.8, { fill: look.tint.fill }) : '';
  const worn = outfit.shirt && !outfit.tuxedo ? collar(0, -mammal.neck + 5, a * 0.75, outfit.shirt) : '';
  const marked = clipped('torso', torso, outfit.shirt ? worn : belly + frontMarking(pet.markings, area, look));
  const shirt = outfit.shirt ? path(torso, painted(outfit.shirt)) : '';
  const front = outfit.tuxedo ? shirtFront(0, -mammal.neck + 9, a * 0.62, 27) : '';
  const tail = mammal.tail(look, pet.markings.ends === 'tail' ? look.end : undefined);
  return (
    tail +
    feet(mammal, pose, b, look, socks) +
    (shirt || path(torso, look.coat)) +
    marked +
    arms(mammal, pose, a, look, outfit, socks) +
    front +
    (outfit.scarf ? scarf(0, -mammal.neck + 5, a + 4, outfit.scarf) : '') +
    head(mammal, pet, pose, look, outfit)
  );
}
