import { z } from 'zod';
import { localeFor } from '#locales/index.js';
import { text } from '#src/core/locale.js';
import type { Person, PlatformName } from '#src/core/place.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import { stillModerates } from '#src/moderation/known-moderators.js';
import type { Platform } from '#src/platforms/platform.js';
import type { PeopleService } from '#src/privacy/services.js';
import type { Outbox } from './outbox.js';
import type { NewPost, OutboxRow, Post, Posted } from './post.js';
import { renderMessage } from './render.js';

export interface ReportNoticesOptions {
  readonly outbox: Pick<Outbox, 'register'>;
  readonly records: Pick<JobRecords, 'get'>;
  readonly people: Pick<PeopleService, 'localeOf'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
}

const reportKind = 'report';
const Payload = z.object({ job: z.string() });

/** Puts reports into words for moderators, in private: who cannot be reached finds them in the audit trail. */
export function registerReportNotices(options: ReportNoticesOptions): void {
  options.outbox.register(reportKind, {
    what: 'a report',
    otherwise: 'it is in the audit trail',
    compose: (row) => compose(options, row),
  });
}

export function noticeOf({ id, place }: Pick<JobRecord, 'id' | 'place'>, moderator: Person): NewPost {
  const key = `${id}-reported-${moderator.id}`;
  return { key, kind: reportKind, place, person: moderator, payload: { job: id } };
}

/** In the community itself only a sentence is posted that asks them to write in private. */
export function isToldAlone(posted: Posted): boolean {
  return posted.kind === 'posted' && posted.message.place.server === undefined;
}

/** In per cent; `–` where nobody has looked. */
export function scoreOf({ pictureScore }: Pick<JobRecord, 'pictureScore'>): string {
  return pictureScore === undefined ? '–' : `${Math.round(100 * pictureScore)} %`;
}

async function compose(
  { records, people, platforms }: ReportNoticesOptions,
  { person: moderator, payload, attempts }: OutboxRow,
): Promise<Post | undefined> {
  const record = await records.get(Payload.parse(payload).job);
  if (!record || !moderator) return undefined;
  // Much may have happened since a first try that failed.
  const isLate = attempts > 1;
  if (isLate && !(await stillModerates(platforms, moderator, record.place))) return undefined;
  const message = renderMessage('info', localeFor(await people.localeOf(moderator)), {
    asker: moderator,
    text: text('delivery.reported', { person: record.person.name, score: scoreOf(record) }),
    ephemeral: true,
  });
  return { message };
}
