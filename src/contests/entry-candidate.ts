import type { BlobKey } from '#src/core/blob-key.js';
import { QuestionError, UserError } from '#src/core/errors.js';
import type { JobPet } from '#src/core/job-pet.js';
import { text } from '#src/core/locale.js';
import type { FoundPicture, MadePicture } from '#src/core/made-picture.js';
import { isSamePerson, type Person } from '#src/core/place.js';
import type { ContestEntry } from './contest.js';
import type { EnteredPicture } from './services.js';

/** Who knows of pictures, and of pets in them. */
export interface CandidateSources {
  /** Pictures that the bot has made, of anybody. */
  readonly findPicture: (job: string, number: number | undefined) => Promise<FoundPicture>;
  /** Name of anybody's pet, and whose it is. */
  readonly petOf: (
    id: string,
  ) => Promise<{ readonly name: string; readonly owner: Pick<Person, 'platform' | 'id'> } | undefined>;
}

/** What is looked at before somebody is asked. */
export type Candidate = Pick<ContestEntry, 'source' | 'job' | 'isSpoiler' | 'before' | 'provenance' | 'alt'> & {
  readonly picture: BlobKey;
  readonly pets: readonly JobPet[];
};

/** Of what a photo shows, in its author's words, or of a prompt: posts list many of them. */
const maxAltLength = 200;

/** @throws QuestionError where there are several pictures; UserError where there is none, or it is somebody else's */
export async function candidateOf(
  sources: CandidateSources,
  given: EnteredPicture,
  person: Person,
): Promise<Candidate> {
  if (given.kind === 'photo')
    return {
      source: 'photos',
      job: undefined,
      picture: given.blob,
      before: undefined,
      isSpoiler: given.isSpoiler ?? false,
      alt: cut(given.words),
      provenance: { isForeignPet: false, isOfPhoto: false, isKnown: false },
      pets: [],
    };
  const found = await sources.findPicture(given.job, given.number);
  if (found.kind === 'none') throw new UserError('jobUnknown');
  const asker = found.kind === 'one' ? found.made.person : found.person;
  if (!isSamePerson(asker, person)) throw new UserError('entryNotYours', { person: asker.name });
  if (found.kind === 'several') throw whichPicture(found.count);
  return candidateOfMade(sources, given.job, found.made);
}

async function candidateOfMade(sources: CandidateSources, job: string, made: MadePicture): Promise<Candidate> {
  const { source, picture, before, isSpoiler, alt, pets, madeAt, words, seed, isOfPhoto, place, person } = made;
  const id = pets.find((pet) => pet.id !== undefined)?.id;
  const pet = id === undefined ? undefined : await sources.petOf(id);
  return {
    source,
    job,
    picture,
    before: isOfPhoto ? before : undefined,
    isSpoiler,
    alt: cut(alt),
    provenance: {
      madeAt,
      words,
      seed,
      pet: pet?.name,
      isForeignPet: pet !== undefined && !isSamePerson(pet.owner, person),
      isOfPhoto,
      isKnown: place.server !== undefined,
    },
    pets,
  };
}

function whichPicture(count: number): QuestionError {
  return new QuestionError(
    'pictureSeveral',
    { count },
    {
      question: text('contests.entries.whichPicture'),
      answers: Array.from({ length: count }, (_, index) => ({
        label: 'answer' as const,
        params: { answer: index + 1 },
        options: { number: index + 1 },
      })),
    },
  );
}

function cut(words: string): string {
  const letters = [...words];
  return letters.length > maxAltLength ? `${letters.slice(0, maxAltLength - 1).join('')}…` : words;
}
