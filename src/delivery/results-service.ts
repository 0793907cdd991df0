import { UserError } from '#src/core/errors.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import type { KnownModerators } from '#src/moderation/known-moderators.js';
import type { Reports } from '#src/moderation/reports.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { Rights } from '#src/moderation/rights-service.js';
import type { Delivery } from './delivery.js';
import type { Outbox } from './outbox.js';
import { isToldAlone, noticeOf, scoreOf } from './report-notices.js';
import type { ResultsService } from './services.js';

export interface ResultsServiceOptions {
  readonly records: Pick<JobRecords, 'get' | 'uncover'>;
  readonly rights: Pick<Rights, 'note'>;
  readonly reports: Reports;
  readonly outbox: Pick<Outbox, 'add' | 'post'>;
  readonly delivery: Pick<Delivery, 'showAgain'>;
  readonly moderators: KnownModerators;
  /** What by now forbids what was permitted when it was asked for. */
  readonly refusalOf: (record: JobRecord) => Promise<UserError | undefined>;
}

/** Of those who acted last; whoever cannot be reached in private is asked, in the channel, to write there. */
const maxToldModerators = 3;

/** What people may do about results in their community, whoever asked for them. */
export function resultsServiceFor(options: ResultsServiceOptions, applicant: Applicant): ResultsService {
  const { records, rights, reports, outbox, delivery, refusalOf } = options;
  const { person, place } = applicant;
  /** Whose it is, and what it shows, is nobody's business elsewhere. */
  const findHere = async (id: string): Promise<JobRecord> => {
    const record = await records.get(id);
    const isHere =
      place.server !== undefined && record?.place.platform === place.platform && record.place.server === place.server;
    if (!record || !isHere || record.outcome?.kind !== 'completed') throw new UserError('jobUnknown');
    return record;
  };
  return {
    async uncover(id) {
      const record = await findHere(id);
      const { isModerator, isChannelModerator, isUnknown } = await applicant.standing();
      const isTheirChannel = isChannelModerator && record.place.channel === place.channel;
      if (!isModerator && !isTheirChannel) throw new UserError(isUnknown ? 'moderatorsUnknown' : 'moderatorsOnly');
      if (record.isUncovered) return;
      if (await refusalOf(record)) throw new UserError('staysCovered', { person: record.person.name });
      await records.uncover(id);
      await rights.note('uncovered', applicant, record.person, { score: scoreOf(record) });
      await delivery.showAgain(id);
    },
    async report(id) {
      const record = await findHere(id);
      if (!(await reports.isNew(applicant, id))) return 'before';
      const moderators = await options.moderators.at(record.place, person, maxToldModerators);
      const notices = moderators.map((moderator) => noticeOf(record, moderator));
      const reported = { job: id, person: record.person, score: scoreOf(record) };
      const isNew = await reports.add(applicant, reported, async (transaction) => {
        for (const notice of notices) await outbox.add(notice, transaction);
      });
      if (!isNew) return 'before';
      const tried = await Promise.all(notices.map(({ key }) => outbox.post(key)));
      return tried.some(isToldAlone) ? 'told' : 'noted';
    },
  };
}
