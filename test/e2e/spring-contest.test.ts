import { afterEach, beforeEach, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { RunningBot } from '#src/bot.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { DiscordPlatform } from '#src/platforms/discord/discord-platform.js';
import { TelegramPlatform } from '#src/platforms/telegram/telegram-platform.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated } from '#test/emulators/discord/setup.js';
import { emulated as emulatedTelegram } from '#test/emulators/telegram/setup.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { withPages } from '#test/helpers/public-pages.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import type { ScenarioChat } from '#test/scenarios/chat.js';
import { type ScenarioLocale, scenarioLocales } from '#test/scenarios/locales.js';
import { type Community, type Prize, springContest } from '#test/scenarios/spring-contest.js';
import { WebPerson } from '#test/scenarios/web-person.js';

let spine: Spine;
let discord: DiscordEmulator;
let telegram: TelegramEmulator;
let visitor: WebPerson | undefined;

beforeEach(async () => {
  [discord, telegram, spine] = await Promise.all([DiscordEmulator.start(), TelegramEmulator.start(), createSpine()]);
});
afterEach(async () => {
  visitor?.close();
  await spine.stop();
  await Promise.all([discord.stop(), telegram.stop()]);
  expect(discord.violations).toEqual([]);
  expect(telegram.violations).toEqual([]);
});

function onDiscord(locale: ScenarioLocale): Community {
  const language = locale === 'de' ? 'de' : 'en-US';
  const moderator = discord.chat({ name: 'Mona', locale: language });
  const member = (name: string) => discord.chat({ name, with: moderator, locale: language, isGuest: true });
  const other = member('Ben');
  return {
    moderator,
    artist: member('Anna'),
    other,
    alone: (person) => person,
    async enterPhoto(bytes) {
      const message = other.writes('look', [{ name: 'photo.jpg', type: 'image/jpeg', bytes }]);
      await other.submits(await other.chooses(locales[locale].commands.contest.menu, message), { words: 'a dog' });
    },
    opens: (voter: ScenarioChat, post, label) => (voter as DiscordChat).clicks(post, label),
  };
}

function onTelegram(language: ScenarioLocale): Community {
  const group = telegram.group('Pet lovers');
  const people = ['Gus', 'Cleo', 'Dan'].map((name) => {
    const user = telegram.user(name, { language });
    return { user, among: group.as(user, { looksAlone: true }), alone: user.privateChat() };
  });
  const [gus, cleo, dan] = people;
  group.chat.moderators = new Set([gus!.user.user.id]);
  const of = (person: ScenarioChat) => people.find(({ among }) => among === person)!;
  return {
    moderator: gus!.among,
    artist: cleo!.among,
    other: dan!.among,
    alone: (person) => of(person).alone,
    enterPhoto: (photo) => dan!.among.say('/contest enter words: a dog', { photos: [photo] }),
    async opens(voter, post, label) {
      const { among, alone } = of(voter);
      const { url } = await among.press(post, label);
      await alone.send(`/start ${new URL(url!).searchParams.get('start')}`);
    },
  };
}

/** In front of a bot that is not there yet. */
function prizeOnDiscord({ moderator }: Community): Prize {
  const { state } = discord;
  const role = { id: '900000000000000001', name: 'Champion' };
  state.roles.set(role.id, role);
  return {
    role,
    isHeldBy: (person) => state.memberRoles.get((person as DiscordChat).personId)!.includes(role.id),
    allow: (isAllowed) => {
      state.canManageRoles = isAllowed;
    },
    privateMessages: () => (moderator as DiscordChat).privateMessages,
  };
}

const loopback = { host: '127.0.0.1', port: 0, allowedHosts: [], maxPhotoBytes: 1e6 };
const hosts = { en: 'Discord', de: 'Telegram' } as const;

test.each(scenarioLocales.map((locale) => [hosts[locale], locale] as const))(
  'a contest that is hosted on %s is entered, voted on, published and corrected there, elsewhere and on the page (%s)',
  async (hostName, locale) => {
    const communities = [onDiscord(locale), onTelegram(locale)] as const;
    const [host, guest] = hostName === 'Discord' ? communities : [communities[1], communities[0]];
    const prize = hostName === 'Discord' ? prizeOnDiscord(host) : undefined;
    const config = await withPages(spine.config);
    let bot: RunningBot;
    let page: WebPlatform;
    const start = async () => {
      bot = await spine.startBot({
        config,
        createPlatforms(blobs, { notesOf }) {
          const common = { blobs, log: spine.log };
          page = new WebPlatform({ ...common, ...loopback, notes: notesOf('web') });
          return [
            page,
            new DiscordPlatform({ ...common, ...emulated(discord), notes: notesOf('discord') }),
            new TelegramPlatform({ ...common, ...emulatedTelegram(telegram), notes: notesOf('telegram') }),
          ];
        },
      });
    };
    await start();
    visitor = await WebPerson.open(page!.url, locale);
    await spine.startWorker();
    await springContest({
      ...(prize && { prize }),
      locale,
      host,
      guest,
      visitor,
      database: () => spine.database!,
      async whileAway(happens) {
        await bot.stop();
        const kept = await openDatabase({ url: config.DATABASE_URL, folder: spine.folder, migrationsFolder });
        await happens(kept.database);
        await kept.close();
        await start();
      },
    });
  },
);
