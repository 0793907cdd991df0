import type { Logger } from 'pino';
import { localeFor } from '#locales/index.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { isSamePerson, type Person, type PlatformName } from '#src/core/place.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import type { Reports } from '#src/moderation/reports.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { Rights } from '#src/moderation/rights-service.js';
import type { Platform } from '#src/platforms/platform.js';
import type { PeopleService } from '#src/privacy/services.js';
import type { Delivery } from './delivery.js';
import { renderMessage } from './render.js';
import type { ResultsService } from './services.js';

export interface ResultsServiceOptions {
  readonly records: Pick<JobRecords, 'get' | 'uncover'>;
  readonly rights: Pick<Rights, 'note'>;
  readonly reports: Reports;
  readonly people: Pick<PeopleService, 'localeOf'>;
  readonly delivery: Pick<Delivery, 'showAgain'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  /** What by now forbids what was permitted when it was asked for. */
  readonly refusalOf: (record: JobRecord) => Promise<UserError | undefined>;
  readonly log: Logger;
}

/** Of those who acted last; whoever cannot be reached in private is asked, in the channel, to write there. */
const maxToldModerators = 3;
/** Of whom the platform is asked whether they still moderate. */
const maxAskedModerators = 10;

/** What people may do about results in their community, whoever asked for them. */
export function resultsServiceFor(options: ResultsServiceOptions, applicant: Applicant): ResultsService {
  const { records, rights, reports, delivery, refusalOf } = options;
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
      const isNew = await reports.add(applicant, { job: id, person: record.person, score: scoreOf(record) });
      if (!isNew) return 'before';
      const moderators = await moderatorsNow(options, record, person);
      const isTold = await Promise.all(moderators.map((moderator) => tell(options, moderator, record)));
      return isTold.includes(true) ? 'told' : 'noted';
    },
  };
}

/** Those of the last ones who still moderate. */
async function moderatorsNow(
  { reports, platforms, log }: ResultsServiceOptions,
  { place }: Pick<JobRecord, 'place'>,
  reporter: Person,
): Promise<Person[]> {
  const stillModerates = async (person: Person) => {
    if (isSamePerson(person, reporter)) return false;
    try {
      return (await platforms.get(person.platform)?.moderates?.(person, place)) ?? false;
    } catch (error) {
      log.info({ err: error }, 'a platform could not be asked who moderates');
      return false;
    }
  };
  const found: Person[] = [];
  for (const person of await reports.moderatorsAt(place, maxAskedModerators)) {
    if (found.length === maxToldModerators) break;
    if (await stillModerates(person)) found.push(person);
  }
  return found;
}

/**
 * In private; who cannot be reached finds it in the audit trail.
 * @returns whether they were told
 */
async function tell(
  { platforms, people, log }: ResultsServiceOptions,
  moderator: Person,
  record: JobRecord,
): Promise<boolean> {
  try {
    const message = renderMessage('info', localeFor(await people.localeOf(moderator)), {
      asker: moderator,
      text: text('delivery.reported', { person: record.person.name, score: scoreOf(record) }),
      ephemeral: true,
    });
    const key = `${record.id}-reported-${moderator.id}`;
    const sent = await platforms.get(moderator.platform)?.send(record.place, message, { key, person: moderator });
    // In the community itself only a sentence was posted that asks them to write in private.
    return sent !== undefined && sent.place.server === undefined;
  } catch (error) {
    log.info({ err: error, jobId: record.id }, 'a moderator could not be told of a report');
    return false;
  }
}

/** In per cent; `–` where nobody has looked. */
function scoreOf({ pictureScore }: JobRecord): string {
  return pictureScore === undefined ? '–' : `${Math.round(100 * pictureScore)} %`;
}
