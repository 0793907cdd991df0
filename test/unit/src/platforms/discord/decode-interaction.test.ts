import { PermissionsBitField } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import {
  type DecodeContext,
  type DecodedInteraction,
  decodeInteraction,
} from '#src/platforms/discord/decode-interaction.js';

const context: DecodeContext = {
  commands,
  fetchAttachment: async () => new Uint8Array(),
  isAgeRestricted: (channelId) => channelId === '18',
  serverPermissionsOf: () => new PermissionsBitField(),
};

const file = (number: number) => ({
  id: `${number}`,
  filename: `${number}.jpg`,
  size: 10,
  url: 'https://cdn.discordapp.com/x',
});
const common = {
  id: '1574490953798909952',
  token: 'aW50ZXJhY3Rpb24',
  application_id: '1574490953798909953',
  channel_id: '1574490953798909954',
  locale: 'de',
  attachment_size_limit: 1000,
  user: { id: '5', username: 'anna', global_name: 'Anna' },
};
const valid = {
  command: {
    ...common,
    type: 2,
    data: {
      name: 'train',
      type: 1,
      options: [
        { name: 'name', type: 3, value: 'Biscuit' },
        { name: 'photo10', type: 11, value: '3' },
        { name: 'photo2', type: 11, value: '2' },
        { name: 'photo1', type: 11, value: '1' },
      ],
      resolved: { attachments: { '1': file(1), '2': file(2), '3': file(3) } },
    },
  },
  press: { ...common, type: 3, data: { component_type: 2, custom_id: 'again?job=d-1' }, message: { id: '7' } },
  completion: {
    ...common,
    type: 4,
    data: { name: 'pets', type: 1, options: [{ name: 'forget', type: 3, value: 'B', focused: true }] },
  },
  form: {
    ...common,
    type: 5,
    data: {
      custom_id: 'form:train',
      components: [
        { component: { custom_id: 'name', value: 'Biscuit' } },
        { component: { custom_id: 'photos', values: ['1', '2'] } },
      ],
      resolved: { attachments: { '1': file(1), '2': file(2) } },
    },
  },
};

describe('people, roles and channels', () => {
  const admin = {
    ...common,
    type: 2,
    data: {
      name: 'admin',
      type: 1,
      options: [
        { name: 'action', type: 3, value: 'ban' },
        { name: 'person', type: 6, value: '6' },
        { name: 'role', type: 8, value: '9' },
      ],
      resolved: {
        users: { '6': { id: '6', username: 'ben', global_name: 'Ben' } },
        members: { '6': { nick: 'Benny' } },
        roles: { '9': { id: '9', name: 'Regulars' } },
      },
    },
  };
  const optionsOf = (data: object) => {
    const decoded = decodeInteraction({ ...admin, data: { ...admin.data, ...data } }, context);
    return decoded?.kind === 'command' ? decoded.options : undefined;
  };

  test('come with the name that shows in the server', () => {
    expect(optionsOf({})).toEqual({ action: 'ban', person: '6 Benny', role: '9 Regulars' });
    expect(optionsOf({ resolved: { users: admin.data.resolved.users } })).toMatchObject({ person: '6 Ben', role: '9' });
    expect(optionsOf({ resolved: undefined })).toMatchObject({ person: '6', role: '9' });
  });

  test.each([
    ['a channel', { type: 0, nsfw: true }, true, undefined],
    ['a channel for everybody', { type: 0, parent_id: '18' }, false, undefined],
    ['a thread of an age-restricted channel', { type: 11, parent_id: '18' }, true, '18'],
    ['a thread of another channel', { type: 12, parent_id: '19' }, false, '19'],
    ['nonsense', { type: 'x' }, false, undefined],
  ])('%s tells what it belongs to and whom it lets in', (_, channel, isAgeRestricted, parent) => {
    const decoded = decodeInteraction({ ...admin, channel }, context)!;
    expect(decoded.standing.isAgeRestricted).toBe(isAgeRestricted);
    expect(decoded.place.parent).toBe(parent);
  });
});

describe('photos of a message', () => {
  const imagesOf = (...attachments: readonly object[]) => {
    const menu = {
      ...common,
      type: 2,
      data: { name: 'Edit this photo', type: 3, target_id: '9', resolved: { messages: { '9': { attachments } } } },
    };
    const decoded = decodeInteraction(menu, context);
    return decoded?.kind === 'menu' ? decoded.images : [];
  };

  test.each([
    ['by its name', { filename: 'SPOILER_1.jpg' }, true],
    ['by its flag', { flags: 8 + 4 }, true],
    ['not by other flags', { flags: 1 + 2 + 4 + 16 }, undefined],
    ['not by nonsense', { flags: 'x', filename: 'my SPOILER_.jpg' }, undefined],
  ])('are covered where Discord says so: %s', (_, facts, isSpoiler) => {
    expect(imagesOf({ ...file(1), content_type: 'image/jpeg', ...facts })[0]!.isSpoiler).toBe(isSpoiler);
  });

  test.each([
    ['no type', {}, 1],
    ['a type that says nothing', { content_type: 'application/octet-stream', filename: 'IMG_1' }, 1],
    ['the type of something else', { content_type: 'text/plain' }, 1],
    ['the type of something else, and a name that says nothing', { content_type: 'text/plain', filename: 'IMG_1' }, 1],
    ['a video', { content_type: 'video/mp4', filename: '1.mp4' }, 0],
  ])('are judged by their bytes later: %s', (_, facts, count) => {
    expect(imagesOf({ ...file(1), ...facts })).toHaveLength(count);
  });
});

describe('what Discord sends', () => {
  test('is decoded by its kind', () => {
    expect(decodeInteraction(valid.command, context)).toMatchObject({
      kind: 'command',
      id: common.id,
      person: { platform: 'discord', id: '5', name: 'Anna' },
      place: { platform: 'discord', channel: common.channel_id },
      language: 'de',
      attachmentLimit: 1000,
      command: 'train',
      options: { name: 'Biscuit', photos: [{ name: '1.jpg' }, { name: '2.jpg' }, { name: '3.jpg' }] },
    });
    expect(decodeInteraction(valid.press, context)).toMatchObject({
      kind: 'press',
      action: 'again?job=d-1',
      message: '7',
    });
    expect(decodeInteraction(valid.completion, context)).toMatchObject({
      kind: 'completion',
      option: 'forget',
      typed: 'B',
    });
    expect(decodeInteraction(valid.form, context)).toMatchObject({
      kind: 'form',
      command: 'train',
      options: { name: 'Biscuit', photos: [{ name: '1.jpg' }, { name: '2.jpg' }] },
    });
  });

  test('a name in the server comes before the name elsewhere', () => {
    const member = { user: common.user, nick: 'Queen Anna' };
    const { user: _, ...rest } = valid.press;
    expect(decodeInteraction({ ...rest, member }, context)?.person.name).toBe('Queen Anna');
    expect(decodeInteraction({ ...rest, member: { ...member, nick: null } }, context)?.person.name).toBe('Anna');
  });

  test.each<[string, (payload: typeof valid.command) => object, 'refused' | Partial<DecodedInteraction>]>([
    ['nobody', ({ user: _, ...rest }) => rest, 'refused'],
    ['no channel', ({ channel_id: _, ...rest }) => rest, 'refused'],
    ['an id that is none', (payload) => ({ ...payload, id: '../1' }), 'refused'],
    ['an unknown type', (payload) => ({ ...payload, type: 9 }), 'refused'],
    ['a command on a person', (payload) => ({ ...payload, data: { ...payload.data, type: 2 } }), 'refused'],
    [
      '26 options',
      (payload) => ({ ...payload, data: { ...payload.data, options: Array(26).fill(payload.data.options[0]) } }),
      'refused',
    ],
    [
      'a file that did not come along',
      (payload) => ({ ...payload, data: { ...payload.data, resolved: {} } }),
      { kind: 'command' },
    ],
    [
      'an unknown command',
      (payload) => ({ ...payload, data: { ...payload.data, name: 'nothing' } }),
      { kind: 'command' },
    ],
    ['unknown fields', (payload) => ({ ...payload, colour: 'red' }), { kind: 'command' }],
  ])('%s: has its verdict', (_, change, verdict) => {
    const decoded = decodeInteraction(change(valid.command), context);
    if (verdict === 'refused') expect(decoded).toBeUndefined();
    else expect(decoded).toMatchObject(verdict);
  });

  test('a form of somebody else is not ours', () => {
    const data = { ...valid.form.data, custom_id: 'train' };
    expect(decodeInteraction({ ...valid.form, data }, context)).toBeUndefined();
  });
});
