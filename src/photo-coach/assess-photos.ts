import { brokenPhoto, displayName, type OpenedPhoto, openPhoto, PhotoError, type PhotoLimits } from '#src/photos.js';
import type { Doubt, SetDoubt } from './doubts.js';
import { isDark, isFaded, isOverexposed, measureExposure } from './exposure.js';
import { hasUnappliedOrientation } from './orientation.js';
import { luminanceOf, type Plane, type RgbPixels } from './plane.js';
import { measureSharpness } from './sharpness.js';
import { areNearDuplicates, type Fingerprint, fingerprintOf } from './similarity.js';
import { shrinkToThumbnail, type Thumbnail } from './thumbnail.js';

export interface CoachOptions {
  readonly limits: PhotoLimits;
  /** Side in pixels of the pictures that the model learns from: what is sharp at that size is sharp enough. */
  readonly learntSide: number;
  readonly minPhotos: number;
  readonly maxPhotos: number;
  readonly signal?: AbortSignal;
}

export interface CoachedPhoto {
  readonly name: string;
  /** Or how to get them when their turn comes, so that memory holds those of one photo. */
  readonly bytes: Uint8Array | (() => Promise<Uint8Array>);
}

export interface PhotoAssessment {
  readonly index: number;
  readonly doubts: readonly Doubt[];
  /** None where nothing could be decoded. */
  readonly thumbnail: Thumbnail | undefined;
}

export interface Assessment {
  /** One for each photo, at most `maxPhotos`. */
  readonly photos: readonly PhotoAssessment[];
  readonly set: readonly SetDoubt[];
  /** Whether there is anything to say. */
  readonly doubtful: boolean;
}

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
 * Judges photos before a training: each alone, each against those before it, and all together. Photos are decoded one
 * after the other, so memory holds one; those beyond `maxPhotos` are not looked at.
 */
export async function assessPhotos(photos: readonly CoachedPhoto[], options: CoachOptions): Promise<Assessment> {
  const judged: PhotoAssessment[] = [];
  const originals: { index: number; fingerprint: Fingerprint }[] = [];
  for (const [index, photo] of photos.slice(0, options.maxPhotos).entries()) {
    options.signal?.throwIfAborted();
    try {
      const bytes = typeof photo.bytes === 'function' ? await photo.bytes() : photo.bytes;
      const { doubts, fingerprint, thumbnail } = await assessPhoto(bytes, options);
      const original = originals.find((earlier) => areNearDuplicates(earlier.fingerprint, fingerprint));
      if (original) doubts.push({ kind: 'nearDuplicateOf', index: original.index });
      else originals.push({ index, fingerprint });
      judged.push({ index, doubts, thumbnail });
    } catch (error) {
      if (!(error instanceof PhotoError)) throw error;
      const problem = error.describe({ number: index + 1, name: displayName(photo.name) });
      judged.push({ index, doubts: [{ kind: 'unusable', problem }], thumbnail: undefined });
    }
  }
  const set = assessSet(photos.length, originals.length, options);
  return { photos: judged, set, doubtful: set.length > 0 || judged.some(({ doubts }) => doubts.length > 0) };
}

function assessSet(given: number, different: number, { minPhotos: min, maxPhotos: max }: CoachOptions): SetDoubt[] {
  if (given > max) return [{ kind: 'tooMany', given, max }];
  return different < min ? [{ kind: 'tooFew', given, different, min }] : [];
}

async function assessPhoto(bytes: Uint8Array, { limits, learntSide }: CoachOptions) {
  const photo = await openPhoto(bytes, limits);
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
  return { doubts, fingerprint: fingerprintOf(luminance, pixels), thumbnail: await shrinkToThumbnail(pixels) };
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
