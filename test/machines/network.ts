import { execFileSync } from 'node:child_process';
import { isRunning } from '#src/database/file-lock.js';

/** Where the test itself is, and the people in it. */
const people = 'people';
/** Of a bridge's port: nothing passes, and whoever is at its end is told nothing. */
const portStates = { cut: '0', whole: '3' } as const;

/** Why there can be no network of the test's own, or undefined where there can. */
export function whyNoNetwork(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  const name = `petbooth-${process.pid}-trial`;
  try {
    run('ip', 'netns', 'add', name);
    run('ip', '-n', name, 'link', 'add', 'bridge', 'type', 'bridge');
    run('bridge', '-n', name, 'link', 'show');
    return undefined;
  } catch (error) {
    const told = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    return `network namespaces are forbidden, or \`ip\` is not installed: ${told}`;
  } finally {
    tryToRun('ip', 'netns', 'delete', name);
  }
}

/** Machines of the test's own: a network namespace each, on one switch, whose cables can be pulled. */
export class TestNetwork {
  readonly #machines: readonly string[];
  readonly #prefix = `petbooth-${process.pid}`;
  readonly #switch = `${this.#prefix}-switch`;
  /** One of 10.0.0.0/8 for each test process. */
  readonly #subnet = `10.213.${process.pid % 256}`;

  private constructor(machines: readonly string[]) {
    this.#machines = machines;
  }

  static create(machines: readonly string[]): TestNetwork {
    removeLeftovers();
    const network = new TestNetwork(machines);
    try {
      network.#build();
      return network;
    } catch (error) {
      network.remove();
      throw error;
    }
  }

  addressOf(machine: string): string {
    return `${this.#subnet}.${2 + this.#machines.indexOf(machine)}`;
  }

  /** What a command is preceded by to run on that machine, and to end with the test. */
  on(machine: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespaceOf(machine), 'setpriv', '--pdeathsig', 'KILL'];
  }

  /** From now on no packet reaches the machine or leaves it, and no connection is told. */
  cut(machine: string): void {
    this.#setPort(machine, 'cut');
  }

  heal(machine: string): void {
    this.#setPort(machine, 'whole');
  }

  killAll(machine: string): void {
    const processIds = execFileSync('ip', ['netns', 'pids', this.#namespaceOf(machine)], { encoding: 'utf8' });
    for (const processId of processIds.split('\n').filter((line) => line !== '')) {
      try {
        process.kill(Number(processId), 'SIGKILL');
      } catch {
        // It has just ended.
      }
    }
  }

  /** After the processes in it have ended. */
  remove(): void {
    for (const name of [...this.#machines.map((machine) => this.#namespaceOf(machine)), this.#switch])
      tryToRun('ip', 'netns', 'delete', name);
  }

  #build(): void {
    run('ip', 'netns', 'add', this.#switch);
    run('ip', '-n', this.#switch, 'link', 'add', 'bridge', 'type', 'bridge');
    run('ip', '-n', this.#switch, 'link', 'set', 'bridge', 'up');
    for (const machine of this.#machines) {
      const namespace = this.#namespaceOf(machine);
      run('ip', 'netns', 'add', namespace);
      run(
        'ip',
        '-n',
        this.#switch,
        'link',
        'add',
        machine,
        'type',
        'veth',
        'peer',
        'name',
        'cable',
        'netns',
        namespace,
      );
      run('ip', '-n', namespace, 'address', 'add', `${this.addressOf(machine)}/24`, 'dev', 'cable');
      for (const device of ['lo', 'cable']) run('ip', '-n', namespace, 'link', 'set', device, 'up');
      this.#plugIn(machine);
    }
    const ours = `pb${process.pid}`;
    run('ip', 'link', 'add', ours, 'type', 'veth', 'peer', 'name', people, 'netns', this.#switch);
    run('ip', 'address', 'add', `${this.#subnet}.1/24`, 'dev', ours);
    run('ip', 'link', 'set', ours, 'up');
    this.#plugIn(people);
  }

  #plugIn(port: string): void {
    run('ip', '-n', this.#switch, 'link', 'set', port, 'master', 'bridge', 'up');
  }

  #setPort(machine: string, state: keyof typeof portStates): void {
    run('bridge', '-n', this.#switch, 'link', 'set', 'dev', machine, 'state', portStates[state]);
  }

  #namespaceOf(machine: string): string {
    return `${this.#prefix}-${machine}`;
  }
}

/** Of tests that were killed. */
function removeLeftovers(): void {
  for (const line of execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n')) {
    const [name, processId] = /^petbooth-(\d+)-[a-z0-9-]+/.exec(line) ?? [];
    if (name !== undefined && !isRunning(Number(processId))) tryToRun('ip', 'netns', 'delete', name);
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'pipe' });
}

function tryToRun(program: string, ...args: readonly string[]): void {
  try {
    run(program, ...args);
  } catch {
    // It is not there, or was not made.
  }
}
