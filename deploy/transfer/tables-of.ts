import { sql } from 'drizzle-orm';
import type { Database } from '#src/database/database.js';

export interface TableOf {
  readonly name: string;
  /** Names and types, in the order in which a row is written. */
  readonly columns: string;
}

export interface SchemaOf {
  /** Each after those that it refers to. */
  readonly tables: readonly TableOf[];
  readonly sequences: readonly string[];
}

/** What a database holds by its own account, so that no table can be forgotten. */
export async function schemaOf(database: Database): Promise<SchemaOf> {
  const tables = await rowsOf<TableOf>(
    database,
    sql`SELECT c.relname AS name, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      GROUP BY c.relname ORDER BY c.relname`,
  );
  const references = await rowsOf<{ readonly from: string; readonly to: string }>(
    database,
    sql`SELECT f.relname AS "from", t.relname AS "to" FROM pg_constraint c
      JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
      WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conrelid <> c.confrelid`,
  );
  const sequences = await rowsOf<{ readonly name: string }>(
    database,
    sql`SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename`,
  );
  return { tables: inOrder(tables, references), sequences: sequences.map(({ name }) => name) };
}

/** @throws Error where tables refer to each other in a circle */
function inOrder(
  tables: readonly TableOf[],
  references: readonly { readonly from: string; readonly to: string }[],
): TableOf[] {
  const ordered: TableOf[] = [];
  const isDone = (name: string) => ordered.some((table) => table.name === name);
  while (ordered.length < tables.length) {
    const ready = tables.filter(
      ({ name }) => !isDone(name) && references.every(({ from, to }) => from !== name || isDone(to)),
    );
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    ordered.push(...ready);
  }
  return ordered;
}

export async function rowsOf<Row>(database: Pick<Database, 'execute'>, query: ReturnType<typeof sql>): Promise<Row[]> {
  const { rows } = (await database.execute(query)) as unknown as { rows: Row[] };
  return rows;
}
