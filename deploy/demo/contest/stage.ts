/** Both communities of the demo's contest, and the words in which the bot speaks there. */
import { type LocaleName, locales } from '#locales/index.js';
import type { SeenMessage } from '#test/scenarios/chat.js';
import { textPattern } from '#test/scenarios/world.js';
import type { BotForCommunities } from './bot-for-communities.js';
import { cast, contestTitle } from './cast.js';
import { type Community, type Member, onDiscord, onTelegram } from './community.js';
import { asks, fresh, sees } from './patience.js';
import type { Scene } from './story.js';

type Says = (key: Parameters<typeof textPattern>[1], params?: Parameters<typeof textPattern>[2]) => RegExp;

export interface Stage {
  readonly host: Community;
  readonly guest: Community;
  readonly communities: readonly [Community, Community];
  readonly buttons: (typeof locales)[LocaleName]['buttons'];
  readonly texts: (typeof locales)[LocaleName]['contests'];
  /** A text of the bot, as a pattern. */
  readonly says: Says;
}

export function setStage({ discord, telegram }: BotForCommunities, locale: LocaleName): Stage {
  const peopleOf = (place: keyof typeof cast) => {
    const { entrants, voters, ...named } = cast[place];
    return { ...named, members: [...entrants.map(({ name }) => name), ...voters], locale };
  };
  const host = onDiscord(discord, peopleOf('discord'));
  const guest = onTelegram(telegram, peopleOf('telegram'));
  const { buttons, contests: texts } = locales[locale];
  const says: Says = (key, params) => textPattern(locale, key, params);
  return { host, guest, communities: [host, guest], buttons, texts, says };
}

/** The one post of a contest in a community, once it has this button. */
export function postIn({ moderator }: Community, button: string): Promise<SeenMessage> {
  return sees(
    moderator.chat,
    ({ text, buttons }) => text.startsWith(`🏆 ${contestTitle}\n`) && buttons.includes(button),
  );
}

export function sceneIn({ where }: Community, messages: Scene['messages'], said?: Scene['said']): Scene {
  return { where, messages, ...(said && { said }) };
}

/** What the bot says to one person alone. */
export function sceneFor({ where }: Community, { name }: Member, messages: Scene['messages'], line?: string): Scene {
  return { where: `${where}: only ${name} sees this`, messages, ...(line && { said: { by: name, line } }) };
}

/** Moderators end what runs, which is acted on five seconds later. */
export async function endPhase({ host: { moderator }, buttons, says }: Stage): Promise<void> {
  const { chat } = moderator;
  const asked = await asks(chat, '/host end', says('commands.host.replies.confirmEnd'));
  const told = fresh(chat, says('commands.host.replies.ended', { title: contestTitle }));
  await chat.clicks(asked, buttons.endContest);
  await sees(chat, told);
}
