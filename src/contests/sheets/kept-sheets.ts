import type { KeptData } from '#src/core/kept-data.js';
import type { ContestSheetsTable } from './contest-sheets-table.js';

/** What was posted is with the platform; what is looked at again is asked for again. */
const unusedForMs = 86_400_000;

/** Nobody takes sheets away: they show others' pictures, and one's own are with one's entries. */
export function keptSheets(sheets: ContestSheetsTable): KeptData {
  return {
    name: 'contestSheets',
    forget: (person) => sheets.removeShowing(person),
    sweep: async (now) => {
      const unused = await sheets.removeUnused(new Date(now.getTime() - unusedForMs));
      return { removed: { contestSheets: unused.length }, unused };
    },
  };
}
