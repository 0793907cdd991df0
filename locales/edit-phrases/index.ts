import type { LocaleName } from '../index.js';
import { de } from './de.js';
import type { EditPhrases } from './edit-phrases.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { ja } from './ja.js';
import { ptBR } from './pt-BR.js';

/** How people say a change of a picture, by language. */
export const phrasesByLanguage: Readonly<Record<LocaleName, EditPhrases>> = { en, de, es, fr, ja, 'pt-BR': ptBR };
