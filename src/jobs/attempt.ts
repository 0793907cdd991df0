import { PetFiles } from '#src/core/job-pet.js';
import { type DataOf, type JobName, jobs } from './index.js';

/** What a worker is handed: the data as it is kept, and what is for this attempt alone. */
export interface Attempt<Name extends JobName> {
  readonly data: DataOf<Name>;
  readonly petFiles: PetFiles;
}

/** As it travels through Redis. */
export function encodeAttempt<Name extends JobName>({ data, petFiles }: Attempt<Name>): object {
  return Object.keys(petFiles).length === 0 ? data : { ...data, petFiles };
}

/** @throws ZodError where it is not as agreed */
export function decodeAttempt<Name extends JobName>(name: Name, encoded: object): Attempt<Name> {
  const { petFiles, ...data } = withPetFiles(encoded);
  return { data: jobs[name].data.parse(data) as DataOf<Name>, petFiles: PetFiles.parse(petFiles) };
}

/** Jobs that an older version has queued name the file of a pet where its id belongs: there it stands for both. */
function withPetFiles(encoded: object): Record<string, unknown> & { readonly petFiles: object } {
  const data: Record<string, unknown> = { ...encoded };
  const petFiles: Record<string, unknown> = { ...(data.petFiles as object | undefined) };
  for (const field of ['pet', 'sourcePet']) {
    const pet = data[field];
    if (typeof pet !== 'object' || pet === null || !('lora' in pet)) continue;
    const { lora, ...rest } = pet;
    data[field] = { ...rest, id: lora };
    petFiles[String(lora)] = lora;
  }
  return { ...data, petFiles };
}
