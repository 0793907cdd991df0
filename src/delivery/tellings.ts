import { localeFor } from '#locales/index.js';
import type { UserError } from '#src/core/errors.js';
import type { NewPet } from '#src/core/job-pet.js';
import { text } from '#src/core/locale.js';
import type { Button, ShownResult } from '#src/core/reply.js';
import { type DataOf, isJobName, type JobName, jobs, type ProgressOf, type ResultOf, tales } from '#src/jobs/index.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobOutcome } from '#src/jobs/outcome.js';
import { isOfNewerVersion, parseResult } from '#src/jobs/result.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { renderButton, renderMessage } from './render.js';

/* A record's name and data belong together, which the compiler cannot see across a table's rows. */

function told<Name extends JobName>(record: JobRecord) {
  return { id: record.id, title: record.title, person: record.person, data: record.data as DataOf<Name> };
}

/** Whether the pictures of a job are hidden until somebody clicks them, because the photos were. */
export function isSpoilerJob({ data }: Pick<JobRecord, 'data'>): boolean {
  return (data as { readonly isSpoiler?: boolean }).isSpoiler === true;
}

export function tellProgress<Name extends JobName>(record: JobRecord, progress: ProgressOf<Name>) {
  return tales[record.name as Name].progress(told<Name>(record), progress);
}

/** Whom its person has from the end of the job on; most bring nobody. */
export function petOf<Name extends JobName>(record: JobRecord, result: ResultOf<Name>): NewPet | undefined {
  return tales[record.name as Name].pet?.(told<Name>(record), result);
}

/** Whether its end is worth a message of its own. */
export function hasAnnouncement({ name, outcome }: Pick<JobRecord, 'name' | 'outcome'>): boolean {
  return outcome?.kind === 'completed' && tales[name].announcement !== undefined;
}

export function tellAnnouncement<Name extends JobName>(record: JobRecord) {
  return tales[record.name as Name].announcement?.(told<Name>(record));
}

/** How things are where a result is told. */
export interface Circumstances {
  /** A contest is open there. */
  readonly isTakingEntries: boolean;
}

function tellResult<Name extends JobName>(
  record: JobRecord,
  result: ResultOf<Name>,
  { isTakingEntries }: Circumstances,
) {
  const isEnterable = isTakingEntries && jobs[record.name].activity === 'draw';
  const telling = tales[record.name as Name].result(told<Name>(record), result);
  return {
    ...telling,
    isSpoiler: isSpoilerJob(record),
    buttons: [
      ...(telling.buttons ?? []),
      ...(isEnterable ? [enterButton(record.id)] : []),
      ...(record.place.server === undefined ? [] : [reportButton(record.id)]),
    ],
    result: shownResult(record),
  };
}

const enterButton = (job: string): Button => ({
  for: 'everybody',
  label: 'enter',
  command: 'enter',
  options: { job },
});

const reportButton = (job: string): Button => ({
  for: 'everybody',
  label: 'report',
  command: 'report',
  options: { job },
});

/** Where there are moderators, they may uncover it. */
function shownResult({ id, isUncovered, place, person, locale }: JobRecord): ShownResult {
  if (place.server === undefined) return { job: id, isUncovered };
  const button: Button = { for: 'everybody', label: 'uncover', command: 'uncover', options: { job: id } };
  return { job: id, isUncovered, uncover: renderButton(localeFor(locale), button, person) };
}

/** What was permitted when it was asked for, and is not any more. A pet that came with its end stays. */
export function stoppedFor({ name, title, outcome }: JobRecord, refusal: UserError): JobOutcome {
  const isPetThere = outcome?.kind === 'completed' && tales[name].pet !== undefined;
  if (isPetThere) return { kind: 'user', text: refusal.text, details: [] };
  return {
    kind: 'user',
    text: text('delivery.cancelled', { title: tales[name].title(title) }),
    details: [refusal.text],
  };
}

/** Whether this version has the words for how a job ended: what a newer one made waits for a bot that does. */
export function canTell({ name }: JobRecord, outcome: JobOutcome): boolean {
  return isJobName(name) && !(outcome.kind === 'completed' && isOfNewerVersion(name, outcome.result));
}

/** Also for records of an older version, whose result or texts may not fit any more: those end in the general sentence. */
export function tellOutcome(record: JobRecord, outcome: JobOutcome, circumstances: Circumstances): OutgoingMessage {
  const asker = record.person;
  const locale = localeFor(record.locale);
  const title = tales[record.name].title(record.title);
  const failed = () => renderMessage('error', locale, { asker, text: text('delivery.failed', { title }) });
  try {
    switch (outcome.kind) {
      case 'completed':
        return renderMessage('result', locale, {
          asker,
          ...tellResult(record, parseResult(record.name, outcome.result), circumstances),
        });
      case 'cancelled':
        return renderMessage('result', locale, { asker, text: text('delivery.cancelled', { title }) });
      case 'user':
        return renderMessage('error', locale, { asker, text: outcome.text, lines: outcome.details });
      case 'fault':
        return failed();
    }
  } catch {
    return failed();
  }
}
