/**
 * @file The word that stands for one pet, and prompts with it: the person writes "Biscuit", the model reads "sks dog".
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

export interface PromptWithPets {
  readonly prompt: string;
  /** The names that the prompt contained, as keys of the map, in order of their first place. */
  readonly used: readonly string[];
}

/**
 * Replaces pets' names by what the model knows them as. A name counts as a word at any place and in any case, before a
 * possessive ("Biscuit's hat") too; longer names win over shorter ones, and what was put in is not searched again.
 * Names in scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) may touch their neighbours.
 * @param pets name → `token class`, such as `Biscuit` → `sks dog`
 */
export function insertPets(prompt: string, pets: ReadonlyMap<string, string>): PromptWithPets {
  const names = new Map([...pets.keys()].map((name) => [foldName(name), name]));
  names.delete('');
  if (names.size === 0) return { prompt, used: [] };
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(namePattern).join('|'), 'giv');
  const used = new Set<string>();
  const rewritten = prompt.normalize('NFC').replace(pattern, (match) => {
    const name = names.get(foldName(match));
    if (name === undefined) return match;
    used.add(name);
    return pets.get(name)!;
  });
  return { prompt: rewritten, used: [...used] };
}

/** `insertPets` for one pet. */
export function insertPet(prompt: string, petName: string, replacement: string): string {
  return insertPets(prompt, new Map([[petName, replacement]])).prompt;
}

/** The same for all spellings of a name that count as equal. */
function foldName(name: string): string {
  const singleSpaced = name.normalize('NFC').trim().replace(/\s+/gu, ' ').replaceAll('’', "'");
  return Array.from(singleSpaced, foldCharacter).join('');
}

/** Simple case folding, as the `i` flag of patterns does: what would change its length stays. */
function foldCharacter(character: string): string {
  const lower = character.toLowerCase();
  if (Array.from(lower).length !== 1) return character;
  const upper = lower.toUpperCase();
  return Array.from(upper).length === 1 ? upper.toLowerCase() : lower;
}

const KATAKANA = String.raw`[\p{Script=Katakana}ー]`;
const WITHOUT_SPACES = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const SPACED_LETTER = String.raw`[[\p{L}\p{M}\p{N}_]--${WITHOUT_SPACES}--${KATAKANA}]`;

function namePattern(name: string): string {
  const characters = Array.from(name);
  const body = characters
    .map((character) => (character === ' ' ? String.raw`\s+` : character === "'" ? "['’]" : escapeCharacter(character)))
    .join('');
  const before = neighbour(characters[0]!);
  const after = neighbour(characters.at(-1)!);
  return `${before && `(?<!${before})`}${body}${after && `(?!${after})`}`;
}

/** What may not stand beside a name that begins or ends with `character`. */
function neighbour(character: string): string {
  if (new RegExp(KATAKANA, 'v').test(character)) return KATAKANA;
  return new RegExp(SPACED_LETTER, 'v').test(character) ? SPACED_LETTER : '';
}

const escapeCharacter = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/\-&!#%,:;<=>@`~]/, '\\$&');
