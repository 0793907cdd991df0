import { Collection, type Guild, PermissionsBitField } from 'discord.js';
import { expect, test } from 'vitest';
import { setRoleOf } from '#src/platforms/discord/server-permissions.js';

const bits = PermissionsBitField.Flags;
const guild = {
  id: '1',
  roles: {
    cache: new Collection(
      [
        ['1', bits.SendMessages],
        ['5', bits.SendMessages],
        ['6', bits.ManageMessages],
      ].map(([id, permissions]) => [id as string, { permissions: new PermissionsBitField(permissions as bigint) }]),
    ),
  },
} as unknown as Guild;

/** What was asked of Discord, and what came of it. */
async function set(role: string, isOn: boolean) {
  const asked: string[] = [];
  const requests = {
    send: async (method: string, route: string) => {
      asked.push(`${method} ${route}`);
    },
  };
  return { isDone: await setRoleOf(requests as never, guild, { person: '7', role, isOn }), asked };
}

test('a role is given and taken', async () => {
  expect(await set('5', true)).toEqual({ isDone: true, asked: ['PUT /guilds/1/members/7/roles/5'] });
  expect(await set('5', false)).toEqual({ isDone: true, asked: ['DELETE /guilds/1/members/7/roles/5'] });
});

test('a role that may do more than everybody, or that is not there, is given to nobody', async () => {
  for (const role of ['6', '9']) expect(await set(role, true)).toEqual({ isDone: false, asked: [] });
});
