import sharp, { type Metadata, type Sharp } from 'sharp';
import type { IncomingImage, Text } from './command.js';
import { decodeHeic } from './heic/decode-heic.js';
import { text } from './locale.js';
import { type PhotoFormat, sniffFormat } from './photo-format.js';
import { StorageFullError } from './storage/blobs.js';

// Strangers' bytes meet three decoders only in this process; libvips knows dozens.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
sharp.cache(false);
sharp.concurrency(1);

/** These settings are process-wide: whoever needs sharp in the bot takes it from here. */
export { sharp };

export interface PhotoLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
}

/** A pet in fewer pixels than this cannot be learnt. */
export const minPhotoSide = 64;
/** Training works on far smaller pictures; keeping more only costs disk. */
const keptSide = 2048;
/** What comes of an edit shall be as large as the photo was. */
export const editedSide = 4096;
const decodeSeconds = 20;

type PhotoProblem = { readonly problem: (place: { readonly number: number; readonly name: string }) => Text };

/** A photo that cannot be used at all, with the sentence that says why. */
export class PhotoError extends Error {
  readonly describe: PhotoProblem['problem'];

  constructor(describe: PhotoProblem['problem'], options?: ErrorOptions) {
    super('photo refused', options);
    this.name = 'PhotoError';
    this.describe = describe;
  }
}

/** A photo that passed every check that needs no pixel. */
export interface OpenedPhoto {
  /** Decodes upright, within the limits and the time; strict about damage. Each call starts anew. */
  decode(): Sharp;
  readonly metadata: Metadata;
}

/**
 * Meets a stranger's bytes: says what they are and how large, and refuses what must not be decoded.
 * @throws PhotoError
 */
export async function openPhoto(bytes: Uint8Array, limits: PhotoLimits): Promise<OpenedPhoto> {
  if (bytes.byteLength === 0) throw new PhotoError((photo) => text('errors.photoEmpty', photo));
  const format = sniffFormat(bytes);
  switch (format) {
    case undefined:
      throw new PhotoError((photo) => text('errors.photoNotAPhoto', photo));
    case 'heic':
      throw unreadableHeic();
    case 'gif':
      throw new PhotoError((photo) => text('errors.photoGif', photo));
    case 'svg':
      throw new PhotoError((photo) => text('errors.photoSvg', photo));
    case 'avif':
    case 'tiff':
    case 'bmp':
    case 'pdf':
      throw new PhotoError((photo) => text('errors.photoOtherFormat', { ...photo, format: format.toUpperCase() }));
  }
  // The header says how large the picture would be before a pixel is decoded.
  const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch((error: unknown) => {
      throw brokenPhoto(error);
    });
  const { width, height } = metadata;
  if (width * height > limits.maxPixels) throw tooManyPixels(width, height, limits);
  if ((metadata.pages ?? 1) > 1 || isAnimatedPng(format, bytes))
    throw new PhotoError((photo) => text('errors.photoAnimated', photo));
  if (Math.min(width, height) < minPhotoSide) {
    throw new PhotoError((photo) => text('errors.photoTooSmall', { ...photo, width, height, min: minPhotoSide }));
  }
  return {
    metadata,
    decode: () =>
      sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: 'warning', autoOrient: true }).timeout({
        seconds: decodeSeconds,
      }),
  };
}

/** What a decoder's complaint means to the person. */
export function brokenPhoto(cause: unknown): PhotoError {
  return new PhotoError((photo) => text('errors.photoBroken', photo), { cause });
}

/**
 * Checks a photo from outside and makes it ours: upright, sRGB, without metadata, re-encoded, at most `maxSide` pixels a side.
 * @throws PhotoError
 */
export async function normalisePhoto(
  bytes: Uint8Array,
  limits: PhotoLimits,
  maxSide: number = keptSide,
): Promise<Uint8Array> {
  const photo = await openPhoto(bytes, limits);
  try {
    const normalised = await photo
      .decode()
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
    return new Uint8Array(normalised.buffer, normalised.byteOffset, normalised.byteLength);
  } catch (error) {
    throw brokenPhoto(error);
  }
}

/**
 * The bytes of a photo from outside, those of a HEIC as a JPEG.
 * @throws PhotoError
 */
export async function readImage(image: IncomingImage, limits: PhotoLimits): Promise<Uint8Array> {
  if (image.claimedBytes !== undefined && image.claimedBytes > limits.maxBytes) throw tooManyBytes(limits);
  let bytes: Uint8Array;
  try {
    bytes = await image.read(limits.maxBytes);
  } catch (error) {
    if (error instanceof RangeError) throw tooManyBytes(limits);
    if (error instanceof StorageFullError) throw error;
    throw new PhotoError((photo) => text('errors.photoUnreadable', photo), { cause: error });
  }
  if (bytes.byteLength > limits.maxBytes) throw tooManyBytes(limits);
  return sniffFormat(bytes) === 'heic' ? convertHeic(bytes, limits) : bytes;
}

/** As large as an edit may keep it; after that it is a photo like any other. */
async function convertHeic(bytes: Uint8Array, limits: PhotoLimits): Promise<Uint8Array> {
  const reply = await decodeHeic(bytes, { maxPixels: limits.maxPixels, timeoutMs: 1000 * decodeSeconds });
  if (reply.kind === 'tooManyPixels') throw tooManyPixels(reply.width, reply.height, limits);
  if (reply.kind === 'broken') throw unreadableHeic();
  const { width, height, rgba } = reply;
  const jpeg = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .resize({ width: editedSide, height: editedSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return new Uint8Array(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
}

function unreadableHeic(): PhotoError {
  return new PhotoError((photo) => text('errors.photoHeic', photo));
}

function tooManyPixels(width: number, height: number, limits: PhotoLimits): PhotoError {
  const max = Math.round(limits.maxPixels / 1e5) / 10;
  return new PhotoError((photo) => text('errors.photoTooManyPixels', { ...photo, width, height, max }));
}

function tooManyBytes(limits: PhotoLimits): PhotoError {
  const max = Math.round((limits.maxBytes / 1024 / 1024) * 10) / 10;
  return new PhotoError((photo) => text('errors.photoTooManyBytes', { ...photo, max }));
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

/** A file name from outside, short and without control characters. */
export function displayName(name: string): string {
  const clean = name.replace(/[\p{C}]/gu, '').trim();
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean || '?';
}
