import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import type { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import type { ChatActor } from '#test/emulators/telegram/actors.js';
import type { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import type { ScenarioChat, SeenMessage } from './chat.js';

/** Somebody in a community, and where they are alone with the bot. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly among: ScenarioChat;
  readonly alone: ScenarioChat;
  enters(contest: string, photo: Uint8Array): Promise<void>;
  /** 🗳 below a post that all see. */
  opensBallot(post: SeenMessage, label: string): Promise<void>;
  /** Presses a button, sometimes so that the bot is told twice. */
  presses(message: SeenMessage, label: string): Promise<void>;
  /** A number below a sheet that all see. @returns what whoever presses is told */
  pressesSheet(message: SeenMessage, label: string): Promise<string>;
  /** What the bot told them unasked. */
  readonly toldInPrivate: readonly SeenMessage[];
}

export interface ContestCommunity {
  readonly platform: 'discord' | 'telegram';
  readonly moderator: Member;
  readonly members: readonly Member[];
  /** The bot's messages that everybody sees. */
  readonly posts: readonly SeenMessage[];
}

/** @param isTwice whether the next press is told to the bot twice */
export function onDiscord(
  emulator: DiscordEmulator,
  names: readonly string[],
  isTwice: () => boolean,
): ContestCommunity {
  const moderator = emulator.chat({ name: 'Mona' });
  const memberOf = (chat: DiscordChat): Member => ({
    id: chat.personId,
    name: chat.personName,
    among: chat,
    alone: chat,
    async enters(contest, photo) {
      await chat.command('contest', { action: 'enter', contest, words: 'a dog' }, { photos: [photo] });
    },
    opensBallot: (post, label) => chat.clicks(post, label),
    async presses(message, label) {
      const { customId } = chat.storedOf(message).buttons.find((button) => button.label === label)!;
      const pressed = await chat.press(message, customId);
      if (isTwice()) chat.repeat(pressed);
    },
    pressesSheet: () => Promise.reject(new Error('there are no sheets on Discord')),
    get toldInPrivate() {
      return chat.privateMessages;
    },
  });
  const isForAll = (id: string) => emulator.state.messages.get(id)?.onlyFor === undefined;
  return {
    platform: 'discord',
    moderator: memberOf(moderator),
    members: names.map((name) => memberOf(emulator.chat({ name, with: moderator, isGuest: true }))),
    get posts() {
      return moderator.messages.filter(({ id }) => isForAll(id));
    },
  };
}

export function onTelegram(emulator: TelegramEmulator, names: readonly string[]): ContestCommunity {
  const group = emulator.group('Pet lovers');
  const memberOf = (
    name: string,
  ): Member & { readonly user: ReturnType<typeof emulator.user>; readonly among: ChatActor } => {
    const user = emulator.user(name);
    const among = group.as(user, { looksAlone: true });
    const alone = user.privateChat();
    return {
      id: String(user.user.id),
      user,
      name,
      among,
      alone,
      async enters(contest, photo) {
        await among.say(`/contest enter contest: ${contest} words: a dog`, { photos: [photo] });
      },
      async opensBallot(post, label) {
        const { url } = await among.press(post, label);
        await alone.send(`/start ${new URL(url!).searchParams.get('start')}`);
      },
      async presses(message, label) {
        await among.press(message, label);
      },
      async pressesSheet(message, label) {
        return (await among.press(message, label, sheetPatienceMs)).text ?? '';
      },
      get toldInPrivate() {
        return alone.messages;
      },
    };
  };
  const moderator = memberOf('Gus');
  group.chat.moderators = new Set([moderator.user.user.id]);
  return {
    platform: 'telegram',
    moderator,
    members: names.map(memberOf),
    get posts() {
      return group.as(moderator.user).messages.filter(({ id }) => !id.startsWith('ephemeral-'));
    },
  };
}

/** Telegram brings a press again until the bot has said that it has it. */
const sheetPatienceMs = 30_000;
