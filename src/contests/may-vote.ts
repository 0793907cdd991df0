import { UserError } from '#src/core/errors.js';
import type { Membership, Person, Place, Server, Standing } from '#src/core/place.js';
import type { Account } from './account-links-table.js';
import type { Contest } from './contest.js';

export interface Voter {
  readonly person: Person;
  readonly place: Place;
  readonly standing: () => Promise<Standing>;
  /** When they pressed. */
  readonly at: Date;
}

/** What has to be found out about a voter. */
export interface VoterFacts {
  /** Where the contest is seen. */
  readonly communities: readonly Server[];
  /** All that the voter has: whoever is barred with one of them has no vote with another. */
  readonly accounts: readonly Account[];
  /** Moderators have named them, whatever holds for everybody. */
  readonly isJudge: boolean;
  /** Has an entry in the running. */
  readonly isEntrant: boolean;
  /** Where they marked their ballot, or opened it, before. */
  readonly votedIn: Server | undefined;
  readonly memberOf: (person: Person, server: Server) => Promise<Membership | 'none' | 'unknown'>;
  /** @throws UserError */
  readonly assertNotBanned: (who: Pick<Voter, 'person' | 'place'>) => Promise<void>;
}

const dayMs = 24 * 3600_000;

/**
 * Whether somebody has a vote as things stand at this press.
 * @returns the community that they vote in
 * @throws UserError which says why they have none
 */
export async function assertMayVote({ rules, votingAt }: Contest, voter: Voter, facts: VoterFacts): Promise<Server> {
  const { person, standing, at } = voter;
  const theirs = facts.communities.filter(({ platform }) => platform === person.platform);
  for (const { platform, server } of facts.communities)
    for (const account of facts.accounts.filter((one) => one.platform === platform))
      await facts.assertNotBanned({
        person: { ...account, name: person.name },
        place: { platform, server, channel: server },
      });
  const judging = theirs.find(({ server }) => server === voter.place.server) ?? theirs[0];
  if (facts.isJudge && judging) return judging;
  const { server, membership } = await membershipOf(voter, theirs, facts);
  const { roles, joinedAt } = membership;
  if (rules.voters === 'before' && joinedAt && joinedAt >= votingAt) throw new UserError('voteJoinedLate');
  if (rules.voters === 'role' && !roles.includes(rules.role?.id ?? ''))
    throw new UserError('voteRoleOnly', { role: rules.role?.name ?? '?' });
  if (rules.voters === 'entrants' && !facts.isEntrant) throw new UserError('voteEntrantsOnly');
  const { accountCreatedAt } = await standing();
  if (accountCreatedAt && at.getTime() - accountCreatedAt.getTime() < rules.accountDays * dayMs)
    throw new UserError('voteAccountYoung', { days: rules.accountDays });
  return server;
}

/** Where they press, or, alone with the bot, where they are a member. */
async function membershipOf(
  { person, place, standing }: Voter,
  theirs: readonly Server[],
  { memberOf, votedIn }: VoterFacts,
): Promise<{ readonly server: Server; readonly membership: Membership }> {
  const here = theirs.find(({ server }) => server === place.server);
  if (here) {
    const { roles, joinedAt } = await standing();
    if (joinedAt) return { server: here, membership: { roles, joinedAt } };
    const found = await memberOf(person, here);
    if (found === 'none') throw new UserError('voteMembersOnly');
    return { server: here, membership: found === 'unknown' ? { roles } : found };
  }
  let isUnknown = false;
  for (const server of theirs) {
    const found = await memberOf(person, server);
    if (found === 'none') continue;
    if (found !== 'unknown') return { server, membership: found };
    // They were seen there.
    if (votedIn?.server === server.server) return { server, membership: { roles: [] } };
    isUnknown = true;
  }
  throw new UserError(isUnknown ? 'voteMembershipUnknown' : 'voteMembersOnly');
}
