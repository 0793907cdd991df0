/** Looks at a ballot's page as a telephone would show it. */
import { findChromium, openBrowser } from '#test/helpers/browser.js';

/** Of a telephone in the hand. */
const viewport = { width: 390, height: 844 };

/**
 * Opens the personal link to a ballot, marks these numbers there, and takes a picture of what is then to be seen.
 * @returns undefined where this machine has no browser
 */
export async function voteOnTelephone(link: string, numbers: readonly number[]): Promise<Uint8Array | undefined> {
  if (findChromium() === undefined) return undefined;
  const { context, close } = await openBrowser({ viewport, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(link);
    for (const number of numbers) {
      const mark = page.locator(`#entry-${number} .mark`);
      await mark.tap();
      await page.locator(`#entry-${number} .mark[aria-pressed="true"]`).waitFor();
    }
    return new Uint8Array(await page.screenshot());
  } finally {
    await close();
  }
}
