import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const port = 7070;
const bucket = 'petbooth';

export interface S3OnMachine {
  readonly settings: Readonly<Record<`S3_${string}`, string>>;
  kill(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** s3rver on a machine of the test's own. It is there when somebody tries again. */
export async function startS3On(address: string, on: readonly string[]): Promise<S3OnMachine> {
  const directory = await mkdtemp(join(tmpdir(), 'petbooth-s3-'));
  const program = join(dirname(createRequire(import.meta.url).resolve('s3rver/package.json')), 'bin/s3rver.js');
  let server: ChildProcess | undefined;
  const start = () => {
    const where = ['--directory', directory, '--address', '0.0.0.0', '--port', String(port)];
    const command = [...on, process.execPath, program, '--silent', '--configure-bucket', bucket, ...where];
    server = spawn(command[0]!, command.slice(1), { stdio: 'ignore' });
  };
  const kill = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  };
  start();
  return {
    settings: {
      S3_ENDPOINT: `http://${address}:${port}`,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
    kill,
    start,
    async stop() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
