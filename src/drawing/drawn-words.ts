import { type Text, text } from '#src/core/locale.js';

interface Drawn {
  /** Of a pet that was chosen beside the words. */
  readonly petLabel?: string | undefined;
  readonly seed?: number | undefined;
}

/** Words about a picture, with what they do not say of it. */
export function withFacts(words: Text, { petLabel, seed }: Drawn): Text {
  const named = petLabel === undefined ? words : text('delivery.withPet', { pet: petLabel, words });
  return seed === undefined ? named : text('delivery.withSeed', { words: named, seed });
}
