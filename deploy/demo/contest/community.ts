/** A community on an emulated service, and what its people can do there. */
import type { LocaleName } from '#locales/index.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import type { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import type { ChatActor } from '#test/emulators/telegram/actors.js';
import type { EmulatedMessage } from '#test/emulators/telegram/state.js';
import type { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import type { ScenarioChat, SeenMessage } from '#test/scenarios/chat.js';
import { patienceMs } from './patience.js';
import { type ShownMessage, shownOnDiscord, shownOnTelegram } from './shown-message.js';

export interface Member {
  readonly name: string;
  readonly chat: ScenarioChat;
  /** Where nobody else sees what the bot says. */
  readonly alone: ScenarioChat;
  /** Presses a button of a post that leads to where the member is alone with the bot. */
  opens(post: SeenMessage, label: string): Promise<void>;
  /** A message of `chat`, as it looks to this member now. */
  shown(message: SeenMessage): ShownMessage;
  /** One of `alone`. */
  shownAlone(message: SeenMessage): ShownMessage;
}

export interface Community {
  readonly where: string;
  readonly moderator: Member;
  readonly members: readonly Member[];
  /** Messages that everybody sees, oldest first. */
  posts(): readonly ShownMessage[];
}

interface People {
  readonly community: string;
  readonly moderator: string;
  readonly members: readonly string[];
  readonly locale: LocaleName;
}

export function onDiscord(emulator: DiscordEmulator, { community, moderator, members, locale }: People): Community {
  const language = locale === 'en' ? 'en-US' : locale === 'es' ? 'es-ES' : locale;
  const first = emulator.chat({ name: moderator, locale: language });
  const member = (chat: DiscordChat): Member => {
    const shown = (message: SeenMessage) => shownOnDiscord(chat.storedOf(message), locale);
    return {
      name: chat.personName,
      chat,
      alone: chat,
      opens: (post, label) => chat.clicks(post, label),
      shown,
      shownAlone: shown,
    };
  };
  return {
    where: `Discord, ${community}`,
    moderator: member(first),
    members: members.map((name) => member(emulator.chat({ name, with: first, locale: language, isGuest: true }))),
    posts: () =>
      first.visible.filter(({ onlyFor }) => onlyFor === undefined).map((message) => shownOnDiscord(message, locale)),
  };
}

export function onTelegram(emulator: TelegramEmulator, { community, moderator, members, locale }: People): Community {
  const group = emulator.group(community);
  const memberOf = (name: string): Member => {
    const user = emulator.user(name, { language: locale });
    const alone = user.privateChat();
    const chat = group.as(user, { looksAlone: true });
    if (name === moderator) group.chat.moderators = new Set([user.user.id]);
    return {
      name,
      chat,
      alone,
      async opens(post, label) {
        const { url } = await chat.press(post, label, patienceMs);
        await alone.send(`/start ${new URL(url!).searchParams.get('start')}`);
      },
      shown: ({ id }) => shownOnTelegram(id.startsWith('alone-') ? rawOf(alone, id.slice(6)) : rawOf(chat, id)),
      shownAlone: ({ id }) => shownOnTelegram(rawOf(alone, id)),
    };
  };
  const first = memberOf(moderator);
  const everybody = group.as(emulator.user('somebody'));
  return {
    where: `Telegram, ${community}`,
    moderator: first,
    members: members.map(memberOf),
    posts: () => everybody.raw.map(shownOnTelegram),
  };
}

/** By the id that a chat gives it. */
function rawOf({ raw }: ChatActor, id: string): EmulatedMessage {
  const found = raw.find(
    ({ message_id, onlyFor }) => (onlyFor ? `ephemeral-${onlyFor.id}` : String(message_id)) === id,
  );
  if (!found) throw new Error(`message ${id} is gone`);
  return found;
}
