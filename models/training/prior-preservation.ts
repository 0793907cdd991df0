/**
 * @file Pictures of a class, made once per checkpoint, class and prompt and kept as latents for everybody who trains.
 * Paper: Ruiz et al. 2023, arXiv:2208.12242, section 3.3 (class-specific prior preservation).
 */
import { createHash } from 'node:crypto';
import { decodeSafetensors, encodeSafetensors } from '../tensors/files/safetensors.js';

const FORMAT = 'class-latents-2';
const MAX_CAPTION_LENGTH = 1000;
const DEFAULT_MAX_BYTES = 256 * 2 ** 20;

export interface ClassLatentsSource {
  /** What identifies the checkpoint, such as a digest of its files. */
  readonly checkpoint: string;
  readonly className: string;
  readonly prompt: string;
}

/** Latents of pictures of a class, multiplied with the autoencoder's scaling factor. */
export interface ClassLatents {
  /** [h, w, C] of each picture. */
  readonly shape: readonly [number, number, number];
  readonly pictures: readonly Float32Array[];
  /** What each picture shows, such as `a photo of a dog in the snow`. */
  readonly captions: readonly string[];
}

export class ClassLatentsError extends Error {
  constructor(source: string, reason: string) {
    super(`${source}: not usable class latents: ${reason}`);
    this.name = 'ClassLatentsError';
  }
}

/** A file name without extension that is the same for all who share checkpoint, class and prompt. */
export function classLatentsKey(checkpoint: string, className: string, prompt: string): string {
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, checkpoint, className, prompt]))
    .digest('hex')
    .slice(0, 32);
}

/** @returns a safetensors file with `latents` [n, h, w, C] in F16 */
export function encodeClassLatents(latents: ClassLatents, source: ClassLatentsSource): Uint8Array {
  const { shape, pictures, captions } = latents;
  if (captions.length !== pictures.length)
    throw new RangeError(`${pictures.length} class pictures need as many captions, got ${captions.length}`);
  const size = shape[0] * shape[1] * shape[2];
  const data = new Float32Array(pictures.length * size);
  for (const [index, picture] of pictures.entries()) {
    if (picture.length !== size)
      throw new RangeError(`Class latents of [${shape}] hold ${size} values, got ${picture.length}`);
    data.set(picture, index * size);
  }
  if (!data.every((value) => Math.abs(value) <= 65504))
    throw new RangeError('Class latents must be finite and fit into float16');
  const { checkpoint, className, prompt } = source;
  const metadata = { format: FORMAT, checkpoint, class_name: className, prompt, captions: JSON.stringify(captions) };
  return encodeSafetensors({ latents: { shape: [pictures.length, ...shape], data, dtype: 'F16' } }, metadata);
}

export interface DecodeClassLatentsOptions {
  /** What the file must have been made for. */
  readonly expected?: ClassLatentsSource;
  /** For messages. */
  readonly file?: string;
  readonly maxBytes?: number;
}

/** @throws ClassLatentsError or SafetensorsError where the bytes are something else */
export function decodeClassLatents(bytes: Uint8Array, options: DecodeClassLatentsOptions = {}): ClassLatents {
  const { expected, file = 'class latents', maxBytes = DEFAULT_MAX_BYTES } = options;
  if (bytes.length > maxBytes) throw new ClassLatentsError(file, `${bytes.length} bytes, at most ${maxBytes} are read`);
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.format !== FORMAT)
    throw new ClassLatentsError(file, `its format is ${metadata.format ?? 'not stated'}, expected ${FORMAT}`);
  if (expected) {
    const wanted = { checkpoint: expected.checkpoint, class_name: expected.className, prompt: expected.prompt };
    for (const [key, value] of Object.entries(wanted)) {
      if (metadata[key] !== value)
        throw new ClassLatentsError(file, `its ${key} is "${metadata[key]}", expected "${value}"`);
    }
  }
  const latents = tensors.get('latents');
  if (!latents || tensors.size !== 1) throw new ClassLatentsError(file, 'expected one tensor, "latents"');
  const [count, height, width, channels] = latents.shape;
  if (latents.shape.length !== 4 || !count || !height || !width || !channels) {
    throw new ClassLatentsError(file, `latents have shape [${latents.shape}], expected [n, h, w, C]`);
  }
  if (!latents.data.every(Number.isFinite)) throw new ClassLatentsError(file, 'latents are not finite');
  const size = height * width * channels;
  const pictures = Array.from({ length: count }, (_, index) => latents.data.slice(index * size, (index + 1) * size));
  return { shape: [height, width, channels], pictures, captions: readCaptions(metadata.captions, count, file) };
}

function readCaptions(json: string | undefined, count: number, file: string): string[] {
  try {
    const captions: unknown = JSON.parse(json ?? '');
    const isCaption = (caption: unknown) => typeof caption === 'string' && caption.length <= MAX_CAPTION_LENGTH;
    if (Array.isArray(captions) && captions.length === count && captions.every(isCaption)) return captions as string[];
  } catch {
    // Told below.
  }
  throw new ClassLatentsError(file, `expected captions, one for each of ${count} pictures`);
}
