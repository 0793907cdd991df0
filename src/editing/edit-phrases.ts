import type { EditPhrases } from '#locales/edit-phrases/edit-phrases.js';
import { phrasesByLanguage } from '#locales/edit-phrases/index.js';

/** How people say a change of a picture, whatever language the bot answers them in. */
export const editPhrases: readonly EditPhrases[] = Object.values(phrasesByLanguage);
