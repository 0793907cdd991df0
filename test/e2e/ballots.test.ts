import { describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { Contest } from '#src/contests/contest.js';
import type { Platform } from '#src/platforms/platform.js';
import { createBotStage as createDiscordStage } from '#test/emulators/discord/bot-stage.js';
import { createBotStage as createTelegramStage } from '#test/emulators/telegram/bot-stage.js';
import { withPages } from '#test/helpers/public-pages.js';
import {
  type Booth,
  beginVoting,
  voteByApproval,
  voteInOtherWays,
  voteOnPage,
  voteWithoutRoom,
} from '#test/scenarios/vote.js';

/** A public post with the button that opens ballots. */
const post = (platform: Platform, { place }: Pick<Booth, 'place'>, { id }: Pick<Contest, 'id'>) =>
  platform.send(
    place,
    { kind: 'info', text: `vote in ${id}`, buttons: [{ label: '🗳', action: `ballot?c=${id}` }] },
    { key: `post-${id}` },
  );

describe('a ballot', () => {
  test('on Discord is an ephemeral message that changes under one’s thumb', async () => {
    const stage = await createDiscordStage();
    const [platform] = (await stage.startBot({ config: await withPages(stage.spine.config) })).platforms as [Platform];
    const chat = stage.emulator.chat({ locale: 'de' });
    const others = stage.emulator.chat({ name: 'Ben', with: chat });
    const booth: Booth = {
      spine: stage.spine,
      locale: 'de',
      place: { platform: 'discord', server: stage.emulator.state.guildId, channel: chat.channelId },
      voterId: chat.personId,
      chat,
      async opens(contest) {
        await post(platform, this, contest);
        await chat.clicks(await chat.sees(({ text }) => text === `vote in ${contest.id}`), '🗳');
      },
      async isTold(message, label) {
        const before = new Set(chat.messages.map(({ id }) => id));
        await chat.clicks(message, label);
        return (await chat.sees(({ id }) => !before.has(id))).text;
      },
    };
    await voteByApproval(booth);
    await voteInOtherWays(booth);
    await voteOnPage(booth);
    await voteWithoutRoom(booth);
    expect(others.messages.map(({ text }) => text).filter((text) => !text.startsWith('vote in '))).toEqual([]);
    await stage.end();
  });

  test('on Telegram is where one is alone with the bot, and a group marks by toasts', async () => {
    const stage = await createTelegramStage();
    const [platform] = (await stage.startBot({ config: await withPages(stage.spine.config) })).platforms as [Platform];
    const anna = stage.emulator.user('Anna');
    const group = stage.emulator.group('Pets');
    const [among, alone] = [group.as(anna), anna.privateChat()];
    const booth: Booth = {
      spine: stage.spine,
      locale: 'en',
      place: { platform: 'telegram', server: String(group.chat.id), channel: String(group.chat.id) },
      voterId: String(anna.user.id),
      chat: alone,
      async opens(contest) {
        await post(platform, this, contest);
        const shown = await among.sees(({ text }) => text === `vote in ${contest.id}`);
        const { url } = await among.press(shown, '🗳');
        await alone.send(`/start ${new URL(url!).searchParams.get('start')}`);
      },
      async isTold(message, label) {
        return (await alone.press(message, label)).text!;
      },
    };
    await voteByApproval(booth);
    await voteInOtherWays(booth);
    await voteOnPage(booth);
    await voteWithoutRoom(booth);

    const { contest } = await beginVoting(booth);
    const sheet = { label: '5', action: `mark?c=${contest.id}&e=5` };
    const own = { label: '1', action: `mark?c=${contest.id}&e=1` };
    await platform.send(booth.place, { kind: 'info', text: 'sheets', buttons: [own, sheet] }, { key: 'sheets' });
    const sheets = await among.sees(({ text }) => text === 'sheets');
    const toasts = [await among.press(sheets, '5'), await among.press(sheets, '5'), await among.press(sheets, '1')];
    const { ballots } = locales.en.contests;
    expect(toasts.map(({ text }) => text)).toEqual([
      ballots.markedLeft.replace('{list}', '5').replace('{left}', '2'),
      ballots.nothingLeft.replace('{left}', '3'),
      locales.en.errors.ballotOwn,
    ]);
    // Whoever was seen nowhere cannot vote by a link alone.
    const eve = stage.emulator.user('Eve').privateChat();
    await eve.send(`/start v_${contest.id}`);
    await eve.sees(({ text }) => text === locales.en.errors.voteMembershipUnknown);
    await stage.end();
  });
});
