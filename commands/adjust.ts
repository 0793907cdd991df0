import { defineCommand, option } from '#src/command/define-command.js';
import type { JobData, JobInput, JobResult } from '#src/core/define-job.js';
import { UserError } from '#src/core/errors.js';
import { type EditMethod, type edit, editStrength, petStrength } from '#src/editing/edit-job.js';
import { sourceOfEdit, withoutForeignPet } from '#src/editing/edit-source.js';
import { placeInQueue } from '#src/jobs/eta.js';

const ways = ['stronger', 'weaker', 'strip', 'pet', 'keep', 'method'] as const;
type Way = (typeof ways)[number];

/** In this order “other method” goes round; a picture that was drawn again is inverted first of all. */
const methodsInTurn: readonly EditMethod[] = ['direct', 'edit-friendly', 'negative-prompt'];
const petStep = 0.25;

/** An edit once more, a little different. */
export const adjust = defineCommand({
  name: 'adjust',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
    how: option('choice', { required: true, choices: ways }),
  },
  async run({ options, jobs, pets, reply }) {
    const earlier = await jobs.findHere('edit', options.job);
    if (!earlier) throw new UserError('jobUnknown');
    const { data, result, title } = earlier;
    const { drawn: _, ...order } = data;
    const source = withoutForeignPet(sourceOfEdit(data, result?.caption), await pets.available());
    const changed = {
      ...order,
      ...source,
      ...(earlier.isOthers && { isOthers: true as const }),
      ...adjusted(options.how, data, result),
    };
    const queued = await jobs.enqueue({ name: 'edit', data: changed, title });
    return reply('queued', { change: title, position: placeInQueue(queued) }, { job: queued.id });
  },
});

/** Three strengths, the given one among them. */
export function stripAround(strength: number): [number, number, number] {
  const centre = Math.min(editStrength.max - 1, Math.max(editStrength.min + 1, strength));
  return [centre - 1, centre, centre + 1];
}

/** @throws UserError where it cannot go further */
function adjusted(
  how: Way,
  data: JobData<typeof edit>,
  result: JobResult<typeof edit> | undefined,
): Partial<JobInput<typeof edit>> {
  const { min, max } = editStrength;
  const middle = data.strengths[Math.floor(data.strengths.length / 2)]!;
  switch (how) {
    case 'stronger':
      if (middle >= max) throw new UserError('editStrongest');
      return { strengths: [middle + 1] };
    case 'weaker':
      if (middle <= min) throw new UserError('editWeakest');
      return { strengths: [middle - 1] };
    case 'strip':
      return { strengths: stripAround(middle) };
    case 'pet':
      if (data.petStrength >= petStrength.max) throw new UserError('editMostPet');
      return { petStrength: Math.min(petStrength.max, data.petStrength + petStep) };
    case 'keep':
      return { keepBackground: true };
    case 'method': {
      const used = result?.settings.method ?? data.method ?? 'direct';
      const at = (methodsInTurn as readonly string[]).indexOf(used);
      return { method: methodsInTurn[(at + 1) % methodsInTurn.length]! };
    }
  }
}
