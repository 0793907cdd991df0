/**
 * @file What is known of a picture once it has been walked back to noise: plain data, kept between edits of the picture.
 * It belongs to a picture, a checkpoint, a caption and a number of steps, and to no edit.
 */
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from '../../tensors/files/safetensors.js';

/** How a picture is walked back. `ddim` serves every method but `edit-friendly`. */
export type InversionKind = 'ddim' | 'edit-friendly';

export interface Inversion {
  readonly kind: InversionKind;
  /** What the picture shows, in the words that it was inverted with. */
  readonly prompt: string;
  readonly steps: number;
  /** h, w, C */
  readonly latentShape: readonly [height: number, width: number, channels: number];
  /** [steps + 1, h, w, C]: the picture first, then after each step towards noise. Unit variance. */
  readonly latents: Float32Array;
  /** `edit-friendly`: [steps, h, w, C], the noise of each step towards the picture, first step first. */
  readonly noises?: Float32Array;
  /** Of the noises. */
  readonly seed?: bigint;
  /** Null-text optimisation: [steps, L, D], the unconditional embedding of each step towards the picture, and what it was optimised for. */
  readonly nullText?: { readonly embeddings: Float32Array; readonly guidanceScale: number };
}

/** The cached bytes are of another version, another picture size or damaged; the inversion is then made again. */
export class InversionFileError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`inversion: ${reason}`, options);
    this.name = 'InversionFileError';
  }
}

const FORMAT = 'petbooth-inversion-1';
/** Of a header with at most this many characters of prompt. */
const MAX_PROMPT_LENGTH = 4000;

/** @returns a safetensors file; equal input gives equal bytes */
export function encodeInversion(inversion: Inversion): Uint8Array {
  const { kind, prompt, steps, latentShape, latents, noises, seed, nullText } = inversion;
  const flat = (data: Float32Array) => ({ shape: [data.length], data });
  return encodeSafetensors(
    {
      latents: { shape: [steps + 1, ...latentShape], data: latents },
      ...(noises ? { noises: { shape: [steps, ...latentShape], data: noises } } : {}),
      ...(nullText ? { null_text: flat(nullText.embeddings) } : {}),
    },
    {
      format: FORMAT,
      kind,
      prompt,
      steps: String(steps),
      ...(seed === undefined ? {} : { seed: String(seed) }),
      ...(nullText ? { null_text_guidance_scale: String(nullText.guidanceScale) } : {}),
    },
  );
}

/** @throws InversionFileError unless the bytes are what `encodeInversion` wrote for latents of this shape */
export function decodeInversion(bytes: Uint8Array, latentShape: Inversion['latentShape']): Inversion {
  const { tensors, metadata } = parse(bytes);
  if (metadata.format !== FORMAT) throw new InversionFileError(`expected format ${FORMAT}`);
  const { kind, prompt } = metadata;
  const steps = Number(metadata.steps);
  if (kind !== 'ddim' && kind !== 'edit-friendly') throw new InversionFileError('unknown kind');
  if (prompt === undefined || prompt.length > MAX_PROMPT_LENGTH) throw new InversionFileError('no prompt, or too long');
  const read = (name: string, rows?: number): Float32Array | undefined => {
    const tensor = tensors.get(name);
    if (!tensor) return undefined;
    const fits = rows === undefined || tensor.shape.join() === [rows, ...latentShape].join();
    if (!fits || !tensor.data.every(Number.isFinite)) throw new InversionFileError(`${name} is not what was expected`);
    return tensor.data;
  };
  const latents = read('latents', steps + 1);
  const noises = read('noises', steps);
  const embeddings = read('null_text');
  if (!latents || (kind === 'edit-friendly') !== (noises !== undefined))
    throw new InversionFileError('tensors are missing');
  const { seed } = metadata;
  if ((noises !== undefined) !== (seed !== undefined && /^\d{1,20}$/.test(seed)))
    throw new InversionFileError('noises have a seed');
  const guidanceScale = Number(metadata.null_text_guidance_scale);
  if (embeddings && !Number.isFinite(guidanceScale)) throw new InversionFileError('no guidance scale of the null text');
  return {
    kind,
    prompt,
    steps,
    latentShape,
    latents,
    ...(noises && seed !== undefined ? { noises, seed: BigInt(seed) } : {}),
    ...(embeddings ? { nullText: { embeddings, guidanceScale } } : {}),
  };
}

function parse(bytes: Uint8Array) {
  try {
    return decodeSafetensors(bytes, 'inversion');
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new InversionFileError('no safetensors file', { cause: error });
  }
}
