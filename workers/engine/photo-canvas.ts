/** A photo of any shape on the checkpoint's square, and back at its own size. */
import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from '#models/pipelines/image-processor.js';
import { UserError } from '#src/core/errors.js';
import { maxEditedRatio } from '#src/editing/edit-job.js';

/** Where the photo lies on the square. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Up to this ratio of its sides a photo is pressed into the square, where it fills the model's whole view; a longer one gets borders. */
const MAX_PRESSED = 1.5;
/** A stretch of less than this is not seen. */
const SEEN_RATIO = 1.02;
/** Of a photo that gets fewer pixels than this across, the model sees nothing. */
const MIN_FRAME_SIDE = 8;
/** A difference of this many of 255, in any channel, is a change. */
const CHANGE = 10;
/** How far a change reaches into what is around it, as a share of the square's side: edges are softened over it. */
const FEATHER = 1 / 48;
/** More pixels than this make a PNG that chats do not take. */
const MAX_PNG_PIXELS = 1_500_000;

export class PhotoCanvas {
  /** Of the checkpoint's size. What the photo does not cover is its own blurred surroundings. */
  readonly square: RgbImage;
  readonly isLetterboxed: boolean;
  readonly isSqueezed: boolean;
  readonly #photo: RgbImage;
  readonly #frame: Frame;
  /** The largest size within the square that has the photo's ratio. */
  readonly #fitting: Pick<Frame, 'width' | 'height'>;

  private constructor(photo: RgbImage, square: RgbImage, frame: Frame) {
    this.#photo = photo;
    this.square = square;
    this.#frame = frame;
    this.#fitting = fitting(photo, square);
    this.isLetterboxed = frame.width < square.width || frame.height < square.height;
    const stretch = (photo.width * square.height) / (photo.height * square.width);
    this.isSqueezed = !this.isLetterboxed && Math.max(stretch, 1 / stretch) > SEEN_RATIO;
  }

  /**
   * @param bytes an encoded picture, upright
   * @throws UserError for a photo so long that nothing of it could be seen on the square
   */
  static async open(bytes: Uint8Array, [height, width]: readonly [number, number]): Promise<PhotoCanvas> {
    const photo = await readRgb(bytes);
    const maxRatio = Math.min(maxEditedRatio, Math.floor(Math.min(width, height) / MIN_FRAME_SIDE));
    if (ratioOf(photo) > maxRatio)
      throw new UserError('photoTooLong', { width: photo.width, height: photo.height, max: maxRatio });
    const frame = ratioOf(photo) <= MAX_PRESSED ? { width, height } : fitting(photo, { width, height });
    const left = Math.floor((width - frame.width) / 2);
    const top = Math.floor((height - frame.height) / 2);
    const inner = await sharpOf(photo)
      .resize({ ...frame, fit: 'fill' })
      .png()
      .toBuffer();
    const square = await sharpOf(photo)
      .resize({ width, height, fit: 'cover' })
      .blur(Math.max(1, width / 16))
      .composite([{ input: inner, left, top }])
      .removeAlpha()
      .raw()
      .toBuffer();
    return new PhotoCanvas(photo, { width, height, rgb: Uint8Array.from(square) }, { ...frame, left, top });
  }

  /** The part of a square that shows the photo, in the photo's ratio, as a PNG. */
  async preview(square: RgbImage): Promise<Uint8Array> {
    return sharpOf(square)
      .extract(this.#frame)
      .resize({ ...this.#fitting, fit: 'fill' })
      .png()
      .toBuffer();
  }

  /**
   * The photo with what changed between two squares put in, at its own size; everything else stays as it was, pixel by pixel.
   * @returns PNG, or JPEG where that would be too large
   */
  async paste(before: RgbImage, after: RgbImage): Promise<Uint8Array> {
    const { width, height, rgb } = this.#photo;
    const share = await this.#resized(await this.#changes(before, after), 1);
    const patch = await this.#resized(sharpOf(after), 3);
    const merged = new Uint8Array(rgb.length);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const weight = share[pixel]! / 255;
      for (let at = pixel * 3; at < pixel * 3 + 3; at++)
        merged[at] = Math.round(rgb[at]! + weight * (patch[at]! - rgb[at]!));
    }
    return encode({ width, height, rgb: merged });
  }

  /** White where something changed, grey around it. */
  async #changes(before: RgbImage, after: RgbImage) {
    const { width, height } = after;
    const changed = new Uint8Array(width * height);
    for (let pixel = 0; pixel < changed.length; pixel++) {
      const at = pixel * 3;
      const differs = [at, at + 1, at + 2].some(
        (channel) => Math.abs(before.rgb[channel]! - after.rgb[channel]!) > CHANGE,
      );
      if (differs) changed[pixel] = 255;
    }
    return (
      sharp(changed, { raw: { width, height, channels: 1 } })
        .blur(Math.max(0.6, width * FEATHER))
        // Whole inside the change and a little beyond it, nothing where only single pixels differ.
        .linear(4, -0.4 * 255)
    );
  }

  async #resized(square: Sharp, channels: 1 | 3): Promise<Uint8Array> {
    const { width, height } = this.#photo;
    const inner = await square.png().toBuffer();
    const resized = sharp(inner).extract(this.#frame).resize({ width, height, fit: 'fill' });
    return (channels === 1 ? resized.toColourspace('b-w').extractChannel(0) : resized.removeAlpha()).raw().toBuffer();
  }
}

type Size = Pick<RgbImage, 'width' | 'height'>;

/** Of the longer side to the shorter one. */
function ratioOf({ width, height }: Size): number {
  return Math.max(width / height, height / width);
}

function fitting(photo: Size, square: Size): Size {
  const scale = Math.min(square.width / photo.width, square.height / photo.height);
  return {
    width: Math.max(1, Math.round(photo.width * scale)),
    height: Math.max(1, Math.round(photo.height * scale)),
  };
}

/** PNG, or JPEG where that would be too large for chats. */
export async function encode(picture: RgbImage): Promise<Uint8Array> {
  const encoder = sharpOf(picture);
  if (picture.width * picture.height <= MAX_PNG_PIXELS) return encoder.png().toBuffer();
  return encoder.jpeg({ quality: 93, chromaSubsampling: '4:4:4' }).toBuffer();
}

function sharpOf({ rgb, width, height }: RgbImage): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

async function readRgb(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
