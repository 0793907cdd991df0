import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageRoot } from '#src/core/package-root.js';
import { type ContainerEngine, workFolder } from './container-engine.js';

/** As compose.yaml and Dockerfile name them, or nothing where those that they name were pulled. */
export type BaseImages = Readonly<
  Partial<Record<'NODE_IMAGE' | 'REDIS_IMAGE' | 'POSTGRES_IMAGE' | 'S3_IMAGE', string>>
>;

export const s3rverBase = 'petbooth-base-s3rver';

const execute = promisify(execFile);
const npmVersion = '10.9.9';
const certificates = '/etc/ssl/certs/ca-certificates.crt';
/** The program, where somebody has built it: `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`. */
const { VERSITYGW: versitygw } = process.env;
const targets = {
  NODE_IMAGE: 'node',
  REDIS_IMAGE: 'redis',
  POSTGRES_IMAGE: 'postgres',
  S3_IMAGE: versitygw === undefined ? 's3rver' : 'versitygw',
} as const;

/** Images of the same use as those that Dockerfile and compose.yaml name: pulled where a registry answers, else made here. */
export async function prepareBases(engine: ContainerEngine): Promise<BaseImages> {
  const { image, version } = await readNodeImage();
  const canPull = await engine.run('docker', ['pull', '--quiet', image]).then(
    () => true,
    () => false,
  );
  return canPull ? {} : makeBases(engine, version);
}

/** The version that hosts get is the version that is tried here. */
async function readNodeImage(): Promise<{ image: string; version: string }> {
  const dockerfile = await readFile(join(packageRoot, 'deploy/Dockerfile'), 'utf8');
  const [, image, version] = dockerfile.match(/^ARG NODE_IMAGE=(node:([\d.]+)\S*)$/m) ?? [];
  if (image === undefined || version === undefined) throw new Error('deploy/Dockerfile names no version of Node');
  return { image, version };
}

async function makeBases(engine: ContainerEngine, nodeVersion: string): Promise<BaseImages> {
  const context = join(workFolder, 'context');
  await mkdir(context, { recursive: true });
  await makeDebian(join(context, 'debian.tar'));
  await unpackFromNpm(`node-linux-${process.arch}@${nodeVersion}`, join(context, 'node'));
  await unpackFromNpm(`npm@${npmVersion}`, join(context, 'npm'));
  await copyFile(certificates, join(context, 'ca-certificates.crt'));
  if (versitygw !== undefined) await copyFile(versitygw, join(context, 'versitygw'));
  const here = fileURLToPath(new URL('.', import.meta.url));
  for (const name of ['bases.Dockerfile', 'postgres-entrypoint.sh'])
    await copyFile(join(here, name), join(context, name));
  const made: Record<string, string> = {};
  for (const [variable, target] of Object.entries(targets)) {
    const tag = `petbooth-base-${target}`;
    const file = ['--file', join(context, 'bases.Dockerfile'), '--target', target, '--tag', tag];
    await engine.run('docker', ['build', '--network', 'host', ...file, context]);
    made[variable] = tag;
  }
  return made;
}

async function makeDebian(archive: string): Promise<void> {
  if (existsSync(archive)) return;
  const folder = join(workFolder, 'debian');
  await rm(folder, { recursive: true, force: true });
  await execute('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', folder]);
  await execute('tar', ['--create', '--file', `${archive}.part`, '--directory', folder, '.']);
  await rename(`${archive}.part`, archive);
  await rm(folder, { recursive: true });
}

async function unpackFromNpm(specifier: string, folder: string): Promise<void> {
  const { stdout } = await execute('npm', ['pack', '--silent', specifier, '--pack-destination', workFolder]);
  const archive = join(workFolder, stdout.trim());
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await execute('tar', ['--extract', '--file', archive, '--directory', folder, '--strip-components', '1']);
  await rm(archive);
}
