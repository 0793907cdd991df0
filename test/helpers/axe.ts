import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe objects to on a page as it stands, in light and in dark: its rule, and the elements. */
export async function objectionsTo(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    // Colours that are still on their way would be judged.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const objections = await page.evaluate<string[]>(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target)].join(" ")))',
    );
    found.push(...objections.map((objection) => `${colorScheme}: ${objection}`));
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  return found;
}
