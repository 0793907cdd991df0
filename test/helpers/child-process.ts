import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One of the `…-process.ts` files here, running. */
export interface Child {
  /** What it told when it was ready, or was asked for last. */
  readonly told: unknown;
  ask(question: string): Promise<unknown>;
  /** In an instant, as by a lack of memory. */
  kill(): Promise<void>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** @returns its exit code */
  readonly ended: Promise<number | null>;
  /** As at the end of a day. */
  stop(): Promise<void>;
}

export interface StartChildOptions {
  readonly logPath: string;
  /** For Node. */
  readonly flags?: readonly string[];
  /** What the command is preceded by, to run it on a machine of the test's own. */
  readonly on?: readonly string[];
}

export async function startChild(
  name: 'attacker-process' | 'bot-process' | 'database-process' | 'worker-process',
  parameters: readonly string[],
  { logPath, flags = [], on = [] }: StartChildOptions,
): Promise<Child> {
  const module = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const log = openSync(logPath, 'a');
  const command = [...on, process.execPath, ...flags, '--conditions=source', '--import', 'tsx', module, ...parameters];
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const hears = () => nextMessage(child, name, logPath);
  let told = await hears();
  return {
    get told() {
      return told;
    },
    async ask(question) {
      const answer = hears();
      // One that is gone by now is heard of by its end.
      child.send(question, () => {});
      told = await answer;
      return told;
    },
    ended,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function nextMessage(child: ChildProcess, name: string, logPath: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${name} ended:\n${readFileSync(logPath, 'utf8').slice(-2000)}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
