import type { Client } from 'pg';

/** Made by `npm run transfer` in a database into which it copies. */
export const transferTable = 'petbooth_transfer';

/** @throws Error where not everything was copied yet: a bot that begins here would be lost with what is copied over it */
export async function assertNoUnfinishedTransfer(client: Client): Promise<void> {
  const { rows } = await client.query<{ table: string | null }>('SELECT to_regclass($1)::text AS "table"', [
    `public.${transferTable}`,
  ]);
  if (rows[0]?.table == null) return;
  const { rowCount } = await client.query(`SELECT FROM ${transferTable} WHERE name = '' AND NOT is_finished`);
  if (rowCount) throw new Error('DATABASE_URL: not everything was copied into it yet, run `npm run transfer` again');
}
