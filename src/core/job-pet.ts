import { z } from 'zod';
import { BlobKey } from './blob-key.js';

/** A pet as jobs are kept with it. Its file is looked up, with the right to it, for each attempt. */
export const JobPet = z.object({
  /** Absent: it was forgotten, or whoever asked might not draw it; any animal of its kind stands in for it. */
  id: z.string().min(1).max(100).optional(),
  className: z.string().min(1).max(32),
  /** Of jobs of an old version, which named the file: nobody can tell whose it is. */
  lora: z.never().optional(),
});
export type JobPet = z.infer<typeof JobPet>;

/** A pet that a job has learnt, or brought. */
export interface NewPet {
  /** The job's id, so that saving twice keeps one. */
  readonly id: string;
  readonly name: string;
  readonly className: string;
  readonly lora: BlobKey;
  /** That it was learnt with. Absent: nobody knows. */
  readonly checkpoint?: string | undefined;
  readonly photos: readonly BlobKey[];
  readonly previews: readonly BlobKey[];
  readonly isSpoiler?: boolean | undefined;
}

/** Files of the pets in a job, by their ids: for one attempt, and kept nowhere else. */
export const PetFiles = z.record(z.string(), BlobKey);
export type PetFiles = Readonly<z.infer<typeof PetFiles>>;

/** What it takes to draw the pets of a job. */
export interface DrawnPets {
  readonly files: PetFiles;
  /** That they were learnt with, or the first of them. Absent: nobody knows. */
  readonly checkpoint?: string;
}
