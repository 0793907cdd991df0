import { afterEach, expect, test } from 'vitest';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import { waitFor } from '#test/helpers/wait-for.js';

let stage: Stage;
afterEach(() => stage.end());

test.each([
  ['auto', 2, [0, 1]],
  [3, 1, [0, 1, 2]],
] as const)(
  'shards: %s, where Discord asks for %s: each server speaks through its own connection',
  async (shards, asked, connected) => {
    stage = await createStage({ emulator: { shards: asked }, platform: { shards } });
    await stage.start();
    const { gateway, state } = stage.emulator;
    await waitFor('every connection', () => gateway.shards.length === connected.length);
    expect(gateway.shards).toEqual(connected);
    stage.bot.script = async ({ place, person, eventId }) => {
      await stage.platform.send(place, { kind: 'info', text: 'hello' }, { key: eventId, person });
    };
    await stage.emulator.chat().command('start');
    await stage.emulator.chat({ isPrivate: true }).command('start');
    await waitFor('both commands', () => stage.bot.invocations.length === 2);
    const server = Number((BigInt(state.guildId) >> 22n) % BigInt(connected.length));
    expect(gateway.told.get(server)).toBe(server === 0 ? 2 : 1);
    expect(gateway.told.get(0)).toBe(server === 0 ? 2 : 1);
  },
);
