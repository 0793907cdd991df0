import { type Logger, pino, stdSerializers } from 'pino';
import { secretNames } from './config.js';
import { readableLine } from './readable-log.js';

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
    serializers: { err: serializeError },
    redact: {
      paths: redactedFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  };
  return pino(options, destination ?? standardError());
}

/** Written at once, so that the last line before a crash is there. */
function standardError(): { write(line: string): void } {
  if (!process.stderr.isTTY) return pino.destination({ dest: 2, sync: true });
  // A terminal that was closed takes nothing more, which is no reason to die before everything is put away.
  process.stderr.on('error', () => {});
  return { write: (line) => void process.stderr.write(readableLine(line)) };
}

/** A failed query names its parameters in message, stack and fields, and those are what people wrote. */
function serializeError(error: unknown): unknown {
  // What is told to people holds their words.
  if (error instanceof Error && error.name === 'UserError')
    return { type: error.name, message: error.message, stack: error.stack };
  if (!(error instanceof Error && 'query' in error && 'params' in error)) return stdSerializers.err(error as Error);
  const cause = error.cause instanceof Error ? error.cause : undefined;
  return {
    type: 'FailedQuery',
    message: `Failed query: ${error.query}`,
    cause: cause && { message: cause.message, code: 'code' in cause ? cause.code : undefined, stack: cause.stack },
  };
}
