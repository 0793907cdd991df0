import { StorageFullError } from '#src/core/blob-store.js';
import type { IncomingImage } from '#src/core/files.js';
import type { ParameterArguments, SourceText, Text, TextKey } from '#src/core/locale.js';

export interface PhotoLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
}

/** A pet in fewer pixels than this cannot be learnt. */
export const minPhotoSide = 64;
/** Training works on far smaller pictures; keeping more only costs disk. */
export const keptSide = 2048;
/** What comes of an edit shall be as large as the photo was. */
export const editedSide = 4096;

type PhotoErrorTextKey = Extract<TextKey, `errors.photo${string}`>;
type PhotoErrorKey = PhotoErrorTextKey extends `errors.${infer Key}` ? Key : never;
/** Of the sentence, but for which photo it is: that is known where it is said. */
type PhotoErrorParams<Key extends PhotoErrorKey> = Omit<
  ParameterArguments<SourceText<`errors.${Key}`>>[0] & object,
  'number' | 'name'
>;

/** Why a photo cannot be used at all: data, so that it comes back from the process that looked at it. */
export interface PhotoProblem {
  readonly key: PhotoErrorKey;
  readonly params: Text['params'];
}

export class PhotoError extends Error {
  readonly problem: PhotoProblem;

  constructor(problem: PhotoProblem, options?: ErrorOptions) {
    super(`photo refused: ${problem.key}`, options);
    this.name = 'PhotoError';
    this.problem = problem;
  }

  describe(photo: { readonly number: number; readonly name: string }): Text {
    return { key: `errors.${this.problem.key}`, params: { ...this.problem.params, ...photo } };
  }
}

export function photoError<Key extends PhotoErrorKey>(
  key: Key,
  params: PhotoErrorParams<Key>,
  options?: ErrorOptions,
): PhotoError {
  return new PhotoError({ key, params: params as Text['params'] }, options);
}

/**
 * The bytes of a photo from outside, whatever they are.
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
    throw photoError('photoUnreadable', {}, { cause: error });
  }
  if (bytes.byteLength > limits.maxBytes) throw tooManyBytes(limits);
  return bytes;
}

function tooManyBytes(limits: PhotoLimits): PhotoError {
  return photoError('photoTooManyBytes', { max: Math.round((limits.maxBytes / 1024 / 1024) * 10) / 10 });
}

/** A file name from outside, short and without control characters. */
export function displayName(name: string): string {
  const clean = name.replace(/[\p{C}]/gu, '').trim();
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean || '?';
}
