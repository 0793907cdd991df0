import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { defaultLocale, type LocaleName, locales } from '#locales/index.js';
import type { Bot } from '../platform.js';
import type { TelegramClient } from './telegram-client.js';

const stateSchema = z.object({ hash: z.string(), languages: z.array(z.string()) });

/** The list that Telegram shows after a slash, in each language; languages have two letters here. */
export function commandLists(bot: Bot) {
  const names = Object.keys(locales) as LocaleName[];
  return [undefined, ...names].map((locale) => ({
    ...(locale !== undefined && { language_code: locale.slice(0, 2).toLowerCase() }),
    commands: bot.commands.map(({ name }) => ({
      command: name,
      description: bot.describe(name, locale ?? defaultLocale).description.slice(0, 256),
    })),
  }));
}

/**
 * Tells Telegram the commands where they changed since it was told last.
 * @param account whose commands these are: another bot in the same folder is told anew
 * @returns whether anything was sent
 */
export async function registerCommands(
  client: TelegramClient,
  bot: Bot,
  account: number,
  path: string,
): Promise<boolean> {
  const lists = commandLists(bot);
  const hash = createHash('sha256')
    .update(JSON.stringify([account, lists]))
    .digest('hex');
  const known = await readState(path);
  if (known?.hash === hash) return false;
  for (const list of lists) await client.call('setMyCommands', list);
  const languages = lists.flatMap(({ language_code }) => language_code ?? []);
  for (const language of known?.languages ?? []) {
    if (!languages.includes(language)) await client.call('deleteMyCommands', { language_code: language });
  }
  await writeFile(`${path}.tmp`, JSON.stringify({ hash, languages }), { mode: 0o600 });
  await rename(`${path}.tmp`, path);
  return true;
}

async function readState(path: string): Promise<z.output<typeof stateSchema> | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
