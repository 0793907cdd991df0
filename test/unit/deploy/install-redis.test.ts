import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  findServer,
  type InstallSituation,
  installServer,
  parseDistributions,
  planInstall,
} from '#deploy/install-redis.js';

const debian: InstallSituation = {
  platform: 'linux',
  distributions: ['debian'],
  isRoot: false,
  isCI: false,
  isTerminal: false,
  hasCommand: (name) => name === 'apt-get' || name === 'sudo',
};

describe('the plan to install Redis', () => {
  test('root on Debian or Ubuntu installs without a question', () => {
    expect(planInstall({ ...debian, isRoot: true })).toMatchObject({ action: 'install' });
    expect(planInstall({ ...debian, isRoot: true, distributions: ['linuxmint', 'ubuntu', 'debian'] }).action).toBe(
      'install',
    );
  });

  test('a CI machine installs without a question, through a sudo that may not ask for a password', () => {
    const plan = planInstall({ ...debian, isCI: true });
    expect(plan.action).toBe('install');
    expect(plan.script).toMatch(/^sudo -n sh -c '/);
  });

  test('a person at a terminal is asked', () => {
    expect(planInstall({ ...debian, isTerminal: true }).action).toBe('ask');
    expect(
      planInstall({ ...debian, platform: 'darwin', isTerminal: true, hasCommand: (name) => name === 'brew' }),
    ).toMatchObject({
      action: 'ask',
      script: 'brew install redis',
    });
  });

  test('without root, CI or a terminal the exact line to type is given', () => {
    expect(planInstall(debian)).toEqual({
      action: 'explain',
      script: undefined,
      line: 'sudo apt-get update && sudo apt-get install -y redis-server',
    });
  });

  test('without sudo nothing is tried', () => {
    expect(planInstall({ ...debian, isCI: true, hasCommand: (name) => name === 'apt-get' }).action).toBe('explain');
  });

  test('root on another distribution without CI is asked, as the package manager there is less well known', () => {
    const alpine = {
      ...debian,
      distributions: ['alpine'],
      isRoot: true,
      isTerminal: true,
      hasCommand: (name: string) => name === 'apk',
    };
    expect(planInstall(alpine)).toMatchObject({ action: 'ask', line: 'apk add redis' });
  });

  test('a machine with no known package manager names the package and the variable', () => {
    expect(planInstall({ ...debian, isRoot: true, hasCommand: () => false }).line).toContain('REDIS_URL');
  });

  test('the script for Debian asks nothing and keeps the packaged service from starting', () => {
    const { script } = planInstall({ ...debian, isRoot: true });
    expect(script).toContain('DEBIAN_FRONTEND=noninteractive');
    expect(script).toContain('exit 101');
    expect(script).toMatch(/update[\s\S]*install -y .*redis-server/);
  });

  test('os-release of a derived distribution gives all its ancestors', () => {
    expect(parseDistributions('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21"')).toEqual([
      'linuxmint',
      'ubuntu',
      'debian',
    ]);
  });
});

describe('finding and installing a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petbooth-path-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const program = (bin: string, name: string, mode: number, script = '') => {
    mkdirSync(join(folder, bin), { recursive: true });
    writeFileSync(join(folder, bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, bin, name), mode);
    return join(folder, bin);
  };
  /** A machine whose only package manager does what the script says. */
  const machineWith = (bin: string, script: string) => {
    const path = program(bin, 'apk', 0o755, script);
    program(bin, 'sudo', 0o755, '[ "$1" = -n ] && shift; exec "$@"');
    for (const name of ['sh', 'chmod']) symlinkSync(`/bin/${name}`, join(path, name));
    return path;
  };

  test('Redis is preferred to Valkey, and a file that cannot run does not count', () => {
    const valkey = program('valkey', 'valkey-server', 0o755);
    const redis = program('redis', 'redis-server', 0o755);
    const broken = program('broken', 'redis-server', 0o644);
    expect(findServer(valkey)).toBe(join(valkey, 'valkey-server'));
    expect(findServer(`${valkey}:${redis}`)).toBe(join(redis, 'redis-server'));
    expect(findServer(broken)).toBeUndefined();
    expect(findServer('')).toBeUndefined();
    expect(findServer(undefined)).toBeUndefined();
  });

  test('where nothing can be installed the error holds the line to type', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(installServer(() => {}, { PATH: empty })).rejects.toThrow(/Type this and start again/);
  });

  test.skipIf(process.platform !== 'linux')(
    'on a CI machine the package manager runs, and its server is found',
    async () => {
      const path = machineWith(
        'works',
        `printf '#!/bin/sh\\n' > ${folder}/works/redis-server; chmod 755 ${folder}/works/redis-server`,
      );
      const messages: string[] = [];
      expect(await installServer((message) => messages.push(message), { PATH: path, CI: 'true' })).toBe(
        join(path, 'redis-server'),
      );
      expect(messages[0]).toMatch(/^installing Redis: (sudo )?apk add redis$/);
    },
  );

  test.skipIf(process.platform !== 'linux')(
    'a package manager that fails is quoted, with the line to type',
    async () => {
      const path = machineWith('fails', 'echo "no network here" >&2; exit 7');
      const failure = await installServer(() => {}, { PATH: path, CI: '1' }).catch((error: Error) => error.message);
      expect(failure).toContain('exit status 7');
      expect(failure).toContain('no network here');
      expect(failure).toContain('apk add redis');
    },
  );
});
