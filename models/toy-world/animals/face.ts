/** @file Eyes and markings of a face, placed on a head whose centre is the origin. */

import type { FaceMarking } from '../pet.js';
import { circle, d, ellipse, path, rect, stroke } from '../svg.js';
import type { Look, Pose } from './look.js';

/** Where things sit on a head seen from the front. */
export interface HeadShape {
  readonly rx: number;
  readonly ry: number;
  readonly eyeX: number;
  readonly eyeY: number;
}

export function eye(x: number, y: number, look: Look, pose: Pose, radius = 4.6): string {
  if (pose.eyes === 'closed') {
    return stroke(d`M${x - radius},${y}Q${x},${y + radius} ${x + radius},${y}`, look.ink, 2);
  }
  return (
    circle(x, y, radius + 0.9, { fill: '#ffffff', line: look.ink, width: 0.9 }) +
    circle(x, y + 0.3, radius - 0.8, { fill: look.iris }) +
    circle(x, y + 0.3, radius * 0.42, { fill: look.ink })
  );
}

/** The marking of a face seen from the front, to be clipped to the head. */
export function faceMarking(marking: FaceMarking, head: HeadShape, look: Look): string {
  const { rx, ry, eyeX, eyeY } = head;
  const paint = look.marking;
  switch (marking) {
    case 'plain':
      return '';
    case 'left-patch':
      return ellipse(-eyeX - 1, eyeY - 1, 9.4, 10.6, paint, 14);
    case 'right-patch':
      return ellipse(eyeX + 1, eyeY - 1, 9.4, 10.6, paint, -14);
    case 'mask':
      return ellipse(-eyeX, eyeY, 10, 8, paint, -8) + ellipse(eyeX, eyeY, 10, 8, paint, 8);
    case 'blaze':
      return path(d`M-6,${-ry - 1}L6,${-ry - 1}Q2.5,-4 8,${ry * 0.7}L-8,${ry * 0.7}Q-2.5,-4 -6,${-ry - 1}Z`, paint);
    case 'half':
      return rect(0, -ry - 1, rx + 2, 2 * ry + 2, paint);
  }
}
