import type { Metadata, Sharp } from 'sharp';
import { type PhotoFormat, sniffFormat } from '#src/core/photo-format.js';
import { decodeHeic } from '#src/photos/heic/decode-heic.js';
import { adobeRgbProfile } from '#src/photos/heic/icc-profile.js';
import { editedSide, minPhotoSide, PhotoError, type PhotoLimits, photoError } from '#src/photos/photos.js';
import { isAdobeRgb } from './exif-colours.js';
import { withProfile } from './jpeg-profile.js';
import { sharp } from './sharp.js';
import { wholeJpeg } from './whole-jpeg.js';
import { wholePng } from './whole-png.js';

/** A photo that passed every check that needs no pixel. */
export interface OpenedPhoto {
  /** Decodes upright, within the limits; strict about damage. Each call starts anew. */
  decode(): Sharp;
  readonly metadata: Metadata;
  /** Of the photo as it came, upright. */
  readonly width: number;
  readonly height: number;
}

/**
 * Meets a stranger's bytes: says what they are and how large, and refuses what must not be decoded.
 * @throws PhotoError
 */
export async function openPhoto(given: Uint8Array, limits: PhotoLimits): Promise<OpenedPhoto> {
  if (given.byteLength === 0) throw photoError('photoEmpty', {});
  const format = sniffFormat(given);
  switch (format) {
    case undefined:
      throw photoError('photoNotAPhoto', {});
    case 'gif':
      throw photoError('photoGif', {});
    case 'svg':
      throw photoError('photoSvg', {});
    case 'avif':
    case 'tiff':
    case 'bmp':
    case 'pdf':
      throw photoError('photoOtherFormat', { format: format.toUpperCase() });
    case 'heic': {
      const { jpeg, width, height } = await shrunkHeic(given, limits);
      return { ...(await openBytes(jpeg, 'jpeg', limits)), width, height };
    }
    case 'jpeg':
      return openBytes(wholeJpeg(given), format, limits);
    case 'png':
      return openBytes(wholePng(given), format, limits);
    case 'webp':
      return openBytes(given, format, limits);
  }
}

async function openBytes(
  bytes: Uint8Array | undefined,
  format: PhotoFormat,
  limits: PhotoLimits,
): Promise<OpenedPhoto> {
  if (!bytes) throw photoError('photoBroken', {});
  // The header says how large the picture would be before a pixel is decoded.
  const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch((error: unknown) => {
      throw brokenPhoto(error);
    });
  const { width, height } = metadata;
  if (width * height > limits.maxPixels) throw tooManyPixels(width, height, limits);
  if ((metadata.pages ?? 1) > 1 || isAnimatedPng(format, bytes)) throw photoError('photoAnimated', {});
  if (Math.min(width, height) < minPhotoSide) throw photoError('photoTooSmall', { width, height, min: minPhotoSide });
  const isToldByExif = format === 'jpeg' && metadata.icc === undefined && isAdobeRgb(metadata.exif);
  const coloured = isToldByExif ? withProfile(bytes, adobeRgbProfile()) : bytes;
  return {
    metadata,
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    decode: () => sharp(coloured, { limitInputPixels: limits.maxPixels, failOn: 'warning', autoOrient: true }),
  };
}

/** What a decoder's complaint means to the person. */
export function brokenPhoto(cause: unknown): PhotoError {
  return cause instanceof PhotoError ? cause : photoError('photoBroken', {}, { cause });
}

export interface NormalisedPhoto {
  readonly jpeg: Uint8Array;
  /** Of the photo as it was, upright. */
  readonly width: number;
  readonly height: number;
}

/**
 * Checks a photo from outside and makes it ours: upright, sRGB, without metadata, re-encoded, at most `maxSide` pixels a side.
 * @throws PhotoError
 */
export async function normalisePhoto(
  { decode, width, height }: OpenedPhoto,
  maxSide: number,
): Promise<NormalisedPhoto> {
  try {
    const jpeg = await decode()
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
    return { jpeg, width, height };
  } catch (error) {
    throw brokenPhoto(error);
  }
}

/** A JPEG as large as an edit may keep it, with its colour profile, and how large it was. After that it is a photo like any other. */
async function shrunkHeic(bytes: Uint8Array, limits: PhotoLimits): Promise<NormalisedPhoto> {
  const decoded = await decodeHeic(bytes, limits.maxPixels);
  if (decoded.kind === 'tooManyPixels') throw tooManyPixels(decoded.width, decoded.height, limits);
  if (decoded.kind === 'broken') throw photoError('photoHeic', {});
  const { width, height, rgba, profile } = decoded;
  const jpeg = await sharp(rgba, { raw: { width, height, channels: 4 }, limitInputPixels: limits.maxPixels })
    .resize({ width: editedSide, height: editedSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return { jpeg: profile ? withProfile(jpeg, profile) : jpeg, width, height };
}

function tooManyPixels(width: number, height: number, limits: PhotoLimits): PhotoError {
  return photoError('photoTooManyPixels', { width, height, max: Math.round(limits.maxPixels / 1e5) / 10 });
}

/** An APNG has an `acTL` chunk before its first `IDAT`. */
function isAnimatedPng(format: PhotoFormat, bytes: Uint8Array): boolean {
  if (format !== 'png') return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 8; offset + 8 <= bytes.byteLength; ) {
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
    offset += 12 + view.getUint32(offset);
  }
  return false;
}
