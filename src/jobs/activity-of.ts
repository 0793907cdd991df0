import type { Activity } from '#src/core/place.js';
import type { JobName } from './index.js';

/** What a job is in the eyes of those who make rules. */
export const activityOf = {
  'train-pet': 'train',
  'import-pet': 'train',
  imagine: 'draw',
  edit: 'draw',
  upscale: 'draw',
} as const satisfies Record<JobName, Activity>;
