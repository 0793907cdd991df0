import { randomUUID } from 'node:crypto';
import type { Text, TextKey } from '#src/core/locale.js';
import { type Activity, type Person, type PictureRule, type Place, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import {
  type Amount,
  type Applicant,
  assertAllowed,
  assertNotBanned,
  assertWelcome,
  isSpoilerPlace,
  mayShowAt,
  type PictureCircumstances,
  pictureRuleAt,
} from './rights.js';
import type { ServerRulesTable } from './server-rules-table.js';
import { UsageTable, type Use } from './usage-table.js';

/** Leave to do something, with how much of it. */
export interface Permission {
  readonly activity: Activity;
  readonly amount: Amount | undefined;
}

/** What moderators do to others' work. */
export type Intervention = 'removed' | 'stopped' | 'uncovered';

const interventionKeys = {
  removed: 'commands.admin.replies.auditRemoved',
  stopped: 'commands.admin.replies.auditStopped',
  uncovered: 'commands.admin.replies.auditUncovered',
} as const satisfies Record<Intervention, TextKey>;

/** Asks the rules of a community before anything is done in it. In private there are none. */
export class Rights {
  readonly #rules: ServerRulesTable;
  readonly #database: Database;

  constructor(rules: ServerRulesTable, database: Database) {
    this.#rules = rules;
    this.#database = database;
  }

  /** Whether somebody may speak with the bot there. @throws UserError which says what forbids it */
  async assertWelcome(applicant: Applicant): Promise<void> {
    await assertWelcome(await this.#rules.of(applicant.place), applicant);
  }

  /** Whether somebody is still welcome where they asked for something; needs no word of the platform. @throws UserError `banned` */
  async assertNotBanned({ person, place }: Pick<Applicant, 'person' | 'place'>): Promise<void> {
    assertNotBanned(await this.#rules.of(place), person);
  }

  /** @throws UserError which says what forbids it */
  async permit(activity: Activity, applicant: Applicant): Promise<Permission> {
    const rules = await this.#rules.of(applicant.place);
    return { activity, amount: await assertAllowed(rules, activity, applicant) };
  }

  /** The same, and whether a limit is reached; counts nothing. */
  async assertMay(id: string, activity: Activity, applicant: Applicant): Promise<void> {
    const { amount } = await this.permit(activity, applicant);
    const server = serverOf(applicant.place);
    if (amount && server)
      await new UsageTable(this.#database).assertWithin({ id, server, person: applicant.person, activity }, amount);
  }

  /**
   * Counts one use of what was permitted.
   * @param transaction is undone where the limit is reached
   * @throws UserError `quotaReached` or `coolingDown`
   */
  async count(id: string, { activity, amount }: Permission, { person, place }: Applicant, transaction: Database) {
    const server = serverOf(place);
    if (server) await new UsageTable(transaction).count({ id, server, person, activity }, amount);
  }

  /** Permits and counts at once, for what is no job. */
  async use(id: string, activity: Activity, applicant: Applicant): Promise<void> {
    const permission = await this.permit(activity, applicant);
    await this.#database.transaction((transaction) => this.count(id, permission, applicant, transaction));
  }

  /** Of no community, and limited by no moderator. @throws UserError `quotaReached` */
  async assertMayExport(person: Person, perDay: number): Promise<void> {
    await new UsageTable(this.#database).assertWithin(exportBy(person), { perDay });
  }

  async countExport(person: Person): Promise<void> {
    await new UsageTable(this.#database).count(exportBy(person), undefined);
  }

  /** What came to nothing does not count. */
  async giveBack(id: string, database = this.#database): Promise<void> {
    await new UsageTable(database).giveBack(id);
  }

  /** Whether what was asked for at one place may be shown at another. */
  async mayShowAt(to: Place, from: Place): Promise<boolean> {
    return mayShowAt(await this.#rules.of(to), to, from);
  }

  async isSpoilerPlace(place: Place): Promise<boolean> {
    return isSpoilerPlace(await this.#rules.of(place), place);
  }

  /** What becomes of explicit pictures there. */
  async pictureRuleAt(place: Place, circumstances: PictureCircumstances): Promise<PictureRule> {
    return pictureRuleAt(await this.#rules.of(place), place, circumstances);
  }

  /** For the other moderators: one of them did something to somebody's work. */
  async note(what: Intervention, { person, place }: Applicant, of: Person, more: Text['params'] = {}): Promise<void> {
    const server = serverOf(place);
    if (!server) return;
    const params = { person: of.name, ...more };
    await this.#rules.note(server, person, { key: interventionKeys[what], params }, of.id);
  }
}

function exportBy(person: Person): Use {
  return { id: randomUUID(), server: { platform: person.platform, server: '' }, person, activity: 'export' };
}
