import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, and says what was waited for when it never is. */
export async function waitFor<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  timeoutMs = 15_000,
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await sleep(20);
  }
}
