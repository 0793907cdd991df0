import { type Text, text } from '#src/core/locale.js';
import type { Doubt, JudgedPhotos, SetDoubt } from './doubts.js';

/** What there is to say, in the order of the photos, and then about all of them. */
export function sentencesOf({ photos, set }: Pick<JudgedPhotos, 'photos' | 'set'>): readonly Text[] {
  return [
    ...photos.flatMap(({ number, doubts }) => doubts.map((doubt) => tellDoubt(number, doubt))),
    ...set.map(tellSetDoubt),
  ];
}

function tellDoubt(number: number, doubt: Doubt): Text {
  switch (doubt.kind) {
    case 'unusable':
      return doubt.problem;
    case 'blurred':
      return text(doubt.cause === 'movement' ? 'coach.moved' : 'coach.blurred', { number });
    case 'small': {
      const { width, height, wantedSide: min } = doubt;
      return text('coach.small', { number, width, height, min });
    }
    case 'nearDuplicateOf':
      return text('coach.nearDuplicate', { number, other: doubt.index + 1 });
    case 'dark':
      return text('coach.dark', { number });
    case 'washedOut':
      return text('coach.washedOut', { number });
    case 'rotated':
      return text('coach.rotated', { number });
  }
}

function tellSetDoubt(doubt: SetDoubt): Text {
  if (doubt.kind === 'tooMany') return text('coach.tooMany', { given: doubt.given, max: doubt.max });
  return text('coach.tooFew', { different: doubt.different, min: doubt.min });
}
