import type { LocaleName } from '../index.js';
import type { ClosedWords } from './closed-words.js';
import { de } from './de.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { ja } from './ja.js';
import { ptBR } from './pt-BR.js';

/** English needs none. */
export type ClosedLanguage = Exclude<LocaleName, 'en'>;

/** Words for what a checkpoint of few words can draw, by language. */
export const closedWords: Readonly<Record<ClosedLanguage, ClosedWords>> = { de, es, fr, ja, 'pt-BR': ptBR };
