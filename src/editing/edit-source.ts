import type { BlobKey } from '#src/core/blob-key.js';
import type { JobData, JobInput } from '#src/core/define-job.js';
import type { EarlierJob } from '#src/core/earlier-job.js';
import { UserError } from '#src/core/errors.js';
import type { IncomingImage } from '#src/core/files.js';
import type { JobPet } from '#src/core/job-pet.js';
import type { imagine } from '#src/drawing/imagine-job.js';
import { findPets } from '#src/drawing/pet-names.js';
import type { WordsService } from '#src/drawing/services.js';
import type { Pet } from '#src/pets/pet.js';
import type { FilesService } from '#src/photos/services.js';
import type { EditCaption, EditPet, edit } from './edit-job.js';
import { knownWords, toldUnknown } from './known-words.js';

/** The picture that is edited, and what is known of it. */
export type EditSource = Pick<
  JobInput<typeof edit>,
  'picture' | 'drawn' | 'sourcePet' | 'from' | 'caption' | 'isReduced' | 'isSpoiler' | 'isOthers' | 'unknownWords'
>;

export interface SourceOptions {
  readonly photo: IncomingImage | undefined;
  /** Of one of our results. */
  readonly job: string | undefined;
  /** Which of its pictures; 0: what an edit started from. */
  readonly number: number | undefined;
  readonly caption: string | undefined;
  /** Which option of the command says the caption. Absent: `caption`. */
  readonly captionOption?: 'caption' | 'words';
  /** The person does without what the checkpoint does not know of the caption. */
  readonly withoutUnknown?: boolean | undefined;
}

interface EarlierJobs {
  findHere(name: 'imagine', id: string): Promise<EarlierJob<typeof imagine> | undefined>;
  findHere(name: 'edit', id: string): Promise<EarlierJob<typeof edit> | undefined>;
  captionOf(picture: BlobKey): Promise<EditCaption | undefined>;
}

interface Services {
  readonly jobs: EarlierJobs;
  readonly files: FilesService;
  /** All that the person may draw. */
  readonly pets: readonly Pet[];
  readonly words: WordsService;
}

/**
 * The photo that was given, or one of our pictures.
 * @throws UserError where there is none, or what is given cannot be used
 */
export async function findEditSource(options: SourceOptions, services: Services): Promise<EditSource> {
  const { photo, job, number = 1 } = options;
  const given = captionOf(options, services);
  if (photo) {
    const { blob, isReduced, isSpoiler } = await services.files.keepPhoto(photo);
    const caption = given ? undefined : await services.jobs.captionOf(blob);
    return {
      picture: blob,
      isReduced,
      ...((photo.isSpoiler || isSpoiler) && { isSpoiler: true }),
      ...(given ?? (caption && { caption })),
    };
  }
  if (job === undefined) throw new UserError('editNoPhoto');
  const source = await sourceOfJob(job, number, services);
  if (!source) throw new UserError('jobUnknown');
  if (!(await services.files.has(source.picture))) throw new UserError('pictureGone');
  if (!given) return source;
  // Words that were not drawn from cannot be drawn from again.
  const { drawn: _, sourcePet: __, ...rest } = source;
  return { ...rest, ...given };
}

export function petOf({ id, className, name }: Pet): EditPet {
  return { id, className, name };
}

function isAvailable({ id }: JobPet, pets: readonly Pet[]): boolean {
  return id !== undefined && pets.some((pet) => pet.id === id);
}

async function sourceOfJob(job: string, number: number, services: Services): Promise<EditSource | undefined> {
  const drawing = number > 0 ? await services.jobs.findHere('imagine', job) : undefined;
  if (drawing) return sourceOfDrawing(drawing, number, services.pets);
  const edited = await services.jobs.findHere('edit', job);
  if (!edited?.result) return undefined;
  const { data, result } = edited;
  if (number === 0) {
    const source = withoutForeignPet(sourceOfEdit(data, result.caption), services.pets);
    return { ...source, ...(edited.isOthers && { isOthers: true }) };
  }
  const picture = result.pictures[number - 1];
  if (picture === undefined) return undefined;
  const sourcePet = data.pet ?? data.sourcePet;
  return withoutForeignPet(
    {
      picture,
      from: { name: 'edit', job, number },
      caption: { text: result.targetPrompt, words: [], isGiven: true },
      ...(sourcePet && { sourcePet }),
      isReduced: data.isReduced,
      ...(data.isSpoiler && { isSpoiler: true }),
    },
    services.pets,
  );
}

function sourceOfDrawing(
  { id, data, result }: EarlierJob<typeof imagine>,
  number: number,
  pets: readonly Pet[],
): EditSource | undefined {
  const picture = result?.pictures[number - 1];
  if (!result || picture === undefined) return undefined;
  const { steps, guidanceScale, seed, scheduler } = result.settings;
  const { prompt, negativePrompt, pet, isSpoiler } = data;
  const name = pet && pets.find((one) => one.id === pet.id)?.name;
  return withoutForeignPet(
    {
      picture,
      from: { name: 'imagine', job: id, number },
      drawn: {
        prompt,
        negativePrompt,
        seed,
        index: number - 1,
        steps,
        guidanceScale,
        ...(scheduler && { scheduler }),
      },
      caption: { text: prompt, words: [], isGiven: true },
      ...(pet && { sourcePet: { ...pet, name: name ?? pet.className } }),
      ...(isSpoiler && { isSpoiler }),
    },
    pets,
  );
}

/** What an edit started from, to be edited in another way. */
export function sourceOfEdit(data: JobData<typeof edit>, caption: EditCaption | undefined): EditSource {
  const { picture, drawn, sourcePet, from, isReduced, isSpoiler, isOthers } = data;
  const known = caption ?? data.caption;
  return {
    picture,
    isReduced,
    ...(drawn && { drawn }),
    ...(sourcePet && { sourcePet }),
    ...(from && { from }),
    ...(isSpoiler && { isSpoiler }),
    ...(isOthers && { isOthers }),
    ...(known && { caption: known }),
  };
}

/** Where a pet is in the picture that the person may not draw, it is edited as a photo of any animal of the kind. */
export function withoutForeignPet(source: EditSource, pets: readonly Pet[]): EditSource {
  const { drawn: _, sourcePet, ...rest } = source;
  if (!sourcePet || isAvailable(sourcePet, pets)) return source;
  const { id: __, ...anyOfItsKind } = sourcePet;
  return { ...rest, sourcePet: anyOfItsKind };
}

function captionOf(
  { caption: said, captionOption = 'caption', withoutUnknown }: SourceOptions,
  { pets, words }: Pick<Services, 'pets' | 'words'>,
): Pick<EditSource, 'caption' | 'sourcePet' | 'isSpoiler' | 'unknownWords'> | undefined {
  if (said === undefined) return undefined;
  const { prompt, pets: named } = findPets(said, pets);
  if (named.length > 1) throw new UserError('petsSeveral', { names: named.map(({ name }) => name).join(', ') });
  const read = knownWords(prompt, words, { option: captionOption, written: said, withoutUnknown });
  return {
    caption: { text: read.words, words: [], isGiven: true },
    ...toldUnknown(read.unknown),
    ...(named[0] && { sourcePet: petOf(named[0]) }),
    ...(named[0]?.isSpoiler && { isSpoiler: true }),
  };
}
