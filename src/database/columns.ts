import { timestamp } from 'drizzle-orm/pg-core';

/** Imported by path: drizzle-kit, which reads the tables, knows no imports map. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
