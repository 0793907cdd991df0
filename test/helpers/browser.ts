import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

const commandNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const appPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** `CHROMIUM_PATH`, else a Chromium or Chrome of this machine. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.CHROMIUM_PATH) {
    if (!isExecutable(environment.CHROMIUM_PATH))
      throw new Error(`CHROMIUM_PATH: ${environment.CHROMIUM_PATH} cannot be run`);
    return environment.CHROMIUM_PATH;
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders.flatMap((folder) => commandNames.map((name) => join(folder, name))), ...appPaths].find(
    isExecutable,
  );
}

/** Why browser tests are skipped here; undefined where they run. */
export const noBrowserReason =
  findChromium() === undefined
    ? 'no Chromium found: install one (Debian: apt-get install chromium) or set CHROMIUM_PATH'
    : undefined;

export interface OpenedBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A Chromium with a profile of its own that is deleted afterwards, and that speaks to nobody but the page's server. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<OpenedBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'petbooth-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium()!,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
    ...options,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
