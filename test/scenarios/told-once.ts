import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import type { ContestCommunity, Member } from './contest-people.js';
import { textPattern } from './world.js';

/** A contest that is over, and who should have been told something of it in private. */
export interface ToldContest {
  readonly title: string;
  readonly host: ContestCommunity;
  readonly guest: ContestCommunity;
  /** By name: whose entries a moderator has accepted, and whose was taken out afterwards. */
  readonly authors: readonly string[];
  readonly disqualified: string;
  /** Who asked for it, and did not vote. */
  readonly reminded: string;
}

const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
  textPattern('en', key, params);

/** Nobody is told anything twice, and nobody is left out. */
export function expectEachWordOnce({ title, host, guest, authors, disqualified, reminded }: ToldContest): void {
  const told = [
    'contests.posts.entriesEndSoon',
    'contests.posts.entriesOver',
    'contests.posts.votingBegun',
    'contests.posts.votingEndsSoon',
    'contests.posts.published',
    'contests.posts.corrected',
  ] as const;
  for (const { posts, platform } of [host, guest]) {
    const count = (pattern: RegExp) => posts.filter(({ text }) => pattern.test(text)).length;
    const of = (text: string) => count(new RegExp(`^${text}`));
    expect([platform, 'post', of(`🏆 ${title}\n`)]).toEqual([platform, 'post', 1]);
    for (const key of told)
      expect([platform, key, count(new RegExp(`^${says(key, { title }).source}(\\n|$)`))]).toEqual([platform, key, 1]);
    expect(count(says('contests.posts.extended', { title }))).toBe(0);
    expect(count(says('contests.posts.sheet', { title }))).toBe(platform === 'telegram' ? 1 : 0);
    for (const key of ['contests.posts.published', 'contests.posts.corrected'] as const)
      expect(posts.find(({ text }) => says(key, { title }).test(text))!.pictureCount).toBe(1);
  }
  const { accepted } = locales.en.contests.entries.states;
  const inPrivate = ({ toldInPrivate }: Member, pattern: RegExp) =>
    toldInPrivate.filter(({ text }) => pattern.test(text)).length;
  const aboutEntry = (state: string) => says('contests.entries.told', { contest: title, state });
  for (const member of [...host.members, ...guest.members]) {
    const { name } = member;
    const isAuthor = authors.includes(name);
    expect([name, inPrivate(member, aboutEntry(accepted))]).toEqual([name, isAuthor ? 1 : 0]);
    const decisions = isAuthor ? (name === disqualified ? 2 : 1) : 0;
    expect([name, inPrivate(member, says('contests.entries.told', { contest: title }))]).toEqual([name, decisions]);
    const isReminded = inPrivate(member, says('contests.posts.voteSoon', { title }));
    expect([name, isReminded]).toEqual([name, name === reminded ? 1 : 0]);
  }
}
