import { and, asc, desc, eq, gt, inArray, max, not, or, sql } from 'drizzle-orm';
import { BoundedMap } from '#src/core/bounded-map.js';
import { UserError } from '#src/core/errors.js';
import type { Text, TextKey } from '#src/core/locale.js';
import type { Person, Place, PlatformName, Server } from '#src/core/place.js';
import { lockFor } from '#src/database/advisory-locks.js';
import type { Database } from '#src/database/database.js';
import { idsOf, removeSomeAtATime, rowsAtATime, someAtATime } from '#src/database/some-at-a-time.js';
import { noRules, Rules } from './rights.js';
import { audit, serverMoves, serverRules } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

export interface AuditEntry {
  readonly at: Date;
  /** Who did it. */
  readonly moderator: string;
  readonly text: Text;
}

const maxKnownServers = 10_000;

/** What moderators decided, and who decided it. */
export class ServerRulesTable {
  readonly #database: Database;
  /** Asked for each picture that is posted. */
  readonly #known = new BoundedMap<string, Promise<Rules>>(maxKnownServers);

  constructor(database: Database) {
    this.#database = database;
  }

  /** Without rules in private chats. */
  of({ platform, server }: Pick<Place, 'platform' | 'server'>): Promise<Rules> {
    if (server === undefined) return Promise.resolve(noRules);
    const key = keyOf({ platform, server });
    const known = this.#known.get(key) ?? this.#read(this.#database, { platform, server });
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    return known;
  }

  /**
   * Changes the rules and notes who did it, together or not at all.
   * @throws UserError `rulesTooMany`
   */
  async change(
    server: Server,
    moderator: Person,
    text: Text,
    change: (rules: Rules) => Rules,
    aboutId?: string,
  ): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await lockRules(transaction, server.platform);
      const now = await movedTo(transaction, server);
      const { success, data: rules } = Rules.safeParse(change(await this.#read(transaction, now)));
      if (!success) throw new UserError('rulesTooMany');
      await transaction
        .insert(serverRules)
        .values({ ...now, rules })
        .onConflictDoUpdate({ target: [serverRules.platform, serverRules.server], set: { rules } });
      await insertAudit(transaction, now, moderator, text, aboutId);
      this.#known.delete(keyOf(now));
    });
    this.#known.delete(keyOf(server));
  }

  /** Work about the same thing follows one another, in a transaction of its own each. */
  async inTurn<Result>(
    thing: readonly string[],
    work: (table: ServerRulesTable, transaction: Database) => Promise<Result>,
  ): Promise<Result> {
    return this.#database.transaction(async (transaction) => {
      await lockFor(transaction, thing);
      return work(new ServerRulesTable(transaction), transaction);
    });
  }

  /** Notes what a moderator did that is no rule. */
  async note(server: Server, moderator: Person, text: Text, aboutId?: string): Promise<void> {
    await insertAudit(this.#database, await movedTo(this.#database, server), moderator, text, aboutId);
  }

  /** Newest first. @param contest only those about this one */
  async auditOf(given: Server, limit: number, contest?: string): Promise<AuditEntry[]> {
    const { platform, server } = await movedTo(this.#database, given);
    return this.#database
      .select({ at: audit.at, moderator: audit.personName, text: audit.text })
      .from(audit)
      .where(
        and(eq(audit.platform, platform), eq(audit.server, server), contest === undefined ? undefined : about(contest)),
      )
      .orderBy(desc(audit.id))
      .limit(limit);
  }

  /** What somebody has reported: jobs, and how many of them since a moment. */
  async reportsOf(
    { platform, server }: Server,
    person: Owner,
    since: Date,
  ): Promise<{ readonly all: ReadonlySet<string>; readonly recentCount: number }> {
    const rows = await this.#database
      .select({ at: audit.at, text: audit.text })
      .from(audit)
      .where(and(eq(audit.platform, platform), eq(audit.server, server), eq(audit.personId, person.id), isReport));
    return {
      all: new Set(rows.map(({ text }) => String(text.params.job))),
      recentCount: rows.filter(({ at }) => at >= since).length,
    };
  }

  /** Those who did anything as moderators here, the last ones first. */
  async moderatorsOf({ platform, server }: Server, limit: number): Promise<Person[]> {
    const rows = await this.#database
      .select({ id: audit.personId, name: max(audit.personName) })
      .from(audit)
      .where(and(eq(audit.platform, platform), eq(audit.server, server), not(isReport)))
      .groupBy(audit.personId)
      .orderBy(desc(max(audit.id)))
      .limit(limit);
    return rows.map(({ id, name }) => ({ platform, id, name: name ?? '' }));
  }

  /** @returns how many */
  async removeAuditBefore(moment: Date): Promise<number> {
    const { id, at } = audit;
    const all = someAtATime<{ id: number; at: Date }>((last) =>
      this.#database
        .select({ id, at })
        .from(audit)
        .where(last && gt(id, last.id))
        .orderBy(asc(id))
        .limit(rowsAtATime),
    );
    return removeSomeAtATime(
      all,
      (row) => row.at < moment,
      (rows) => this.#database.delete(audit).where(inArray(id, idsOf(rows))),
    );
  }

  /** What the trail says of a person, both as the one who acted and as the other one, who need not know who that was; and where they are banned. */
  async everythingOf({ platform, id }: Owner): Promise<object> {
    const of = { server: audit.server, at: audit.at, text: audit.text };
    const onPlatform = eq(audit.platform, platform);
    return {
      did: await this.#database
        .select(of)
        .from(audit)
        .where(and(onPlatform, eq(audit.personId, id))),
      happened: await this.#database
        .select(of)
        .from(audit)
        .where(and(onPlatform, eq(audit.aboutId, id))),
      bannedFrom: (await this.#banning({ platform, id })).map(({ server }) => server),
    };
  }

  /** A ban outlives its person's data, or deleting them would lift it: only the number that the platform gave them stays. */
  async forget({ platform, id }: Owner): Promise<void> {
    await this.#database
      .delete(audit)
      .where(and(eq(audit.platform, platform), or(eq(audit.personId, id), eq(audit.aboutId, id))));
    for (const { server } of await this.#banning({ platform, id })) await this.#forgetName({ platform, server }, id);
    this.readAgain();
  }

  async #forgetName(server: Server, id: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await lockRules(transaction, server.platform);
      const rules = await this.#read(transaction, server);
      const banned = rules.banned.map((person) => (person.id === id ? { id, name: '' } : person));
      await transaction
        .update(serverRules)
        .set({ rules: { ...rules, banned } })
        .where(and(eq(serverRules.platform, server.platform), eq(serverRules.server, server.server)));
    });
  }

  async #banning({ platform, id }: Owner) {
    const rows = await this.#database.select().from(serverRules).where(eq(serverRules.platform, platform));
    return rows.filter(({ rules }) => rules.banned.some((person) => person.id === id));
  }

  /** What is in the table has changed otherwise. */
  readAgain(): void {
    this.#known.clear();
  }

  async #read(database: Pick<Database, 'select'>, given: Server): Promise<Rules> {
    const { platform, server } = await movedTo(database, given);
    const [row] = await database
      .select({ rules: serverRules.rules })
      .from(serverRules)
      .where(and(eq(serverRules.platform, platform), eq(serverRules.server, server)));
    return row ? Rules.parse(row.rules) : noRules;
  }
}

/** What was begun before a community moved still knows it by its old id. */
async function movedTo(database: Pick<Database, 'select'>, { platform, server }: Server): Promise<Server> {
  const [moved] = await database
    .select({ server: serverMoves.movedTo })
    .from(serverMoves)
    .where(and(eq(serverMoves.platform, platform), eq(serverMoves.server, server)));
  return { platform, server: moved?.server ?? server };
}

/** For whoever changes what it has read: of all communities at once, as they move, and rules are seldom made. */
export function lockRules(transaction: Pick<Database, 'execute'>, platform: PlatformName): Promise<void> {
  return lockFor(transaction, ['rules', platform]);
}

const reportKey: TextKey = 'commands.admin.replies.auditReported';
/** Written by anybody, unlike everything else in the trail. */
const isReport = sql`${audit.text}->>'key' = ${reportKey}`;

function about(contest: string) {
  return sql`${audit.text}->'params'->>'contest' = ${contest}`;
}

async function insertAudit(
  database: Pick<Database, 'insert'>,
  { platform, server }: Server,
  moderator: Person,
  text: Text,
  aboutId: string | undefined,
): Promise<void> {
  await database
    .insert(audit)
    .values({ platform, server, personId: moderator.id, personName: moderator.name, aboutId, text });
}

function keyOf({ platform, server }: Server): string {
  return `${platform}/${server}`;
}
