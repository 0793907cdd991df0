import type { BlobKey } from '#src/core/blob-key.js';
import type { FoundPicture, MadePicture } from '#src/core/made-picture.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import { type DataOf, type JobName, jobs, type ResultOf } from './index.js';
import type { JobRecord } from './job-record.js';
import type { JobRecords } from './job-records.js';
import { NewerResultError, parseResult } from './result.js';

/** What is told of a picture beside who asked for it. */
type Facts = Omit<MadePicture, 'person' | 'place' | 'words' | 'picture'>;

/** Edits of edits of edits … */
const maxSteps = 50;

/** Finds finished pictures with what is known of them, whoever asked for them. */
export class MadePictures {
  readonly #records: Pick<JobRecords, 'get'>;

  constructor(records: Pick<JobRecords, 'get'>) {
    this.#records = records;
  }

  /** @param number from 1; absent where there may be one alone */
  async find(id: string, number: number | undefined): Promise<FoundPicture> {
    const record = await this.#records.get(id);
    if (!record) return { kind: 'none' };
    const pictures = picturesOf(record);
    if (number === undefined && pictures.length > 1)
      return { kind: 'several', count: pictures.length, person: record.person };
    const picture = pictures[(number ?? 1) - 1];
    const facts = picture && (await this.#factsOf(record));
    if (!picture || !facts) return { kind: 'none' };
    const { person, place, title: words } = record;
    return { kind: 'one', made: { person, place, words, picture, ...facts } };
  }

  async #factsOf(record: JobRecord): Promise<Facts | undefined> {
    if (is(record, 'imagine')) return factsOfDrawing(record);
    if (is(record, 'upscale')) return this.#factsOfEnlarged(record);
    return is(record, 'edit') ? this.#factsOfEdit(record) : undefined;
  }

  async #factsOfEnlarged(record: RecordOf<'upscale'>): Promise<Facts> {
    const { drawn, isSpoiler = false } = dataOf(record);
    const original = drawn && (await this.#records.get(drawn.job));
    const facts = original && is(original, 'imagine') ? factsOfDrawing(original) : undefined;
    return {
      source: 'drawn',
      isOfPhoto: false,
      isSpoiler,
      // Nobody can tell any more which of its words are a name.
      alt: facts ? facts.alt : (drawn?.pet?.className ?? ''),
      madeAt: facts?.madeAt,
      seed: drawn?.seed,
      pets: drawn?.pet ? [drawn.pet] : [],
    };
  }

  async #factsOfEdit(record: RecordOf<'edit'>): Promise<Facts> {
    const data = dataOf(record);
    const { targetPrompt, before } = resultOf(record);
    const first = await this.#firstEditOf(record);
    return {
      source: 'edits',
      before: first?.before ?? before,
      isOfPhoto: first !== undefined,
      isSpoiler: data.isSpoiler ?? false,
      alt: withoutNames(targetPrompt, (data.pet ?? data.sourcePet)?.className),
      madeAt: record.createdAt,
      seed: data.seed,
      pets: jobs.edit.pets?.(data) ?? [],
    };
  }

  /** Where the picture was a photo before. @returns undefined where it was drawn; what nobody knows any more was a photo */
  async #firstEditOf(record: RecordOf<'edit'>): Promise<{ readonly before: BlobKey } | undefined> {
    let edit = record;
    for (let step = 0; step < maxSteps; step++) {
      const { from } = dataOf(edit);
      const { before } = resultOf(edit);
      if (from?.name === 'imagine') return undefined;
      const earlier = from && (await this.#records.get(from.job));
      if (!earlier || !is(earlier, 'edit')) return { before };
      edit = earlier;
    }
    return { before: resultOf(edit).before };
  }
}

type RecordOf<Name extends JobName> = JobRecord & { readonly name: Name };

/** Whether it is a finished one of that kind, which this version can read. */
function is<Name extends JobName>(record: JobRecord, name: Name): record is RecordOf<Name> {
  if (record.name !== name || record.outcome?.kind !== 'completed') return false;
  try {
    parseResult(name, record.outcome.result);
    return jobs[name].data.safeParse(record.data).success;
  } catch (error) {
    if (error instanceof NewerResultError) return false;
    throw error;
  }
}

function dataOf<Name extends JobName>({ name, data }: RecordOf<Name>): DataOf<Name> {
  return jobs[name].data.parse(data) as DataOf<Name>;
}

function resultOf<Name extends JobName>({ name, outcome }: RecordOf<Name>): ResultOf<Name> {
  if (outcome?.kind !== 'completed') throw new Error('it has not ended well');
  return parseResult(name, outcome.result);
}

function picturesOf(record: JobRecord): readonly BlobKey[] {
  if (is(record, 'imagine')) return resultOf(record).pictures;
  if (is(record, 'edit')) return resultOf(record).pictures;
  return is(record, 'upscale') ? [resultOf(record).picture] : [];
}

function factsOfDrawing(record: RecordOf<'imagine'>): Facts {
  const { prompt, pet, isSpoiler = false } = dataOf(record);
  const { settings } = resultOf(record);
  return {
    source: 'drawn',
    isOfPhoto: false,
    isSpoiler,
    alt: withoutNames(prompt, pet?.className),
    madeAt: record.createdAt,
    seed: settings.seed,
    pets: pet ? [pet] : [],
  };
}

/** A prompt has a marker where a pet is named. */
function withoutNames(prompt: string, className: string | undefined): string {
  return prompt.replaceAll(petMarker, className ?? '').trim();
}
