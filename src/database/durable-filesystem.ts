import { fsyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { type DiskFailedError, LogSyncs } from './log-syncs.js';

/** What we use of emscripten's file system on Node; PGlite declares none of it. */
interface Node {
  readonly name: string;
  readonly parent: Node;
}
interface Stream {
  readonly node: Node;
  readonly nfd: number;
  readonly shared: { refcount: number };
}
type Operation = (...values: unknown[]) => unknown;
interface NodeBacked {
  readonly tryFSOperation: (work: () => void) => void;
  readonly node_ops: Record<string, Operation>;
  readonly stream_ops: Record<string, Operation> & {
    write: (stream: Stream, ...values: unknown[]) => number;
    close: (stream: Stream) => void;
    fsync?: (stream: Stream) => number;
  };
}

/** What changes names or lengths of files, by name in emscripten's table. */
const changesOfNames = ['mknod', 'rename', 'unlink', 'rmdir', 'setattr', 'symlink'];

/** Says which process has the folder open; of no use after a crash. */
export const processFile = 'postmaster.pid';

export interface DurableFilesystemOptions {
  /** A folder that counts only once it is wholly there: see `begin`. */
  readonly isNew?: boolean;
  /** Asked before every change. @throws where the folder belongs to somebody else by now */
  readonly mayWrite?: () => void;
  readonly onFailure?: (error: DiskFailedError) => void;
}

/**
 * PGlite's files on Node, with the `fsync` that emscripten's file system lacks: Postgres then syncs its log at each commit, its
 * tables at each checkpoint, and folders whose names changed, as it does anywhere. What lies in the folder at the beginning
 * has to be synced already (`syncTree`): after a crash Postgres would do that itself, file by file while everybody waits.
 */
export class DurableFilesystem extends NodeFS {
  readonly #logSyncs: LogSyncs;
  readonly #mayWrite: () => void;
  #mode: 'filling' | 'unchanged' | 'syncing';

  constructor(
    folder: string,
    { isNew = false, mayWrite = () => {}, onFailure = () => {} }: DurableFilesystemOptions = {},
  ) {
    super(folder);
    this.#mode = isNew ? 'filling' : 'unchanged';
    this.#mayWrite = mayWrite;
    this.#logSyncs = new LogSyncs(onFailure);
  }

  /** Waits until all that was committed before is on disk. @throws where that, or the next write, can no longer be promised */
  async settle(): Promise<void> {
    await this.#logSyncs.settle();
    this.#mayWrite();
  }

  /** To be called once everything that was filled in is on disk. */
  begin(): void {
    this.#mode = 'syncing';
  }

  /**
   * For `postgres`: PGlite turns fsync off by `-F`; of the ways to sync its log only `fsync` reaches a file system here. A new segment of
   * the log is not filled with zeros, which takes a fifth of a second of WebAssembly while everybody waits.
   */
  static startParamsOf(defaults: readonly string[]): string[] {
    return [
      ...defaults.filter((parameter) => parameter !== '-F'),
      '-c',
      'wal_sync_method=fsync',
      '-c',
      'wal_init_zero=off',
    ];
  }

  override async init(client: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    type Module = Parameters<NonNullable<(typeof options)['preRun']>[number]>[0];
    const addSyncs = (module: Module) => this.#addSyncs((module as unknown as { NODEFS: NodeBacked }).NODEFS);
    return super.init(client, { ...options, preRun: [...(options.preRun ?? []), addSyncs] });
  }

  #addSyncs({ node_ops: nodeOps, stream_ops: streamOps, tryFSOperation }: NodeBacked): void {
    const logSyncs = this.#logSyncs;
    const mayWrite = this.#mayWrite;
    // A failure of ours becomes an error number, which Postgres answers by ending itself.
    const orFail = (work: () => void) =>
      tryFSOperation(() => {
        try {
          work();
        } catch (error) {
          throw Object.assign(new Error('EIO', { cause: error }), { code: 'EIO' });
        }
      });
    const beforeChange = (name: string, needsLog: boolean) => {
      orFail(mayWrite);
      if (this.#mode === 'unchanged' && name !== processFile) this.#mode = 'syncing';
      if (needsLog) orFail(() => logSyncs.barrier());
    };
    const { write, close } = streamOps;
    streamOps.fsync = (stream) => {
      if (this.#mode !== 'syncing') return 0;
      orFail(() => {
        if (isLog(stream.node)) return logSyncs.request(stream.nfd);
        logSyncs.barrier();
        fsyncSync(stream.nfd);
      });
      return 0;
    };
    streamOps.write = (stream, ...values) => {
      const [memory, start, length] = values as [Uint8Array, number, number];
      beforeChange(stream.node.name, !isLog(stream.node) && !isEmpty(memory.subarray(start, start + length)));
      return write(stream, ...values);
    };
    streamOps.close = (stream) => {
      if (!isLog(stream.node)) return close(stream);
      stream.shared.refcount -= 1;
      if (stream.shared.refcount === 0) orFail(() => logSyncs.close(stream.nfd));
    };
    // Postgres maps a file only to have the system begin writing it; here that would write it all again.
    streamOps.mmap = () =>
      tryFSOperation(() => {
        throw Object.assign(new Error('ENODEV'), { code: 'ENODEV' });
      });
    for (const operation of changesOfNames) {
      const change = nodeOps[operation]!;
      nodeOps[operation] = (...values: unknown[]) => {
        beforeChange(operation === 'setattr' ? (values[0] as Node).name : String(values[1]), true);
        return change(...values);
      };
    }
  }
}

/** Room that a table is given before anything is put into it. */
function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** A segment of the log that is in use; one that is being prepared has another name. */
function isLog(node: Node): boolean {
  return node.parent.name === 'pg_wal' && /^[0-9A-F]{24}$/.test(node.name);
}
