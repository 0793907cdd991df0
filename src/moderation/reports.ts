import { UserError } from '#src/core/errors.js';
import { type Person, type Place, type Server, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Applicant } from './rights.js';
import type { ServerRulesTable } from './server-rules-table.js';

/** What somebody reports. */
export interface Reported {
  readonly job: string;
  /** Whose it is. */
  readonly person: Person;
  /** As people read it. */
  readonly score: string;
}

/** Whoever presses everything troubles nobody. */
const maxReportsPerHour = 5;
const hourMs = 3600_000;

/** Pictures that people want moderators to look at. */
export class Reports {
  readonly #rules: ServerRulesTable;

  constructor(rules: ServerRulesTable) {
    this.#rules = rules;
  }

  /**
   * Whether nobody has to be told again: nobody reports the same one twice.
   * @throws UserError `reportsTooMany`
   */
  isNew(applicant: Applicant, job: string): Promise<boolean> {
    return isNewIn(this.#rules, applicant, job);
  }

  /**
   * Notes it for the moderators.
   * @param alongside in the same transaction, where it is new
   * @returns whether it is
   * @throws UserError `reportsTooMany`
   */
  async add(
    applicant: Applicant,
    { job, person: of, score }: Reported,
    alongside: (transaction: Database) => Promise<void>,
  ): Promise<boolean> {
    const { person, place } = applicant;
    const server = serverHere(place);
    return this.#rules.inTurn(['reports', server.platform, person.id], async (rules, transaction) => {
      if (!(await isNewIn(rules, applicant, job))) return false;
      const params = { person: of.name, score, job };
      await rules.note(server, person, { key: 'commands.admin.replies.auditReported', params }, of.id);
      await alongside(transaction);
      return true;
    });
  }

  /** Of the last ones who moderated there, those who are not banned by now and are people: whoever acted as the community itself has no chat of their own. */
  async moderatorsAt(place: Place, limit: number): Promise<readonly Person[]> {
    const server = serverHere(place);
    const { banned } = await this.#rules.of(server);
    const moderators = await this.#rules.moderatorsOf(server, limit);
    return moderators.filter(({ id }) => id !== server.server && !banned.some((one) => one.id === id));
  }
}

async function isNewIn(rules: ServerRulesTable, { person, place }: Applicant, job: string): Promise<boolean> {
  const earlier = await rules.reportsOf(serverHere(place), person, new Date(Date.now() - hourMs));
  if (earlier.all.has(job)) return false;
  if (earlier.recentCount >= maxReportsPerHour) throw new UserError('reportsTooMany');
  return true;
}

function serverHere(place: Place): Server {
  const server = serverOf(place);
  if (!server) throw new Error('there are no moderators in private');
  return server;
}
