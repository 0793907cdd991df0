/** What the topics about the running service share. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningService, startService } from '#deploy/demo/service.js';

export interface BenchFolder {
  start(environment?: Readonly<Record<string, string>>): Promise<RunningService>;
  /** Entries of the log of the present start. */
  logEntries(): Promise<readonly LogEntry[]>;
}

export interface LogEntry {
  readonly msg?: string;
  readonly job?: string;
  readonly milliseconds?: number;
}

/** Lends a folder in which a service may be started again and again; stops the last one and removes everything. */
export async function withServiceFolder<Result>(work: (folder: BenchFolder) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-bench-'));
  const logPath = join(folder, 'service.log');
  let service: RunningService | undefined;
  try {
    return await work({
      async start(environment = {}) {
        await service?.stop();
        service = await startService({ logPath, dataFolder: join(folder, 'data'), keepData: true, environment });
        return service;
      },
      async logEntries() {
        const lines = (await readFile(logPath, 'utf8')).split('\n');
        return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogEntry);
      },
    });
  } finally {
    await service?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
