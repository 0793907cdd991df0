/**
 * @file The word that stands for one pet: the person writes "Biscuit", the model reads "sks dog".
 * Paper: Ruiz et al. 2023, arXiv:2208.12242, section 3.2 (rare-token identifiers).
 */

/** What of a tokenizer is needed here. */
export interface TokenEncoder {
  /** The token ids of a text, neither start nor end. */
  encode(text: string): readonly number[];
  readonly unknownId?: number;
}

/**
 * Words without a meaning that CLIP's vocabulary has as one token, then letters, which every byte-pair vocabulary has.
 * The best known come first.
 */
export const RARE_TOKEN_CANDIDATES: readonly string[] = [
  ...['sks', 'ohwx', 'phol', 'kprc', 'olis', 'hta'],
  ...['x', 'q', 'z', 'j', 'v', 'k'],
];

/**
 * The first candidate that is exactly one token and no word of `avoid`.
 * @param avoid texts that the token will be used with: the class, the prompt
 * @throws if the vocabulary has none of them
 */
export function chooseRareToken(
  tokenizer: TokenEncoder,
  avoid: readonly string[] = [],
  candidates: readonly string[] = RARE_TOKEN_CANDIDATES,
): string {
  const taken = new Set(avoid.flatMap((text) => tokenizer.encode(text)));
  const token = candidates.find((candidate) => {
    const [id, ...rest] = tokenizer.encode(candidate);
    return id !== undefined && rest.length === 0 && id !== tokenizer.unknownId && !taken.has(id);
  });
  if (token === undefined)
    throw new Error(`None of ${candidates.join(', ')} is a single unused token of this tokenizer`);
  return token;
}

export interface DreamBoothPrompts {
  /** Describes the photos of the pet. */
  readonly instance: string;
  /** Describes other animals of its kind. */
  readonly class: string;
}

/** @param className noun in the language of the text encoder, such as `dog` */
export function dreamBoothPrompts(token: string, className: string): DreamBoothPrompts {
  return {
    instance: `a photo of ${token} ${className}`,
    class: `a photo of ${/^[aeiou]/.test(className) ? 'an' : 'a'} ${className}`,
  };
}
