import { describe, expect, test } from 'vitest';
import type { Contest } from '#src/contests/contest.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { assertMayVote, type Voter, type VoterFacts } from '#src/contests/may-vote.js';
import { UserError } from '#src/core/errors.js';
import type { Membership, Place, Standing } from '#src/core/place.js';
import { contestServer, december } from '#test/helpers/contests.js';

const group = { platform: 'telegram', server: '-100' } as const;
const inServer: Place = { ...contestServer, channel: 'c1' };
const alone: Place = { platform: 'discord', channel: 'd9' };

interface Case {
  readonly rules?: Partial<ContestRules>;
  readonly place?: Place;
  readonly standing?: Partial<Standing>;
  readonly member?: Membership | 'none' | 'unknown';
  readonly facts?: Partial<VoterFacts>;
}

/** Where Ben, who joined in November with an account of 2020, votes on 6 December; or why not. */
async function verdict({ rules = {}, place = inServer, standing = {}, member = 'none', facts = {} }: Case = {}) {
  const contest = { rules: ContestRules.parse(rules), votingAt: december(5) } as Contest;
  const voter: Voter = {
    person: { platform: place.platform, id: 'ben', name: 'Ben' },
    place,
    standing: async () => ({
      isModerator: false,
      roles: [],
      ...(place.platform === 'discord' && {
        ...(place.server !== undefined && { joinedAt: new Date('2026-11-01') }),
        accountCreatedAt: new Date('2020-01-01'),
      }),
      ...standing,
    }),
    at: december(6),
  };
  try {
    const { server } = await assertMayVote(contest, voter, {
      communities: [contestServer, group],
      accounts: [voter.person],
      isJudge: false,
      isEntrant: false,
      votedIn: undefined,
      memberOf: async () => member,
      assertNotBanned: async () => {},
      ...facts,
    });
    return server;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.text.key.replace('errors.', '');
  }
}

const joinedLate = { joinedAt: december(5) };
const keepers = { voters: 'role', role: { id: '7', name: 'Keepers' } } as const;

describe('whoever presses has a vote, or is told why not', () => {
  test.each<[string, Case, string]>([
    ['a member from before', {}, 'g1'],
    ['who joined at the moment in which voting began', { standing: joinedLate }, 'voteJoinedLate'],
    ['the same where members of any time vote', { rules: { voters: 'members' }, standing: joinedLate }, 'g1'],
    ['without the role', { rules: keepers, standing: { roles: ['8'] } }, 'voteRoleOnly'],
    ['with the role', { rules: keepers, standing: { roles: ['7'] } }, 'g1'],
    ['without an entry', { rules: { voters: 'entrants' } }, 'voteEntrantsOnly'],
    ['with an entry', { rules: { voters: 'entrants' }, facts: { isEntrant: true } }, 'g1'],
    ['a judge, whatever holds for others', { rules: keepers, facts: { isJudge: true } }, 'g1'],
    ['an account of six days', { standing: { accountCreatedAt: december(0) } }, 'voteAccountYoung'],
    ['an account of a week and a day', { standing: { accountCreatedAt: new Date('2026-11-28') } }, 'g1'],
    ['elsewhere, where the contest is not seen', { place: { ...inServer, server: 'g2' } }, 'voteMembersOnly'],
    ['at the page', { place: { platform: 'web', channel: 'w' } }, 'voteMembersOnly'],
  ])('%s', async (_, given, expected) => {
    expect(await verdict(given)).toBe(expected);
  });

  test.each<[string, Case, string]>([
    ['a member', { member: { roles: [], joinedAt: new Date('2026-11-01') } }, 'g1'],
    ['who joined late', { member: { roles: [], ...joinedLate } }, 'voteJoinedLate'],
    ['who has gone', { member: 'none' }, 'voteMembersOnly'],
    ['of whom nobody says', { member: 'unknown' }, 'voteMembershipUnknown'],
    ['of whom nobody says, seen there before', { member: 'unknown', facts: { votedIn: contestServer } }, 'g1'],
  ])('alone with the bot: %s', async (_, given, expected) => {
    expect(await verdict({ place: alone, ...given })).toBe(expected);
  });

  test.each<[string, Case, string]>([
    ['a member', { member: { roles: [] } }, '-100'],
    ['of whom Telegram does not say', { member: 'unknown' }, '-100'],
    ['a passer-by', { member: 'none' }, 'voteMembersOnly'],
  ])('in a group that tells no dates: %s', async (_, given, expected) => {
    expect(await verdict({ place: { ...group, channel: '-100' }, ...given })).toBe(expected);
  });

  test('a ban in any community of the contest on that platform holds in all of them', async () => {
    const assertNotBanned: VoterFacts['assertNotBanned'] = async ({ place }) => {
      if (place.server === contestServer.server) throw new UserError('banned');
    };
    expect(await verdict({ facts: { assertNotBanned } })).toBe('banned');
    expect(await verdict({ place: { ...group, channel: '-100' }, member: 'unknown', facts: { assertNotBanned } })).toBe(
      '-100',
    );
  });

  test('a ban of one of somebody’s linked accounts holds for the others', async () => {
    const assertNotBanned: VoterFacts['assertNotBanned'] = async ({ person: { platform, id }, place }) => {
      if (place.server === contestServer.server && platform === 'discord' && id === '9') throw new UserError('banned');
    };
    const accounts: VoterFacts['accounts'] = [
      { platform: 'telegram', id: 'ben' },
      { platform: 'discord', id: '9' },
    ];
    const inGroup = { place: { ...group, channel: '-100' }, member: { roles: [] } };
    expect(await verdict({ ...inGroup, facts: { assertNotBanned } })).toBe('-100');
    expect(await verdict({ ...inGroup, facts: { assertNotBanned, accounts } })).toBe('banned');
  });
});
