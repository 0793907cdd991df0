/** @file The duck, seen from the side with its beak to the right. */

import { mix } from '../palette.js';
import type { Pet } from '../pet.js';
import { clipped, d, ellipse, ellipsePath, group, path, stroke } from '../svg.js';
import { sideMarking } from './body.js';
import { eye } from './face.js';
import { hat, scarf, shirtFront } from './garments.js';
import { lookOf, type Outfit, type Pose, painted } from './look.js';
import { sideFaceMarking } from './side-face.js';

const BODY =
  'M-38,-36C-33,-27 -24,-26 -14,-29C-4,-32 2,-36 4,-44L26,-44C27,-34 33,-30 32,-20C31,-8 20,-3 2,-3C-22,-3 -38,-12 -38,-36Z';
const TAIL = 'M-40,-40L-20,-40L-25,0L-40,0Z';

const WING_SIZES = { regular: 1, large: 1.2, small: 0.8, uneven: 0.95 } as const;

/** The duck with its feet on the origin. */
export function drawDuck(pet: Pet, pose: Pose, outfit: Outfit): string {
  const look = lookOf(pet);
  const { ends } = pet.markings;
  const warm = pet.colour === 'orange' || pet.colour === 'yellow' || pet.colour === 'red';
  const beak = painted(warm ? '#e2571b' : '#f79a1e');
  const feetPaint = ends === 'socks' ? look.end : beak;
  const size = WING_SIZES[pet.ears];
  const wingPaint =
    ends === 'ears' || ends === 'one-ear' ? look.end : painted(mix(look.coat.fill, look.coat.line!, 0.22));
  const raised = pose.limbs !== 'sitting';
  const wing = raised
    ? ellipse(-14, -38, 9 * size, 18 * size, wingPaint, -32)
    : ellipse(-7, -19, 16 * size, 9.5 * size, wingPaint, 8);
  const shirtPaint = outfit.shirt ? painted(outfit.shirt) : undefined;
  const garment = shirtPaint
    ? clipped('shirt', BODY, path(d`M-20,-46L40,-46L40,4L-16,4Q-24,-20 -20,-46Z`, { ...shirtPaint, width: 2 }))
    : '';
  const shownWing = shirtPaint ? ellipse(-7, -19, 15, 9, shirtPaint, 8) : wing;
  const marking =
    sideMarking(pet.markings, { x: -2, y: -18, rx: 32 * pet.girth, ry: 16 }, look) +
    (ends === 'tail' ? path(TAIL, { fill: look.end.fill }) : '');
  const head =
    ellipse(0, 0, 16.5, 15.5, look.coat) +
    clipped('head', ellipsePath(0, 0, 15.7, 14.7), sideFaceMarking(pet.markings.face, 16.5, look)) +
    path('M12,-3C20,-5 30,-1 32,3C32,7 28,8 24,8C18,9 14,8 12,8Z', beak) +
    stroke('M17,4L28,4', beak.line!, 1.4) +
    eye(4.5, -4, look, pose) +
    (outfit.hat ? hat(-1, -10, 13, outfit.hat) : '');
  return (
    ellipse(-4, -2.5, 9, 3.6, feetPaint) +
    ellipse(13, -2.5, 9, 3.6, feetPaint) +
    path(BODY, look.coat) +
    clipped('torso', BODY, marking) +
    garment +
    (raised && shirtPaint ? ellipse(-14, -38, 8, 16, shirtPaint, -32) : shownWing) +
    (outfit.tuxedo ? shirtFront(22, -36, 9, 22) : '') +
    (outfit.scarf ? scarf(15, -42, 14, outfit.scarf) : '') +
    group(`translate(15 -56) rotate(${pose.tilt})`, head)
  );
}
