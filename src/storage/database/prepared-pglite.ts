import { PGlite, parse, protocol, type QueryOptions, type Results, type Transaction } from '@electric-sql/pglite';

const { serialize } = protocol;

interface PreparedStatement {
  readonly name: string;
  /** Object ids of the parameters' types. */
  readonly parameterTypes: readonly number[];
}

/** Texts with lists of varying lengths are statements of their own. */
const maxPrepared = 300;

/**
 * PGlite that analyses each statement once. Its own `query` does so every time and in six calls into WebAssembly, which makes a
 * join cost a dozen times as much; here a known statement is one call.
 */
export class PreparedPGlite extends PGlite {
  /** By text, the one used longest ago first. */
  readonly #prepared = new Map<string, PreparedStatement>();
  #count = 0;

  static async open(options: ConstructorParameters<typeof PGlite>[0] & object): Promise<PreparedPGlite> {
    const client = new PreparedPGlite(options);
    await client.waitReady;
    // A plan that is kept would be one for tables as small as they were when it was made: nothing here runs ANALYZE.
    await client.exec('SET plan_cache_mode = force_custom_plan');
    return client;
  }

  override async query<Row>(text: string, values: unknown[] = [], options?: QueryOptions): Promise<Results<Row>> {
    await this._checkReady();
    return this._runExclusiveTransaction(() => this.#run<Row>(text, values, options));
  }

  override transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return super.transaction((transaction) => {
      const query = async <Row>(text: string, values: unknown[] = [], options?: QueryOptions) => {
        if (transaction.closed) throw new Error('the transaction has ended');
        return this.#run<Row>(text, values, options);
      };
      return work(Object.create(transaction, { query: { value: query } }) as Transaction);
    });
  }

  #run<Row>(text: string, values: unknown[], options: QueryOptions | undefined): Promise<Results<Row>> {
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
      if (!this.isInTransaction()) await this.syncToFs();
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
