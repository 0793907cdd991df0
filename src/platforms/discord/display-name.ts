import { cleanWords } from '#src/core/clean-words.js';

/** Twice what Discord lets people have. */
const maxNameLength = 64;

/** Somebody's name as others are shown it. */
export function displayNameOf(name: string): string {
  return [...cleanWords(name)].slice(0, maxNameLength).join('') || '?';
}
