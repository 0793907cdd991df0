import { expect, test } from 'vitest';
import { admin } from '#commands/admin.js';
import { encodeAction } from '#src/core/action.js';
import type { Text } from '#src/core/locale.js';
import type { Person } from '#src/core/place.js';
import { noRules, type Rules } from '#src/moderation/rights.js';

const mona = { platform: 'discord', id: '7', name: 'Mona' } as const;
const ben = { platform: 'discord', id: '8', name: 'Ben' } as const;
const place = { platform: 'discord', server: 's', channel: 'thread', parent: 'hall' } as const;

/** Runs the command as Mona, and returns its answer, the rules after it and what it noted. */
async function run(options: Record<string, unknown>, { standing = {} as object, trail = [] as object[] } = {}) {
  let rules: Rules = noRules;
  const notes: { readonly line: string; readonly about?: Person }[] = [];
  const stopped: string[] = [];
  const reply = await admin.run({
    user: mona,
    place,
    standing: async () => ({ isModerator: true, roles: [], ...standing }),
    options,
    admin: {
      rules: async () => rules,
      async change(note: { line: string }, next: (rules: Rules) => Rules) {
        notes.push(note);
        rules = next(rules);
      },
      async stopJobsOf({ id }: Person) {
        stopped.push(id);
        return 1;
      },
      async barFromContests({ id }: Person) {
        stopped.push(`${id} in contests`);
      },
      async readmitToContests({ id }: Person) {
        stopped.push(`${id} is back`);
      },
      audit: async () => trail,
    },
    reply: (name: string, params: object, extras: object) => ({
      text: { key: `commands.admin.replies.${name}`, params },
      ...extras,
    }),
    // biome-ignore lint/suspicious/noExplicitAny: the parts of an invocation that this command uses.
  } as any);
  return { reply, rules, notes, stopped };
}
const refusal = (key: string, params = {}) => ({ text: { key: `errors.${key}`, params } });

test('without an action the rules show, to the asker alone', async () => {
  const { reply, notes } = await run({});
  expect(reply).toMatchObject({ text: { key: 'commands.admin.replies.none' }, ephemeral: true });
  expect(notes).toEqual([]);
});

test('a change is noted as it was called, and answered with all rules', async () => {
  const { reply, rules, notes } = await run({
    action: 'limit',
    activity: 'draw',
    role: { id: '5', name: 'Regulars' },
    per_day: 3,
    // Of a message that was replied to: this action is about nobody.
    person: ben,
  });
  expect(rules.limits).toEqual([{ activity: 'draw', role: { id: '5', name: 'Regulars' }, perDay: 3 }]);
  expect(notes).toEqual([{ line: 'limit activity:draw role:Regulars per_day:3' }]);
  expect(reply.lines).toHaveLength(1);
});

test('a rule of a thread is one of its channel', async () => {
  expect((await run({ action: 'channel', here: 'never' })).rules.channels).toEqual([{ id: 'hall', use: 'never' }]);
});

test('a ban stops the person’s jobs, takes their entries out, says whom it is about, and is undone by a button', async () => {
  const { reply, rules, notes, stopped } = await run({ action: 'ban', person: ben });
  expect(reply).toMatchObject({
    text: { key: 'commands.admin.replies.banned', params: { names: 'Ben' } },
    buttons: [{ label: 'undo', command: 'admin', options: { action: 'unban', person: '8 Ben' } }],
  });
  expect(rules.banned).toEqual([{ id: '8', name: 'Ben' }]);
  expect(notes).toEqual([{ line: 'ban person:Ben', about: ben }]);
  expect(stopped).toEqual(['8', '8 in contests']);
  expect((await run({ action: 'unban', person: ben })).stopped).toEqual(['8 is back']);
});

test('a button that bans again carries as much of a long name as fits', async () => {
  const person = { ...ben, id: '123456789012345678', name: '名前がとても長い人' };
  const { buttons = [] } = (await run({ action: 'unban', person })).reply;
  expect(buttons[0]!.options).toEqual({ action: 'ban', person: '123456789012345678 名' });
  expect(encodeAction(buttons[0]!, mona)).toMatch(/^admin\?action=ban&person=123456789012345678/);
});

test.each([
  ['allow', {}, 'activity'],
  ['allow', { activity: 'draw' }, 'who, role'],
  ['limit', { activity: 'draw' }, 'per_day, cool_down'],
  ['channel', {}, 'here'],
  ['ban', {}, 'person'],
])('%s %j lacks %s', async (action, options, names) => {
  await expect(run({ action, ...options })).rejects.toMatchObject(
    refusal('adminIncomplete', { action, options: names }),
  );
});

test('nobody bans themselves, and nothing is gated where no channel asks for an age', async () => {
  await expect(run({ action: 'ban', person: mona })).rejects.toMatchObject(refusal('banSelf'));
  const gate = { action: 'channel', here: 'adults' };
  await expect(run(gate)).rejects.toMatchObject(refusal('ageGateNotHere'));
  expect((await run(gate, { standing: { isAgeRestricted: false } })).rules.isAgeGated).toBe(true);
});

test('the trail says when, who and what', async () => {
  const text: Text = { key: 'commands.admin.replies.auditRemoved', params: { person: 'Ben' } };
  const { reply } = await run({ action: 'audit' }, { trail: [{ at: new Date(0), moderator: 'Mona', text }] });
  expect(reply.lines).toEqual([{ ...text, params: { person: 'Ben', moderator: 'Mona', date: '1970-01-01 00:00' } }]);
});
