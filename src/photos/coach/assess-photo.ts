import { brokenPhoto, type OpenedPhoto } from '#src/photos/decoder/open-photo.js';
import type { AssessedPhoto } from './assess-photos.js';
import type { Doubt } from './doubts.js';
import { isDark, isFaded, isOverexposed, measureExposure } from './exposure.js';
import { hasUnappliedOrientation } from './orientation.js';
import { luminanceOf, type Plane, type RgbPixels } from './plane.js';
import { measureSharpness } from './sharpness.js';
import { areNearDuplicates, type Fingerprint, fingerprintOf } from './similarity.js';
import { shrinkToThumbnail } from './thumbnail.js';

/** Photos of a shorter side below this share of the learnt side would be blown up visibly. */
const smallShare = 0.75;
/** The longer side of a panorama is squeezed to this many learnt sides. */
const maxElongation = 2;
/** Blur in pixels of the learnt size from which fur and eyes are lost. */
const blurredFrom = 1.4;
/** Gradient energy in the direction with the least left, from which on a camera may have moved. */
const movedBelow = 3.3;

/** Contrast that shows that something is there, and edge pixels a side that a sharp picture of something has. */
const emptyContrast = 25;
const minEdgesPerSide = 0.2;

/**
 * Judges one photo alone, and against those before it. Only for the process of strangers' photos.
 * @param learntSide side in pixels of the pictures that the model learns from: what is sharp at that size is sharp enough
 */
export async function assessPhoto(
  photo: OpenedPhoto,
  learntSide: number,
  earlier: readonly Fingerprint[],
): Promise<AssessedPhoto> {
  const pixels = await decodeAt(photo, learntSide);
  const doubts: Doubt[] = [];

  const { width, height } = photo.metadata.autoOrient;
  const wantedSide = Math.ceil(learntSide * smallShare);
  if (Math.min(width, height) < wantedSide) doubts.push({ kind: 'small', width, height, wantedSide });
  if (hasUnappliedOrientation(photo.metadata)) doubts.push({ kind: 'rotated' });

  const luminance = luminanceOf(pixels);
  const exposure = measureExposure(luminance);
  if (isDark(exposure)) doubts.push({ kind: 'dark' });
  const blur = findBlur(luminance, exposure.contrast);
  if (blur) doubts.push(blur);
  if (isOverexposed(exposure) || (!blur && isFaded(exposure))) doubts.push({ kind: 'washedOut' });
  const fingerprint = fingerprintOf(luminance, pixels);
  const repeated = earlier.findIndex((other) => areNearDuplicates(other, fingerprint));
  return {
    doubts,
    fingerprint,
    ...(repeated >= 0 && { repeated }),
    thumbnail: await shrinkToThumbnail(pixels),
  };
}

function findBlur(luminance: Plane, contrast: number): Extract<Doubt, { kind: 'blurred' }> | undefined {
  if (contrast < emptyContrast) return undefined;
  const { sigma, leastEnergyRatio, greatestEnergyRatio, edges } = measureSharpness(luminance, contrast);
  const edgeless = edges < minEdgesPerSide * Math.min(luminance.width, luminance.height);
  if (edgeless || sigma > blurredFrom) return { kind: 'blurred', cause: 'focus' };
  // The less is left in one direction, the less more there must be in another.
  const unequal = greatestEnergyRatio / leastEnergyRatio > 0.8 + leastEnergyRatio / 4;
  const moved = leastEnergyRatio < movedBelow && unequal;
  return moved ? { kind: 'blurred', cause: 'movement' } : undefined;
}

/** The photo as the training sees it, upright: its shorter side at most `side`. */
async function decodeAt({ decode, metadata }: OpenedPhoto, side: number): Promise<RgbPixels> {
  const { width, height } = metadata.autoOrient;
  const scale = Math.min(1, side / Math.min(width, height), (maxElongation * side) / Math.max(width, height));
  const target = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  try {
    const { data, info } = await decode()
      .resize({ ...target, fit: 'fill' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw brokenPhoto(error);
  }
}
