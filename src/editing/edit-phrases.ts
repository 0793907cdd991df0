import { de } from '#locales/edit-phrases/de.js';
import type { EditPhrases } from '#locales/edit-phrases/edit-phrases.js';
import { en } from '#locales/edit-phrases/en.js';
import { es } from '#locales/edit-phrases/es.js';
import { fr } from '#locales/edit-phrases/fr.js';
import { ja } from '#locales/edit-phrases/ja.js';
import { ptBR } from '#locales/edit-phrases/pt-BR.js';
import type { LocaleName } from '#locales/index.js';

const byLanguage: Readonly<Record<LocaleName, EditPhrases>> = { en, de, es, fr, ja, 'pt-BR': ptBR };

/** How people say a change of a picture, whatever language the bot answers them in. */
export const editPhrases: readonly EditPhrases[] = Object.values(byLanguage);
