import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { environmentFor } from '#src/operations/process-environment.js';

/** What the decision depends on, and nothing else of the machine. */
export interface InstallSituation {
  readonly platform: NodeJS.Platform;
  /** `ID` and `ID_LIKE` of os-release. */
  readonly distributions: readonly string[];
  readonly isRoot: boolean;
  readonly isCI: boolean;
  readonly isTerminal: boolean;
  readonly hasCommand: (name: string) => boolean;
}

export interface InstallPlan {
  /** Install without asking, ask first, or only say what to type. */
  readonly action: 'install' | 'ask' | 'explain';
  /** Shell script of the installation; absent where we know none. */
  readonly script?: string;
  /** What a person would type for the same. */
  readonly line: string;
}

const serverNames = ['redis-server', 'valkey-server'] as const;

/** Path of `redis-server` or else `valkey-server`. */
export function findServer(searchPath: string | undefined): string | undefined {
  return serverNames.map((name) => findCommand(name, searchPath)).find((path) => path !== undefined);
}

export function planInstall(situation: InstallSituation): InstallPlan {
  const { platform, distributions, isRoot, isCI, isTerminal, hasCommand } = situation;
  const manager = managers.find(
    (candidate) => candidate.fits(platform, distributions) && hasCommand(candidate.command),
  );
  if (!manager) {
    return {
      action: 'explain',
      line:
        platform === 'win32'
          ? 'wsl --install   (and run there), or set REDIS_URL'
          : 'install redis-server or valkey-server, or set REDIS_URL',
    };
  }
  const needsRoot = manager.needsRoot && !isRoot;
  const line = manager.lines.map((part) => (needsRoot ? `sudo ${part}` : part)).join(' && ');
  if (needsRoot && !hasCommand('sudo')) return { action: 'explain', line: manager.lines.join(' && ') };
  const asRoot = (flags: string) => (needsRoot ? `sudo ${flags}sh -c ${quote(manager.script)}` : manager.script);
  if ((isRoot && manager.isDebian) || isCI) return { action: 'install', script: asRoot('-n '), line };
  if (isTerminal) return { action: 'ask', script: asRoot(''), line };
  return { action: 'explain', line };
}

/** Makes sure that a server is installed, as `planInstall` decides. @throws Error with the line to type */
export async function installServer(
  onMessage: (message: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const plan = planInstall(describeSituation(environment));
  const explanation = `Petbooth needs redis-server (or valkey-server), and found none. Type this and start again:\n\n  ${plan.line}\n`;
  if (plan.action === 'explain' || plan.script === undefined) throw new Error(explanation);
  if (plan.action === 'ask' && !(await confirm(`Petbooth needs Redis. Install it now with \`${plan.line}\`? [Y/n] `))) {
    throw new Error(explanation);
  }
  onMessage(`installing Redis: ${plan.line}`);
  const { code, output } = await runScript(plan.script, environment, plan.action === 'ask');
  const server = findServer(environment.PATH);
  if (code !== 0 || server === undefined) {
    throw new Error(`Redis could not be installed (exit status ${code}).\n${lastLines(output, 8)}\n${explanation}`);
  }
  return server;
}

interface PackageManager {
  readonly command: string;
  readonly fits: (platform: NodeJS.Platform, distributions: readonly string[]) => boolean;
  readonly needsRoot: boolean;
  readonly isDebian?: boolean;
  readonly lines: readonly string[];
  readonly script: string;
}

// Debian's package starts and enables a server of its own on port 6379. policy-rc.d is Debian's way to forbid the start;
// where the machine already has one, it is left as it is. A service that was there before stays enabled.
const debianScript = `
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get -o DPkg::Lock::Timeout=120 update
apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends redis-server
update-rc.d redis-server disable >/dev/null 2>&1 || true
`.trim();

const managers: readonly PackageManager[] = [
  {
    command: 'apt-get',
    fits: (platform, distributions) =>
      platform === 'linux' && distributions.some((id) => id === 'debian' || id === 'ubuntu'),
    needsRoot: true,
    isDebian: true,
    lines: ['apt-get update', 'apt-get install -y redis-server'],
    script: debianScript,
  },
  {
    command: 'dnf',
    fits: (platform) => platform === 'linux',
    needsRoot: true,
    lines: ['dnf install -y valkey'],
    script: 'dnf install -y valkey',
  },
  {
    command: 'apk',
    fits: (platform) => platform === 'linux',
    needsRoot: true,
    lines: ['apk add redis'],
    script: 'apk add redis',
  },
  {
    command: 'pacman',
    fits: (platform) => platform === 'linux',
    needsRoot: true,
    lines: ['pacman -S --noconfirm valkey'],
    script: 'pacman -S --noconfirm valkey',
  },
  {
    command: 'brew',
    fits: (platform) => platform === 'darwin',
    needsRoot: false,
    lines: ['brew install redis'],
    script: 'brew install redis',
  },
];

function describeSituation(environment: NodeJS.ProcessEnv): InstallSituation {
  return {
    platform: process.platform,
    distributions: readDistributions(),
    isRoot: process.getuid?.() === 0,
    isCI: isTruthy(environment.CI),
    isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    hasCommand: (name) => findCommand(name, environment.PATH) !== undefined,
  };
}

function findCommand(name: string, searchPath: string | undefined): string | undefined {
  return (searchPath ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The words of `ID` and `ID_LIKE`, e.g. `ubuntu`, `debian`. */
export function parseDistributions(osRelease: string): string[] {
  return osRelease
    .split('\n')
    .flatMap((line) => /^ID(?:_LIKE)?=(.*)$/.exec(line)?.[1] ?? [])
    .flatMap((value) =>
      value
        .trim()
        .replace(/^["']|["']$/g, '')
        .split(/\s+/),
    );
}

function readDistributions(): string[] {
  try {
    return parseDistributions(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return [];
  }
}

function isTruthy(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

function runScript(
  script: string,
  environment: NodeJS.ProcessEnv,
  isInteractive: boolean,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    // With a person at the terminal, sudo may ask for a password and the progress is worth seeing.
    const child = spawn('/bin/sh', ['-c', script], {
      env: environmentFor('installer', environment),
      stdio: isInteractive ? ['inherit', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function lastLines(output: string, count: number): string {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}

function quote(script: string): string {
  return `'${script.replaceAll("'", "'\\''")}'`;
}
