import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentFor } from '../process-environment.js';
import type { HeicReply, HeicRequest } from './heic-process.js';

export interface HeicLimits {
  readonly maxPixels: number;
  readonly timeoutMs: number;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Decodes a stranger's HEIC in a process of its own, which knows no secret of ours and may hang, crash, or be killed.
 * One at a time, because each may take gigabytes of memory.
 */
export function decodeHeic(bytes: Uint8Array, limits: HeicLimits): Promise<HeicReply> {
  const decoding = last.then(() => decodeInProcess(bytes, limits));
  last = decoding;
  return decoding;
}

function decodeInProcess(bytes: Uint8Array, { maxPixels, timeoutMs }: HeicLimits): Promise<HeicReply> {
  const isSource = import.meta.url.endsWith('.ts');
  const child = fork(fileURLToPath(new URL(`./heic-process.${isSource ? 'ts' : 'js'}`, import.meta.url)), [], {
    serialization: 'advanced',
    execArgv: isSource ? ['--conditions=source', '--import', 'tsx'] : [],
    env: environmentFor('pictures', process.env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise<HeicReply>((resolve) => {
    const finish = (reply: HeicReply) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(reply);
    };
    const timer = setTimeout(finish, timeoutMs, { kind: 'broken' });
    child.once('message', finish);
    child.once('error', () => finish({ kind: 'broken' }));
    child.once('exit', () => finish({ kind: 'broken' }));
    child.send({ bytes, maxPixels } satisfies HeicRequest, () => {});
  });
}
