import { UserError } from '#src/core/errors.js';
import { type Person, type Place, type Server, serverOf } from '#src/core/place.js';
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
   * Notes it for the moderators.
   * @returns whether it is new: nobody reports the same one twice
   * @throws UserError `reportsTooMany`
   */
  async add({ person, place }: Applicant, { job, person: of, score }: Reported): Promise<boolean> {
    const server = serverHere(place);
    const earlier = await this.#rules.reportsOf(server, person, new Date(Date.now() - hourMs));
    if (earlier.all.has(job)) return false;
    if (earlier.recentCount >= maxReportsPerHour) throw new UserError('reportsTooMany');
    const params = { person: of.name, score, job };
    await this.#rules.note(server, person, { key: 'commands.admin.replies.auditReported', params }, of.id);
    return true;
  }

  /** Of the last ones who moderated there, those who are not banned by now and are people: whoever acted as the community itself has no chat of their own. */
  async moderatorsAt(place: Place, limit: number): Promise<readonly Person[]> {
    const server = serverHere(place);
    const { banned } = await this.#rules.of(server);
    const moderators = await this.#rules.moderatorsOf(server, limit);
    return moderators.filter(({ id }) => id !== server.server && !banned.some((one) => one.id === id));
  }
}

function serverHere(place: Place): Server {
  const server = serverOf(place);
  if (!server) throw new Error('there are no moderators in private');
  return server;
}
