import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a server on which tests make databases of their own. Absent: they use the embedded one. */
    readonly postgresUrl?: string;
  }
}

/** Set-up of the projects that run on Postgres. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
