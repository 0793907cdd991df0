import { setTimeout as sleep } from 'node:timers/promises';
import { isSamePerson, type Membership, type Person, type Place, type Server, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Applicant } from '#src/moderation/rights.js';
import { type Account, AccountLinksTable } from './account-links-table.js';
import { isSameTitle } from './choose-contest.js';
import { type Contest, communityKey, communityOf } from './contest.js';
import { ContestsTable } from './contests-table.js';
import { takesEntriesAt } from './life-cycle.js';
import type { VoterFacts } from './may-vote.js';

export interface CommunitiesOptions extends Pick<VoterFacts, 'memberOf'> {
  readonly database: Database;
  readonly moderates: (person: Person, place: Place) => Promise<boolean>;
  /** Undefined where the platform does not tell. */
  readonly accountCreatedAt: (account: Account) => Date | undefined;
  /** As whom somebody asked for something in a community since a moment. */
  readonly seenAs: (account: Account, server: Server, since: Date) => Promise<Person | undefined>;
}

/** Each is a question to a service. */
const maxAskedCommunities = 25;
/** Where a service does not say who is in a community, whoever has acted there so lately is. */
const freshMs = 24 * 3600_000;
/** A picture is shown without the button rather than late. */
const maxWaitMs = 2000;

/** Of which communities somebody is a member who is alone with the bot, under any account that they have linked. */
export class Communities {
  readonly #options: CommunitiesOptions;

  constructor(options: CommunitiesOptions) {
    this.#options = options;
  }

  /** Whether 🏆 belongs below a picture of somebody's at a place, as far as services say so at once. */
  async isTakingEntries(place: Place, person: Person, at: Date): Promise<boolean> {
    const open = await new ContestsTable(this.#options.database).seenIn(communityOf(place), ['open']);
    if (open.some((contest) => takesEntriesAt(contest, at))) return true;
    if (place.server !== undefined) return false;
    const theirs = this.contestsOf(person, at).then((contests) => contests.length > 0);
    return Promise.race([theirs, sleep(maxWaitMs, false, { ref: false })]);
  }

  /**
   * Contests of theirs that take entries; of very many communities those with the newest contests are asked about.
   * @param typed id or title of the one that is meant
   */
  async contestsOf(person: Person, at: Date, typed?: string): Promise<Contest[]> {
    const { database } = this.#options;
    const contests = new ContestsTable(database);
    const platforms = [...new Set((await this.#accountsOf(person)).map((account) => account.platform))];
    const taking = (await contests.takingEntriesOn(platforms, at)).filter(
      ({ id, title }) => typed === undefined || id === typed || isSameTitle(title, typed),
    );
    const asked = new Map(taking.map(({ place }) => [communityKey(communityOf(place)), place]));
    const theirs = new Set<string>();
    await Promise.all(
      [...asked].slice(0, maxAskedCommunities).map(async ([key, place]) => {
        if (await this.memberIn(person, [place], at)) theirs.add(key);
      }),
    );
    const ids = new Set(taking.filter(({ place }) => theirs.has(communityKey(communityOf(place)))).map(({ id }) => id));
    const found = await Promise.all([...ids].map((id) => contests.get(id)));
    return found.filter((contest) => contest !== undefined);
  }

  /** As whom somebody acts in the first of these places of which they are a member at this moment; the account that speaks goes first. */
  async memberIn(person: Person, places: readonly Place[], at: Date): Promise<Applicant | undefined> {
    for (const account of await this.#accountsOf(person))
      for (const place of places) {
        const server = place.platform === account.platform ? serverOf(place) : undefined;
        const membership = server && (await this.#membershipOf(account, person, server, at));
        if (membership) return this.#applicant({ ...account, name: membership.name }, place, membership);
      }
    return undefined;
  }

  /** Whether an account is known to be no member any more. */
  async hasLeft(account: Person, server: Server): Promise<boolean> {
    return (await this.#ask(account, server)) === 'none';
  }

  /** A service that is away says nothing. */
  #ask(account: Person, server: Server): Promise<Membership | 'none' | 'unknown'> {
    return this.#options.memberOf(account, server).catch(() => 'unknown' as const);
  }

  async #membershipOf(
    account: Account,
    person: Person,
    server: Server,
    at: Date,
  ): Promise<(Membership & Pick<Person, 'name'>) | undefined> {
    const isSpeaking = isSamePerson(account, person);
    const found = await this.#ask({ ...account, name: person.name }, server);
    if (found === 'none') return undefined;
    const seen = await this.#options.seenAs(account, server, new Date(at.getTime() - freshMs));
    if (found === 'unknown' && !seen) return undefined;
    const membership: Membership = found === 'unknown' ? { roles: [] } : found;
    const name = isSpeaking ? person.name : (membership.name ?? seen?.name ?? person.name);
    return { ...membership, name };
  }

  #applicant(person: Person, place: Place, { roles, joinedAt }: Membership): Applicant {
    const { moderates, accountCreatedAt } = this.#options;
    const createdAt = accountCreatedAt(person);
    return {
      person,
      place,
      standing: async () => ({
        isModerator: await moderates(person, place),
        roles,
        ...(joinedAt && { joinedAt }),
        ...(createdAt && { accountCreatedAt: createdAt }),
      }),
    };
  }

  #accountsOf(person: Person): Promise<Account[]> {
    return new AccountLinksTable(this.#options.database).accountsOf(person);
  }
}
