/** @file Scenes as SVG text and as pixels. */

import { Resvg } from '@resvg/resvg-js';
import { createGenerator } from '../tensors/random.js';
import { drawAnimal } from './animals/animals.js';
import type { Scene } from './scene.js';
import { createStage } from './settings/settings.js';
import { PICTURE } from './settings/stage.js';
import { soften } from './soften.js';
import { group, n } from './svg.js';

const GROUND = 118;

/** How soft edges are, as a Gaussian's standard deviation in units of a 128 × 128 picture. */
const SOFTNESS = 1.2;

/** The scene as an SVG document of `size` × `size` pixels. */
export function renderSvg(scene: Scene, size = PICTURE): string {
  const { pet, placement } = scene;
  const stage = createStage(scene.setting, createGenerator(scene.settingSeed));
  const animal = drawAnimal(pet, scene.clothes, {
    limbs: stage.limbs ?? 'sitting',
    eyes: stage.eyes ?? 'open',
    tilt: placement.tilt,
  });
  const turned = stage.turn ? group(`rotate(${n(stage.turn)} 0 -40)`, animal) : animal;
  const standing = group(
    `translate(${n(PICTURE / 2 + placement.x)} ${n((stage.ground ?? GROUND) + placement.y)}) scale(${n(placement.scale * (stage.scale ?? 1))})`,
    (stage.support ?? '') + turned,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${PICTURE} ${PICTURE}">` +
    `${stage.back}${standing}${stage.front ?? ''}</svg>`
  );
}

/** Draws a scene. Returns RGB bytes in [0, 255], rows from the top: [size, size, 3]. */
export function drawScene(scene: Scene, size = PICTURE): Uint8Array {
  const drawing = new Resvg(renderSvg(scene, size), { font: { loadSystemFonts: false } });
  const { pixels } = drawing.render();
  const picture = new Uint8Array(size * size * 3);
  for (let from = 0, to = 0; to < picture.length; from += 4, to += 3) {
    picture[to] = pixels[from]!;
    picture[to + 1] = pixels[from + 1]!;
    picture[to + 2] = pixels[from + 2]!;
  }
  return soften(picture, size, (SOFTNESS * size) / PICTURE);
}
