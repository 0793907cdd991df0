import { type Logger, pino } from 'pino';
import { secretNames } from './config.js';

export type { Logger } from 'pino';

/** Secrets, prompts and addresses of files never reach a log, wherever in an object they sit. */
const redactedFields = ['prompt', 'negativePrompt', 'token', 'password', 'url', ...secretNames];

export interface LogOptions {
  readonly level: string;
  /** Which process speaks: bot, worker, engine. */
  readonly name: string;
  readonly destination?: { write(line: string): void };
}

export function createLog({ level, name, destination }: LogOptions): Logger {
  const options = {
    level,
    name,
    redact: {
      paths: redactedFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  };
  return destination ? pino(options, destination) : pino(options, pino.destination({ dest: 2, sync: true }));
}
