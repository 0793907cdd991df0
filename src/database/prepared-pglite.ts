import { setImmediate as breathe } from 'node:timers/promises';
import { PGlite, parse, protocol, type QueryOptions, type Results, type Transaction } from '@electric-sql/pglite';
import { DurableFilesystem } from './durable-filesystem.js';

const { serialize } = protocol;

interface PreparedStatement {
  readonly name: string;
  /** Object ids of the parameters' types. */
  readonly parameterTypes: readonly number[];
}

/** Texts with lists of varying lengths are statements of their own. */
const maxPrepared = 300;
/** After this the others have a turn: the next query would follow without one, as nothing here waits for anything outside. */
const longMs = 2;

interface OpenOptions {
  /** Absent: in memory. */
  readonly files?: DurableFilesystem;
  /** An archive of a database to begin with. */
  readonly loadDataDir?: Blob;
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/**
 * PGlite that analyses each statement once, and passes on no result before what it rests on would survive a power failure. Its own `query` does so every time and in six calls into WebAssembly, which makes a
 * join cost a dozen times as much; here a known statement is one call.
 */
export class PreparedPGlite extends PGlite {
  /** By text, the one used longest ago first. */
  readonly #prepared = new Map<string, PreparedStatement>();
  #count = 0;
  #files: DurableFilesystem | undefined;
  #onFailure: (error: unknown) => void = () => {};

  static async open({ files, loadDataDir, onFailure = () => {} }: OpenOptions): Promise<PreparedPGlite> {
    const client = new PreparedPGlite({
      ...(files
        ? { fs: files, startParams: DurableFilesystem.startParamsOf(PGlite.defaultStartParams) }
        : { dataDir: 'memory://' }),
      ...(loadDataDir && { loadDataDir }),
    });
    client.#files = files;
    client.#onFailure = onFailure;
    await client.waitReady;
    // A plan that is kept would be one for tables as small as they were when it was made: nothing here runs ANALYZE.
    await client.exec('SET plan_cache_mode = force_custom_plan');
    return client;
  }

  override async query<Row>(text: string, values: unknown[] = [], options?: QueryOptions): Promise<Results<Row>> {
    await this._checkReady();
    return this.#lasting(this._runExclusiveTransaction(() => this.#run<Row>(text, values, options)));
  }

  override exec(text: string, options?: QueryOptions): Promise<Results[]> {
    return this.#lasting(super.exec(text, options));
  }

  override transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const running = super.transaction((transaction) => {
      const query = async <Row>(text: string, values: unknown[] = [], options?: QueryOptions) => {
        if (transaction.closed) throw new Error('the transaction has ended');
        return this.#run<Row>(text, values, options);
      };
      return work(Object.create(transaction, { query: { value: query } }) as Transaction);
    });
    return this.#lasting(running);
  }

  /** Others go on meanwhile: what they read may not be on disk yet, and neither is their answer given before it is. */
  async #lasting<Result>(running: Promise<Result>): Promise<Result> {
    const result = await running;
    await this.#files?.settle();
    return result;
  }

  async #run<Row>(text: string, values: unknown[], options: QueryOptions | undefined): Promise<Results<Row>> {
    const startedAt = performance.now();
    const results = await this.#runNow<Row>(text, values, options).catch((error: unknown) => {
      this.#onFailure(error);
      throw error;
    });
    if (performance.now() - startedAt > longMs) await breathe();
    return results;
  }

  #runNow<Row>(text: string, values: unknown[], options: QueryOptions | undefined): Promise<Results<Row>> {
    return this.runExclusive(async () => {
      const { name, parameterTypes } = await this.#prepare(text);
      const { messages } = await this.execProtocol(
        Buffer.concat([
          serialize.bind({
            statement: name,
            values: values.map((value, index) => this.#encode(value, parameterTypes[index])),
          }),
          serialize.describe({ type: 'P' }),
          serialize.execute({}),
          serialize.sync(),
        ]),
        { syncToFs: false },
      );
      return parse.parseResults(messages, this.parsers, options)[0] as Results<Row>;
    });
  }

  async #prepare(text: string): Promise<PreparedStatement> {
    const known = this.#prepared.get(text);
    if (known) {
      this.#prepared.delete(text);
      this.#prepared.set(text, known);
      return known;
    }
    const name = `statement_${++this.#count}`;
    const { messages } = await this.execProtocol(
      Buffer.concat([serialize.parse({ name, text }), serialize.describe({ type: 'S', name }), serialize.sync()]),
      { syncToFs: false },
    );
    const statement = { name, parameterTypes: parse.parseDescribeStatementResults(messages) };
    this.#prepared.set(text, statement);
    await this.#closeOldest();
    return statement;
  }

  async #closeOldest(): Promise<void> {
    const [oldest] = this.#prepared;
    if (!oldest || this.#prepared.size <= maxPrepared) return;
    const [text, { name }] = oldest;
    this.#prepared.delete(text);
    await this.execProtocol(Buffer.concat([serialize.close({ type: 'S', name }), serialize.sync()]), {
      syncToFs: false,
    });
  }

  #encode(value: unknown, type: number | undefined): string | null {
    if (value === null || value === undefined) return null;
    const serializer = type === undefined ? undefined : this.serializers[type];
    return serializer ? serializer(value) : String(value);
  }
}
