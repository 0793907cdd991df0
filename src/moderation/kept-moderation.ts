import type { KeptData } from '#src/core/kept-data.js';
import type { ServerRulesTable } from './server-rules-table.js';
import type { UsageTable } from './usage-table.js';

/** Moderators look back further than people at pictures. */
const auditKeptMs = 90 * 86_400_000;

/** What counts towards somebody's limits. */
export function keptUsage(usage: UsageTable): KeptData {
  return {
    name: 'usage',
    everythingOf: async (person) => ({ rows: await usage.everythingOf(person) }),
    async forget(person) {
      await usage.forget(person);
      return [];
    },
    async sweep(now) {
      await usage.removeOld(now);
      return {};
    },
  };
}

/** What moderators did, and to whom. */
export function keptModeration(rules: ServerRulesTable): KeptData {
  return {
    name: 'moderation',
    everythingOf: async (person) => ({ rows: await rules.everythingOf(person) }),
    async forget(person) {
      await rules.forget(person);
      return [];
    },
    async sweep(now, before) {
      const auditBefore = new Date(Math.min(before.getTime(), now.getTime() - auditKeptMs));
      return { removed: { auditEntries: await rules.removeAuditBefore(auditBefore) } };
    },
  };
}
