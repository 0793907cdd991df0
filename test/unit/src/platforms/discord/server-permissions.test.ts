import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serverPermissionsOf } from '#src/platforms/discord/server-permissions.js';
import type { DiscordChatOptions } from '#test/emulators/discord/discord-chat.js';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import type { Role } from '#test/emulators/discord/state.js';
import { waitFor } from '#test/helpers/wait-for.js';

const administrator = '8';
const manageMessages = '8192';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

const createRole = (name: string, permissions: string): Role => {
  const role = { id: stage.emulator.clock.newId(), name, permissions };
  stage.emulator.state.roles.set(role.id, role);
  return role;
};
const standingOf = async (options: DiscordChatOptions, isOwner = false) => {
  const chat = stage.emulator.chat(options);
  if (isOwner) stage.emulator.state.ownerId = chat.personId;
  await stage.start();
  await chat.command('imagine', { prompt: 'a cat' });
  const asked = await waitFor('the command', () => stage.bot.invocations[0]);
  return asked.standing!();
};

describe('who moderates a server', () => {
  test.each([
    ['a role that may manage messages', manageMessages, true],
    ['a role that may do everything', administrator, true],
    ['a role with other rights', '2048', false],
  ])('is told by %s', async (_, permissions, isModerator) => {
    const role = createRole('Helpers', permissions);
    expect(await standingOf({ roles: [role], isGuest: true })).toMatchObject({ isModerator });
  });

  test('its owner does, without any role', async () => {
    expect(await standingOf({ isGuest: true }, true)).toMatchObject({ isModerator: true });
  });

  test('what is set for one channel gives that channel alone', async () => {
    expect(await standingOf({ isChannelModerator: true })).toMatchObject({
      isModerator: false,
      isChannelModerator: true,
    });
  });

  test('somebody who does not speak is asked for: as things stand, and not after they left', async () => {
    const { emulator } = stage;
    const helpers = createRole('Helpers', manageMessages);
    const [helper, guest] = [emulator.chat({ roles: [helpers], isGuest: true }), emulator.chat({ isGuest: true })];
    await stage.start();
    const moderates = (id: string) =>
      stage.platform.moderates(
        { platform: 'discord', id, name: '?' },
        { platform: 'discord', server: emulator.state.guildId, channel: helper.channelId },
      );
    expect(await moderates(helper.personId)).toBe(true);
    expect(await moderates(guest.personId)).toBe(false);
    emulator.state.memberRoles.set(helper.personId, []);
    expect(await moderates(helper.personId)).toBe(false);
    emulator.state.memberRoles.set(helper.personId, [helpers.id]);
    helper.leaves();
    expect(await moderates(helper.personId)).toBe(false);
  });

  test('nobody does where the bot is no member', () => {
    expect(serverPermissionsOf(undefined, { id: '5', roles: ['7'] }).bitfield).toBe(0n);
  });
});
