import { randomBytes } from 'node:crypto';
import { and, asc, eq, gt, inArray, lte, ne, or, sql } from 'drizzle-orm';
import { channelIdOf, type Person, type Place, type ServerMove } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Pet, ShareScope } from './pet.js';
import { toPet } from './pets-table.js';
import { petInvitations, petShares, pets } from './tables.js';

const codeKeptMs = 7 * 86_400_000;

type Owner = Pick<Person, 'platform' | 'id'>;

export class PetSharesTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param target id of a channel, a server or a person on that platform */
  async share(
    petId: string,
    { scope, platform, target }: { scope: ShareScope; platform: Person['platform']; target: string },
    sharedBy: string,
  ): Promise<void> {
    await this.#database.insert(petShares).values({ petId, scope, platform, target, sharedBy }).onConflictDoNothing();
  }

  /** @returns how many places and people it was shared with, or might have been */
  async unshare(petId: string): Promise<number> {
    const shares = await this.#database.delete(petShares).where(eq(petShares.petId, petId)).returning();
    const invitations = await this.#database.delete(petInvitations).where(eq(petInvitations.petId, petId)).returning();
    return shares.length + invitations.length;
  }

  async invite(petId: string, sharedBy: string, now = new Date()): Promise<string> {
    await this.#database.delete(petInvitations).where(lte(petInvitations.expiresAt, now));
    const code = randomBytes(12).toString('hex');
    await this.#database
      .insert(petInvitations)
      .values({ code, petId, sharedBy, expiresAt: new Date(now.getTime() + codeKeptMs) });
    return code;
  }

  /** Works once. @returns undefined where there is no such code, or none any more */
  async accept(person: Owner, code: string, now = new Date()): Promise<Pet | undefined> {
    return this.#database.transaction(async (transaction) => {
      const [invitation] = await transaction
        .delete(petInvitations)
        .where(and(eq(petInvitations.code, code), gt(petInvitations.expiresAt, now)))
        .returning();
      if (!invitation) return undefined;
      const { petId, sharedBy } = invitation;
      const [row] = await transaction.select().from(pets).where(eq(pets.id, petId));
      if (!row) return undefined;
      await transaction
        .insert(petShares)
        .values({ petId, scope: 'person', platform: person.platform, target: person.id, sharedBy })
        .onConflictDoNothing();
      return { ...toPet(row), sharedBy };
    });
  }

  /** Others' pets that this person may draw in this place. */
  async visibleTo(person: Owner, place: Place): Promise<Pet[]> {
    const { platform, channel, server } = place;
    const isFor = (scope: ShareScope, target: string) => and(eq(petShares.scope, scope), eq(petShares.target, target));
    const rows = await this.#database
      .select({ pet: pets, sharedBy: petShares.sharedBy })
      .from(petShares)
      .innerJoin(pets, eq(pets.id, petShares.petId))
      .where(
        and(
          eq(petShares.platform, platform),
          or(
            isFor('channel', channel),
            isFor('channel', channelIdOf(place)),
            server === undefined ? undefined : isFor('server', server),
            isFor('person', person.id),
          ),
          or(ne(pets.platform, person.platform), ne(pets.personId, person.id)),
        ),
      )
      .orderBy(asc(petShares.createdAt), asc(pets.id));
    return [...new Map(rows.map(({ pet, sharedBy }) => [pet.id, { ...toPet(pet), sharedBy }])).values()];
  }

  /** Whether everybody who reads along at a place may draw this pet there. */
  async isSharedAt(petId: string, place: Place): Promise<boolean> {
    const { platform, channel, server } = place;
    const isFor = (scope: ShareScope, targets: string[]) =>
      and(eq(petShares.scope, scope), inArray(petShares.target, targets));
    const [found] = await this.#database
      .select({ petId: petShares.petId })
      .from(petShares)
      .where(
        and(
          eq(petShares.petId, petId),
          eq(petShares.platform, platform),
          or(
            isFor('channel', [channel, channelIdOf(place)]),
            server === undefined ? undefined : isFor('server', [server]),
          ),
        ),
      )
      .limit(1);
    return found !== undefined;
  }

  /** What others share with this person alone ends. */
  async removeFor(person: Owner): Promise<void> {
    await this.#database
      .delete(petShares)
      .where(
        and(eq(petShares.scope, 'person'), eq(petShares.platform, person.platform), eq(petShares.target, person.id)),
      );
  }
}

/** Shares with a community that goes on under another id. */
export async function moveShares({ platform, from, to }: ServerMove, transaction: Database): Promise<void> {
  const moved = await transaction
    .delete(petShares)
    .where(and(eq(petShares.platform, platform), sql`${petShares.scope} <> 'person'`, eq(petShares.target, from)))
    .returning();
  for (const share of moved)
    await transaction
      .insert(petShares)
      .values({ ...share, target: to })
      .onConflictDoNothing();
}
