import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Routes } from 'discord.js';
import type { Logger } from '#src/log.js';
import type { Requests } from './requests.js';

/**
 * Tells Discord the commands, for all servers, only when they changed since it was last told: it takes few registrations a day.
 * The hash stands in `dataFolder/commands.json`; deleting that file registers anew.
 */
export async function registerCommands(options: {
  readonly requests: Requests;
  readonly applicationId: string;
  readonly commands: readonly unknown[];
  readonly dataFolder: string;
  readonly log: Logger;
}): Promise<void> {
  const { requests, applicationId, commands, dataFolder, log } = options;
  const path = join(dataFolder, 'commands.json');
  const hash = createHash('sha256')
    .update(JSON.stringify([applicationId, commands]))
    .digest('hex');
  const known = await readFile(path, 'utf8')
    .then((text): unknown => JSON.parse(text))
    .catch(() => undefined);
  if (typeof known === 'object' && known !== null && 'hash' in known && known.hash === hash) return;
  await requests.send('PUT', Routes.applicationCommands(applicationId), { body: commands });
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.tmp`, `${JSON.stringify({ hash })}\n`);
  await rename(`${path}.tmp`, path);
  log.info({ commands: commands.length }, 'commands were registered with Discord');
}
