import type { ConnectionEvents } from '#src/platforms/platform.js';

/** What a platform tells of its connection, in order. */
export function connectionLog(): ConnectionEvents & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    interrupted: (sentence) => void told.push(`interrupted: ${sentence}`),
    restored: () => void told.push('restored'),
    lost: (error) => void told.push(`${error.name}: ${error.message}`),
  };
}
