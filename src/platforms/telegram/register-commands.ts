import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defaultLocale, type LocaleName, locales } from '#locales/index.js';
import type { Note, Notes } from '#src/core/notes.js';
import type { Bot } from '../platform.js';
import type { TelegramClient } from './telegram-client.js';

const kind = 'commands';
const registeredSchema = z.object({ hash: z.string(), languages: z.array(z.string()) });

/** Whoever moderates a group sees more; Telegram asks the narrowest scope that fits. */
const scopes = [undefined, { type: 'all_chat_administrators' }] as const;

/** The lists that Telegram shows after a slash, for each audience in each language; languages have two letters here. */
export function commandLists(bot: Bot) {
  const languages: readonly (LocaleName | undefined)[] = [undefined, ...(Object.keys(locales) as LocaleName[])];
  return scopes.flatMap((scope) =>
    languages.map((locale) => ({
      ...(scope && { scope }),
      ...(locale !== undefined && { language_code: locale.slice(0, 2).toLowerCase() }),
      commands: bot.commands
        .filter(({ forModerators }) => scope !== undefined || !forModerators)
        .map(({ name }) => ({
          command: name,
          description: bot.describe(name, locale ?? defaultLocale).description.slice(0, 256),
        })),
    })),
  );
}

/**
 * Tells Telegram the commands where they changed since it was told last.
 * @param account whose commands these are: another bot on the same database is told anew
 * @returns whether anything was sent
 */
export async function registerCommands(
  client: TelegramClient,
  bot: Bot,
  account: number,
  notes: Notes,
): Promise<boolean> {
  const lists = commandLists(bot);
  const hash = createHash('sha256')
    .update(JSON.stringify([account, lists]))
    .digest('hex');
  const [note] = await notes.read(kind);
  const known = registeredSchema.safeParse(note?.value).data;
  if (known?.hash === hash) return false;
  for (const list of lists) await client.call('setMyCommands', list);
  const languages = [...new Set(lists.flatMap(({ language_code }) => language_code ?? []))];
  for (const language of known?.languages ?? []) {
    if (languages.includes(language)) continue;
    for (const scope of scopes)
      await client.call('deleteMyCommands', { ...(scope && { scope }), language_code: language });
  }
  await notes.put(noteOf({ hash, languages }));
  return true;
}

/** @param json what the file of an earlier version held */
export function noteOfFile(json: unknown): Note | undefined {
  const registered = registeredSchema.safeParse(json).data;
  return registered && noteOf(registered);
}

function noteOf(value: z.infer<typeof registeredSchema>): Note {
  return { kind, key: 'registered', at: Date.now(), value };
}
