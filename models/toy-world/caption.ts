/** @file Captions of scenes: many wordings of what is seen; the individual's markings are never named. */

import type { Generator } from '../tensors/random.js';
import { pick } from './pet.js';
import type { Scene } from './scene.js';
import { CLOTHES, KINDS, SETTINGS } from './vocabulary.js';

export const OPENINGS = ['a photo of', 'a picture of', 'a drawing of', 'a cartoon of'] as const;

const COLOUR_SHARE = 0.75;
const SETTING_SHARE = 0.95;
const OPENING_SHARE = 0.5;
const PLAIN_WORD_SHARE = 0.75;
const SETTING_FIRST_SHARE = 0.12;

/** The first wording mostly, another one otherwise. */
function word(generator: Generator | undefined, words: readonly string[]): string {
  if (generator === undefined || words.length === 1 || generator.uniform() < PLAIN_WORD_SHARE) return words[0]!;
  return pick(generator, words.slice(1));
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** One wording of a scene; without a generator the full plain one, such as "a brown dog wearing a red hat surfing a wave". */
export function caption(scene: Scene, generator?: Generator): string {
  const happens = (share: number) => generator === undefined || generator.uniform() < share;
  const kind = word(generator, KINDS.find((entry) => entry.name === scene.pet.kind)!.words);
  const subject = withArticle(happens(COLOUR_SHARE) ? `${scene.pet.colour} ${kind}` : kind);
  const { phrases: garments } = CLOTHES.find((entry) => entry.name === scene.clothes)!;
  const dressed = garments.length === 0 ? subject : `${subject} ${word(generator, garments)}`;
  const place = word(generator, SETTINGS.find((entry) => entry.name === scene.setting)!.phrases);
  const opening = generator !== undefined && generator.uniform() < OPENING_SHARE ? `${pick(generator, OPENINGS)} ` : '';
  if (!happens(SETTING_SHARE)) return opening + dressed;
  if (generator !== undefined && generator.uniform() < SETTING_FIRST_SHARE) return `${place}, ${opening}${dressed}`;
  return `${opening}${dressed} ${place}`;
}
