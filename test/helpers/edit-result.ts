import type { BlobKey } from '#src/core/blob-key.js';
import { jobs, type ResultOf } from '#src/jobs/index.js';

/** The name of a stored file that a test can tell from others. */
export const blob = (digit: string) => `sha256-${digit.repeat(64)}` as BlobKey;

/** What came of an edit of picture 3, a photo of a dog that became a cat, as a worker hands it over. */
export function editResult(more: object = {}): ResultOf<'edit'> {
  return jobs.edit.result.parse({
    pictures: [blob('4')],
    comparison: blob('5'),
    before: blob('3'),
    caption: { text: 'a photo of a dog', words: ['dog'], isGiven: false },
    targetPrompt: 'a photo of a cat',
    settings: { method: 'direct', steps: 20, guidanceScale: 4 },
    reconstruction: 30,
    isLost: false,
    scores: [{ kind: 'direction', value: 0.3, changedShare: 0.2 }],
    isInversionCached: false,
    evaluations: 80,
    isPromptCut: false,
    isLetterboxed: false,
    seconds: 2,
    ...more,
  });
}
