import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import type { Text } from '#src/core/locale.js';
import { activities, channelIdOf, type Person, pictureRules } from '#src/core/place.js';
import type { Button } from '#src/core/reply.js';
import {
  channelRules,
  linesOf,
  withAllowed,
  withBan,
  withChannelRule,
  withLimit,
  withoutBan,
  withPictureRule,
} from '#src/moderation/community-rules.js';
import type { Rules } from '#src/moderation/rights.js';

const hidden = { ephemeral: true } as const;
const secondsPerDay = 86_400;
/** Of a button's action, beside the command's name and what it does. */
const maxPointedOutBytes = 40;

/** Rules of a community, for its moderators: each call changes one of them, and shows all. */
export const admin = defineCommand({
  name: 'admin',
  exclusive: true,
  forModerators: true,
  impersonal: true,
  unrestricted: true,
  options: {
    action: option('choice', { choices: ['show', 'allow', 'limit', 'channel', 'pictures', 'ban', 'unban', 'audit'] }),
    activity: option('choice', { choices: activities }),
    who: option('choice', { choices: ['everyone', 'moderators'] }),
    role: option('role'),
    per_day: option('integer', { min: 0, max: 10_000 }),
    cool_down: option('integer', { min: 0, max: secondsPerDay }),
    here: option('choice', { choices: channelRules }),
    pictures: option('choice', { choices: pictureRules }),
    person: option('person'),
  },
  freeText: 'action',
  async run({ options, place, standing, user, admin, reply }) {
    const { activity, who, role, here, pictures, person } = options;
    const { action = pictures ? 'pictures' : 'show' } = options;
    const channel = channelIdOf(place);
    const needed = <Value>(value: Value | undefined, names: string): Value => {
      if (value === undefined) throw new UserError('adminIncomplete', { action, options: names });
      return value;
    };
    const show = async (key: 'changed' | 'rules') => {
      const lines = linesOf(await admin.rules(), channel);
      return lines.length === 0 ? reply('none', {}, hidden) : reply(key, {}, { lines, ...hidden });
    };
    const note = (about?: Person) => ({
      line: lineOf(action, { ...options, person: about }),
      ...(about && { about }),
    });
    const change = async (next: (rules: Rules) => Rules) => {
      await admin.change(note(), next);
      return show('changed');
    };
    switch (action) {
      case 'show':
        return show('rules');
      case 'audit': {
        const lines = (await admin.audit()).map(({ at, moderator, text: { key, params } }): Text => {
          return { key, params: { ...params, moderator, date: dateOf(at) } };
        });
        return lines.length === 0 ? reply('auditEmpty', {}, hidden) : reply('audit', {}, { lines, ...hidden });
      }
      case 'allow': {
        const what = needed(activity, 'activity');
        const whom = needed(role ?? who, 'who, role');
        return change((rules) => withAllowed(rules, what, whom));
      }
      case 'limit': {
        const what = needed(activity, 'activity');
        const { per_day: perDay, cool_down: coolDownSeconds } = options;
        needed(perDay ?? coolDownSeconds, 'per_day, cool_down');
        return change((rules) => withLimit(rules, { activity: what, role, perDay, coolDownSeconds }));
      }
      case 'channel': {
        const rule = needed(here, 'here');
        if (rule === 'adults' && (await standing()).isAgeRestricted === undefined)
          throw new UserError('ageGateNotHere');
        return change((rules) => withChannelRule(rules, channel, rule));
      }
      case 'pictures': {
        const rule = needed(pictures, 'pictures');
        return change((rules) => withPictureRule(rules, channel, rule));
      }
      case 'ban': {
        const banned = needed(person, 'person');
        if (banned.id === user.id) throw new UserError('banSelf');
        await admin.change(note(banned), (rules) => withBan(rules, banned));
        await admin.stopJobsOf(banned);
        await admin.barFromContests(banned);
        return reply(
          'banned',
          { names: banned.name },
          { ephemeral: 'preferably', buttons: [undoneBy('unban', banned)] },
        );
      }
      case 'unban': {
        const { id, ...rest } = needed(person, 'person');
        // Pointed out by a number alone, they still have the name that they were banned by.
        const name = (await admin.rules()).banned.find((one) => one.id === id)?.name || rest.name;
        const unbanned = { ...rest, id, name };
        await admin.change(note(unbanned), (rules) => withoutBan(rules, unbanned));
        await admin.readmitToContests(unbanned);
        return reply('unbanned', { names: name }, { ephemeral: 'preferably', buttons: [undoneBy('ban', unbanned)] });
      }
    }
  },
});

/** Of every moderator: the command looks at the rights of whoever presses. */
function undoneBy(action: 'ban' | 'unban', person: Person): Button {
  return { for: 'everybody', label: 'undo', command: 'admin', options: { action, person: pointedOut(person) } };
}

/** As platforms hand a person over, with as much of the name as a button carries. */
function pointedOut({ id, name }: Person): string {
  const sizeOf = (words: string) => new URLSearchParams({ person: words }).toString().length;
  let words = id;
  for (const letter of name === id ? '' : ` ${name}`) {
    if (sizeOf(words + letter) > maxPointedOutBytes) break;
    words += letter;
  }
  return words.trimEnd();
}

/** What was called, as it is noted for the other moderators. */
function lineOf(action: string, options: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(options).filter(([name, value]) => name !== 'action' && value !== undefined);
  const words = given.map(([name, value]) => `${name}:${isNamed(value) ? value.name : value}`);
  return [action, ...words].join(' ');
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value;
}

/** The same in every language. */
function dateOf(moment: Date): string {
  return moment.toISOString().slice(0, 16).replace('T', ' ');
}
