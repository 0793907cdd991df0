import type { KeptData } from '#src/core/kept-data.js';
import { blobsOf, type TrainingDraftsTable } from './training-drafts-table.js';

export function keptDrafts(drafts: TrainingDraftsTable): KeptData {
  return {
    name: 'drafts',
    async everythingOf(person) {
      const rows = await drafts.everythingOf(person);
      return { rows, files: blobsOf(rows) };
    },
    forget: (person) => drafts.removeAll(person),
    async sweep(now) {
      const { count, unused } = await drafts.removeOld(now);
      return { removed: { drafts: count }, unused };
    },
  };
}
