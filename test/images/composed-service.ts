import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '#src/core/package-root.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { type ContainerEngine, workFolder } from './container-engine.js';
import { type BaseImages, s3rverBase } from './make-bases.js';

export type ServiceName = 'bot' | 'worker' | 'redis' | 'postgres' | 's3';

export interface InspectedContainer {
  readonly Config: { readonly Env: readonly string[] };
  readonly HostConfig: { readonly ReadonlyRootfs: boolean; readonly CapAdd: readonly string[] | null };
  readonly State: { readonly Status: string; readonly ExitCode: number; readonly Health?: { readonly Status: string } };
}

const project = 'petbooth-test';
const healthyTimeoutMs = 180_000;

/** What `docker compose up` makes of deploy/compose.yaml and a host's `.env`. */
export class ComposedService {
  readonly #engine: ContainerEngine;
  readonly #options: readonly string[];

  private constructor(engine: ContainerEngine, options: readonly string[]) {
    this.#engine = engine;
    this.#options = options;
  }

  static async prepare(
    engine: ContainerEngine,
    bases: BaseImages,
    settings: Readonly<Record<string, string>>,
  ): Promise<ComposedService> {
    await mkdir(workFolder, { recursive: true });
    const composeFile = join(workFolder, 'compose.yaml');
    const environmentFile = join(workFolder, 'env');
    // Debian's Compose does not know the name of a project yet; here it has one of its own anyway.
    const source = await readFile(join(packageRoot, 'deploy/compose.yaml'), 'utf8');
    await writeFile(composeFile, source.replace(/^name: .*$/m, ''));
    const lines = Object.entries({ ...bases, ...settings }).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(environmentFile, lines.join(''), { mode: 0o600 });
    const s3rver = fileURLToPath(new URL('./s3rver.yaml', import.meta.url));
    const files = [composeFile, ...(bases.S3_IMAGE === s3rverBase ? [s3rver] : [])];
    return new ComposedService(engine, [
      ...['--project-name', project, '--env-file', environmentFile],
      ...files.flatMap((file) => ['--file', file]),
    ]);
  }

  /** Returns when each container says that it is healthy. */
  async start(services: readonly ServiceName[]): Promise<void> {
    await this.compose('up', '--detach', '--no-build');
    await this.untilHealthy(services);
  }

  async untilHealthy(services: readonly ServiceName[]): Promise<void> {
    const areHealthy = async () => {
      const found = await Promise.all(services.map((service) => this.inspect(service)));
      return found.every(({ State: { Health: health } }) => health?.Status === 'healthy');
    };
    await waitFor(`${services.join(', ')} to be healthy`, areHealthy, healthyTimeoutMs);
  }

  async inspect(service: ServiceName): Promise<InspectedContainer> {
    const [found] = JSON.parse(await this.docker('inspect', await this.#containerOf(service))) as InspectedContainer[];
    return found!;
  }

  /** @returns what it printed, errors included, whether it succeeded or not */
  async execute(service: ServiceName, script: string): Promise<string> {
    const command = ['exec', await this.#containerOf(service), 'sh', '-c', `(${script}) 2>&1; true`];
    return (await this.docker(...command)).trim();
  }

  async logs(service: ServiceName): Promise<string> {
    return this.docker('logs', await this.#containerOf(service));
  }

  async killAndStart(service: ServiceName): Promise<void> {
    const id = await this.#containerOf(service);
    await this.docker('kill', id);
    await this.docker('start', id);
  }

  compose(...args: readonly string[]): Promise<string> {
    const [program, ...before] = this.#engine.compose;
    return this.#engine.run(program, [...before, ...this.#options, ...args]);
  }

  docker(...args: readonly string[]): Promise<string> {
    return this.#engine.run('docker', args);
  }

  /** With everything that it kept. */
  async remove(): Promise<void> {
    await this.compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
  }

  async #containerOf(service: ServiceName): Promise<string> {
    return (await this.compose('ps', '--all', '--quiet', service)).trim();
  }
}
