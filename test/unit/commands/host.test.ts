import { expect, test } from 'vitest';
import { pageReply } from '#commands/decide.js';
import { host } from '#commands/host.js';
import { remind } from '#commands/remind.js';
import { rules } from '#commands/rules.js';
import { setup } from '#commands/setup.js';
import type { Contest, ContestEntry } from '#src/contests/contest.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { postOf } from '#src/contests/contest-telling.js';
import { encodeAction, maxActionBytes } from '#src/core/action.js';
import type { Reply } from '#src/core/reply.js';
import { december } from '#test/helpers/contests.js';

const contest = {
  id: 'k3v9q2ab',
  host: { platform: 'discord', server: 'g1' },
  title: 'First snow',
  theme: undefined,
  rules: ContestRules.parse({}),
  zone: 'UTC',
  state: 'draft',
  opensAt: december(1),
  entriesEndAt: december(5),
  votingAt: december(5),
  endsAt: december(8),
  tieSeed: '00'.repeat(32),
} as unknown as Contest;
const mona = { platform: 'discord', id: '123456789012345678', name: 'Mona' } as const;

const entry = {
  id: 'abcdefghjkmn',
  author: mona,
  state: 'pending',
  alt: '',
  provenance: {},
  submittedAt: december(2),
};

/** Runs a command, and returns its answer with what it asked for. */
async function run(
  command: typeof host | typeof setup | typeof remind | typeof rules,
  options: Record<string, unknown>,
  found: Contest = contest,
) {
  const calls: unknown[][] = [];
  const hosting = new Proxy(
    {},
    {
      get:
        (_, name: string) =>
        async (...given: unknown[]) => {
          calls.push([name, ...given]);
          return name === 'stats' ? { contest: found, accepted: 5, pending: 1, voters: 9 } : found;
        },
    },
  );
  const handouts = {
    link: async (...given: unknown[]) => {
      calls.push(['link', ...given]);
      return given[1] === 'revoke' ? undefined : 'https://pets.example/g/1';
    },
    export: async () => ({ files: [{ blob: 'b', name: 'contest.zip' }], isPartial: found.state === 'published' }),
  };
  const noted =
    <Result>(name: string, result: Result) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given]);
      return result;
    };
  const reviews = {
    find: async () => ({ contest: found, entry }),
    numbered: async () => entry,
    waiting: async () => ({ contest: found, entry, waitingCount: 1, isOwn: false, alike: [] }),
    after: async () => undefined,
    decide: noted('decide', entry),
    disqualify: noted('disqualify', entry),
    restore: noted('restore', entry),
    voidBallot: noted('voidBallot', undefined),
    flags: async () => [
      { kind: 'young', accounts: [{ platform: 'discord', id: '7' }] },
      { kind: 'together', accounts: ['7', '8'].map((id) => ({ platform: 'discord', id })) },
    ],
  };
  const guest = { number: 2, place: { platform: 'telegram', server: '-5', channel: '-5' }, joinedAt: december(2) };
  const sharing = {
    guestsOf: async (id?: string) => (id === 'elsewhere' ? undefined : { contest: found, guests: [guest] }),
    endPart: noted('endPart', found),
    leave: noted('leave', found),
  };
  const reply = await command.run({
    options,
    place: { platform: 'discord', server: 'g1', channel: 'c1' },
    hosting,
    sharing,
    reviews,
    entries: { choose: async () => found },
    handouts,
    admin: {
      audit: async (about: string) => [
        {
          at: december(1),
          moderator: 'Mona',
          text: { key: 'commands.admin.replies.auditLine', params: { line: about } },
        },
      ],
    },
    reply: (name: string, params: object, extras: object) => ({
      text: { key: `commands.${command.name}.replies.${name}`, params },
      ...extras,
    }),
    // biome-ignore lint/suspicious/noExplicitAny: the parts of an invocation that these commands use.
  } as any);
  return { reply, calls };
}
const labels = ({ buttons = [] }: Reply) => buttons.map(({ label }) => label);

test('a title alone makes a draft, whose message shows all rules, starts it, and has a button for each rule', async () => {
  const { reply, calls } = await run(host, { title: 'First snow', entries_for: '5d' });
  expect(calls).toEqual([['create', expect.objectContaining({ title: 'First snow', entriesFor: '5d' })]]);
  expect(reply.text.key).toBe('contests.setup.title');
  expect(labels(reply)).toEqual(['startContest', ...Array(14).fill('ruleNow')]);
  expect(reply.lines!.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['contests.methods.approval', 'contests.setup.noZone']),
  );
});

test('without anything else it shows what is there, and a change is shown with all rules', async () => {
  expect((await run(host, {})).calls).toEqual([['find', undefined]]);
  const changed = await run(host, { action: 'edit', contest: 'k3v9q2ab', theme: 'white' });
  expect(changed.calls).toEqual([['edit', 'k3v9q2ab', expect.objectContaining({ theme: 'white', title: undefined })]]);
  expect(changed.reply.text.key).toBe('contests.setup.title');
});

test.each([
  ['create', 'title'],
  ['extend', 'until'],
])('%s lacks %s', async (action, options) => {
  await expect(run(host, { action })).rejects.toMatchObject({
    text: { key: 'errors.hostIncomplete', params: { action, options } },
  });
});

test('ending asks once, and only whoever asked', async () => {
  const asked = await run(host, { action: 'end' });
  expect(asked.calls).toEqual([['toEnd', undefined]]);
  expect(asked.reply.buttons).toEqual([
    {
      for: 'asker',
      label: 'endContest',
      command: 'host',
      options: { action: 'end', contest: 'k3v9q2ab', confirmed: true },
    },
  ]);
  expect((await run(host, { action: 'end', contest: 'k3v9q2ab', confirmed: true })).calls).toEqual([
    ['end', 'k3v9q2ab'],
  ]);
});

test('the trail is of one contest, and ends with whose ballots are worth a look', async () => {
  const { reply } = await run(host, { action: 'audit' });
  expect(reply.lines).toMatchObject([
    { params: { line: 'k3v9q2ab', moderator: 'Mona' } },
    { key: 'contests.reviewing.flagYoung' },
    { key: 'contests.reviewing.flagTogether' },
  ]);
});

test('a button of the setup leads to the choices of its rule, which say what they set', async () => {
  const { reply } = await run(setup, { c: 'k3v9q2ab', rule: 'method' });
  expect(labels(reply)).toEqual(['ruleChosen', 'ruleChoice', 'ruleChoice', 'ruleChoice', 'ruleChoice', 'back']);
  expect(reply.buttons![1]!.options).toEqual({ c: 'k3v9q2ab', rule: 'method', to: 'stars' });
  expect((await run(setup, { c: 'k3v9q2ab', rule: 'method', to: 'stars' })).calls).toEqual([
    ['setRule', 'k3v9q2ab', 'method', 'stars'],
  ]);
  await expect(run(setup, { c: 'k3v9q2ab', rule: 'seed' })).rejects.toMatchObject({
    text: { key: 'errors.buttonBroken' },
  });
});

test('marks are offered where the method has them', async () => {
  const ranked = { ...contest, rules: ContestRules.parse({ method: 'ranked' }) };
  expect(labels((await run(setup, { c: 'k3v9q2ab' }, ranked)).reply)).toHaveLength(14);
});

test('each button fits into what platforms carry', async () => {
  const replies = [
    await run(host, { title: 'First snow' }),
    await run(host, { action: 'end' }),
    await run(setup, { c: 'k3v9q2ab', rule: 'account_days' }),
    await run(setup, { c: 'k3v9q2ab', rule: 'publish' }),
    await run(remind, { c: 'k3v9q2ab' }),
    await run(host, { action: 'link' }),
  ];
  for (const { reply } of replies)
    for (const button of reply.buttons ?? [])
      expect(encodeAction(button, mona).length).toBeLessThanOrEqual(maxActionBytes);
});

test('a page’s link is shown to its moderator alone, renewed, and taken away', async () => {
  const shown = await run(host, { action: 'link' });
  expect(shown.calls).toEqual([
    ['findAny', undefined],
    ['link', contest, undefined],
  ]);
  expect(shown.reply).toMatchObject({
    text: { key: 'commands.host.replies.link', params: { link: 'https://pets.example/g/1' } },
    ephemeral: true,
  });
  expect(labels(shown.reply)).toEqual(['renewLink', 'revokeLink']);
  const revoked = await run(host, { action: 'link', contest: 'k3v9q2ab', change: 'revoke' });
  expect(revoked.calls[1]).toEqual(['link', contest, 'revoke']);
  expect(revoked.reply.text.key).toBe('commands.host.replies.noLink');
  expect(labels(revoked.reply)).toEqual(['renewLink']);
});

test('an export goes to its moderator alone, and says what had no room', async () => {
  const { reply } = await run(host, { action: 'export' });
  expect(reply).toMatchObject({ files: [{ name: 'contest.zip' }], ephemeral: true });
  expect(reply.text.key).toBe('commands.host.replies.exported');
  const partial = await run(host, { action: 'export' }, { ...contest, state: 'published' });
  expect(partial.reply.text.key).toBe('commands.host.replies.exportedPart');
});

test('🔔 is set, and taken back, for whoever presses', async () => {
  const set = await run(remind, { c: 'k3v9q2ab' });
  expect(set.calls).toEqual([['remind', 'k3v9q2ab', true]]);
  expect(set.reply).toMatchObject({ ephemeral: true, buttons: [{ options: { c: 'k3v9q2ab', off: true } }] });
  expect((await run(remind, { c: 'k3v9q2ab', off: true })).calls).toEqual([['remind', 'k3v9q2ab', false]]);
});

test('a host chooses whose part ends, by a button for each, and a guest leaves', async () => {
  const { reply } = await run(host, { action: 'leave' });
  expect(reply.lines).toMatchObject([{ params: { number: 2, place: { key: 'contests.entries.onTelegram' } } }]);
  const [button] = reply.buttons!;
  expect(button).toMatchObject({ options: { action: 'leave', contest: 'k3v9q2ab', number: 2 } });
  expect(encodeAction(button!, mona).length).toBeLessThanOrEqual(maxActionBytes);
  expect((await run(host, button!.options)).calls).toEqual([['endPart', 'k3v9q2ab', 2]]);
  expect((await run(host, { action: 'leave', contest: 'elsewhere' })).calls).toEqual([['leave', 'elsewhere']]);
});

test('ℹ says all rules, and how to enter while that can be done, to whoever presses alone', async () => {
  const { reply } = await run(rules, { c: 'k3v9q2ab' }, { ...contest, state: 'open' });
  expect(reply.ephemeral).toBe(true);
  expect(reply.lines!.map(({ key }) => key)).toEqual(
    expect.arrayContaining([
      'contests.methods.approval',
      'commands.enter.replies.howDrawn',
      'contests.entries.takeBack',
    ]),
  );
  expect(reply.lines).toContainEqual({ key: 'contests.voters.before', params: {} });
  const voting = await run(rules, { c: 'k3v9q2ab' }, { ...contest, state: 'voting' });
  expect(voting.reply.lines!.map(({ key }) => key)).not.toContain('commands.enter.replies.howDrawn');
});

test('what Telegram does not tell of members is said to whoever reads the rules there', async () => {
  const { lines } = postOf({ ...contest, state: 'open', notes: [] }, { on: 'telegram' });
  expect(lines).toContainEqual({ key: 'contests.voters.membersNow', params: {} });
  expect(lines!.map(({ key }) => key)).not.toContain('contests.rules.accountDays');
});

test('that an author joined after the opening is flagged for whoever reviews', async () => {
  const lines = (joinedAt: Date) => {
    const flagged = { ...entry, provenance: { joinedAt } } as unknown as ContestEntry;
    return pageReply(contest, { contest, entry: flagged, waitingCount: 1, isOwn: false, alike: [] }).lines;
  };
  const late = expect.objectContaining({ key: 'contests.reviewing.joinedLate' });
  expect(lines(december(2))).toContainEqual(late);
  expect(lines(new Date(0))).not.toContainEqual(late);
});

test('entries are reviewed, taken out and let in again, and ballots too, with what that takes', async () => {
  const page = await run(host, { action: 'review' });
  expect(page.reply.text.key).toBe('contests.reviewing.title');
  const inWords = await run(host, { action: 'review', entry: 'abcdefghjkmn', reason: 'Not a pet' });
  expect(inWords.calls).toEqual([['decide', 'abcdefghjkmn', { kind: 'reject', words: 'Not a pet' }]]);
  const out = await run(host, { action: 'disqualify', number: 3, reason: 'Not hers' });
  expect(out.calls).toEqual([['disqualify', 'abcdefghjkmn', 'Not hers']]);
  expect((await run(host, { action: 'restore', number: 3 })).calls).toEqual([['restore', 'abcdefghjkmn']]);
  const voided = await run(host, { action: 'void', person: mona, reason: 'Two accounts' });
  expect(voided.calls).toEqual([['voidBallot', contest, mona, 'Two accounts']]);
  expect((await run(host, { action: 'restore', person: mona })).calls).toEqual([
    ['voidBallot', contest, mona, undefined],
  ]);
  for (const lacking of [{ action: 'disqualify', number: 3 }, { action: 'void', person: mona }, { action: 'restore' }])
    await expect(run(host, lacking)).rejects.toMatchObject({ text: { key: 'errors.hostIncomplete' } });
});

test('stats name accounts whose ballots are worth a look, and no entry', async () => {
  const { reply } = await run(host, { action: 'stats' });
  expect(reply).toMatchObject({
    ephemeral: true,
    lines: [
      { key: 'contests.reviewing.flagYoung', params: { accounts: '7' } },
      { key: 'contests.reviewing.flagTogether', params: { accounts: '7, 8' } },
    ],
  });
});
