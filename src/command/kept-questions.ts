import type { KeptData } from '#src/core/kept-data.js';
import { blobsOf, type PetQuestionsTable } from './pet-questions-table.js';

export function keptQuestions(questions: PetQuestionsTable): KeptData {
  return {
    name: 'questions',
    async everythingOf(person) {
      const rows = await questions.everythingOf(person);
      return { rows, files: blobsOf(rows) };
    },
    forget: (person) => questions.removeAll(person),
    async sweep(now) {
      const { unused } = await questions.removeOld(now);
      return { unused };
    },
  };
}
