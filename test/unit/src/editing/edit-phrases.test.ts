import { describe, expect, test } from 'vitest';
import type { LocaleName } from '#locales/index.js';
import { parseEdit } from '#src/editing/edit-instruction.js';
import { writtenChange } from '#src/editing/edit-job.js';
import { editPhrases } from '#src/editing/edit-phrases.js';
import { EditQuestionError } from '#src/editing/edit-question.js';
import { de } from './said/de.js';
import { en } from './said/en.js';
import { es } from './said/es.js';
import { fr } from './said/fr.js';
import { ja } from './said/ja.js';
import { ptBR } from './said/pt-br.js';
import type { Said } from './said/said.js';

const byLanguage: Readonly<Record<LocaleName, Said>> = { en, de, es, fr, ja, 'pt-BR': ptBR };

function meantBy(said: string): string {
  try {
    const request = parseEdit(said, editPhrases);
    return request.kind === 'target' ? `as a whole: ${request.target}` : request.changes.map(writtenChange).join(', ');
  } catch (error) {
    if (error instanceof EditQuestionError) return '?';
    throw error;
  }
}

describe.each(Object.entries(byLanguage))('in %s', (_, { instructions, descriptions }) => {
  test('there are enough of each to tell', () => {
    expect(new Set(instructions.map(([said]) => said)).size).toBeGreaterThanOrEqual(40);
    expect(new Set(descriptions).size).toBeGreaterThanOrEqual(40);
  });

  test.each(instructions)('an instruction is understood, or asked about: %s', (said, meant) => {
    expect(meantBy(said)).toBe(meant);
  });

  test.each(descriptions)('a description is drawn as it is: %s', (said) => {
    expect(meantBy(said)).toMatch(/^as a whole: /);
  });
});
