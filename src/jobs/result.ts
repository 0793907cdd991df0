import { z } from 'zod';
import { isJobName, type JobName, jobs, type ResultOf } from './index.js';

/** A newer version has made it, for one that can read it. */
export class NewerResultError extends Error {
  constructor(name: string, options?: ErrorOptions) {
    super(`a result of '${name}' is of a newer version`, options);
    this.name = 'NewerResultError';
  }
}

/** Absent in results of the first version of a contract. */
const Stamp = z.object({ contract: z.int().positive().default(1) });

/** As a worker hands it over. @throws ZodError where it is not as agreed */
export function encodeResult(name: JobName, result: unknown): object {
  const { version } = jobs[name];
  const parsed = jobs[name].result.parse(result);
  return version === 1 ? parsed : { ...parsed, contract: version };
}

/**
 * @throws NewerResultError where only a newer version can read it
 * @throws ZodError where it is not as agreed
 */
export function parseResult<Name extends JobName>(name: Name, result: unknown): ResultOf<Name> {
  if (!isJobName(name)) throw new NewerResultError(name);
  const parsed = jobs[name].result.safeParse(result);
  if (parsed.success) return parsed.data as ResultOf<Name>;
  const { data: stamp } = Stamp.safeParse(result);
  if (stamp && stamp.contract > jobs[name].version) throw new NewerResultError(name, { cause: parsed.error });
  throw parsed.error;
}

export function isOfNewerVersion(name: string, result: unknown): boolean {
  try {
    parseResult(name as JobName, result);
    return false;
  } catch (error) {
    return error instanceof NewerResultError;
  }
}
