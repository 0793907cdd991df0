import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { locales } from '#locales/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { offeredCommands } from '#src/command/define-command.js';
import { createLog } from '#src/operations/log.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import { noBrowserReason, type OpenedBrowser, openBrowser } from '#test/helpers/browser.js';
import { holdingAll } from '#test/helpers/holding-all.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';

const title = (words: string) => (noBrowserReason === undefined ? words : `${words} (skipped: ${noBrowserReason})`);
const folder = mkdtempSync(join(tmpdir(), 'petbooth-web-e2e-'));
const log = createLog({ level: 'silent', name: 'test' });

const photoFiles = async (count: number) => {
  const paths: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const path = join(folder, `photo-${number}.jpg`);
    writeFileSync(path, await drawPhoto(number));
    paths.push(path);
  }
  return paths;
};
const say = async (page: Page, line: string) => {
  await page.fill('#text', line);
  await page.keyboard.press('Enter');
};
const soon = <Value>(look: () => Value) => expect.poll(look, { timeout: 20_000 });
const lastMessage = (page: Page) => page.locator('.message').last();
const sees = (page: Page, text: string | RegExp) =>
  page.locator('.message', { hasText: text }).last().waitFor({ timeout: 20_000 });

/**
 * A page that fails the test on any script error, console error, or request to somewhere else.
 * @param mayMissPictures the fake engine is faster than a browser: a preview is gone when its job is done
 */
async function openPage(
  browser: OpenedBrowser,
  address: string,
  mayMissPictures = false,
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const isMissedPicture = message.location().url.includes('/pictures/') && message.text().includes('404');
    if (!(mayMissPictures && isMissedPicture)) problems.push(message.text());
  });
  page.on(
    'request',
    (request) =>
      !/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(address) && problems.push(request.url()),
  );
  await page.goto(address);
  await page.locator('body[data-connection=open]').waitFor();
  return { page, problems };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(noBrowserReason !== undefined)(title('the chat page'), () => {
  let bot: ScriptedBot;
  let platform: WebPlatform;
  let browser: OpenedBrowser;
  let page: Page;
  let problems: string[];
  const blobs = holdingAll(new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: 1e6 }));
  let notes: MemoryNotes;

  beforeEach(async () => {
    notes = new MemoryNotes();
    bot = new ScriptedBot(commands);
    bot.petNames = ['Biscuit', 'Bella'];
    platform = new WebPlatform({
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      notes,
      blobs,
      maxPhotoBytes: 50_000,
      log,
    });
    await platform.start(bot);
    browser = await openBrowser({ locale: 'en-US' });
    ({ page, problems } = await openPage(browser, platform.url));
  });
  afterEach(async () => {
    await browser.close();
    await platform.stop();
    expect(problems).toEqual([]);
  });
  const invoked = async (command: string) => {
    await soon(() => bot.invocations.at(-1)?.command).toBe(command);
    return bot.invocations.at(-1)!;
  };
  const answer = async (message: OutgoingMessage, key = 'answer') => {
    const { place, person } = bot.invocations.at(-1)!;
    return platform.send(place, message, { key, person });
  };

  test('a slash lists the commands; typing narrows, Tab completes, arrows choose', async () => {
    await page.locator('#text').pressSequentially('/');
    const offered = offeredCommands(commands).filter(({ forModerators }) => !forModerators);
    expect(await page.locator('#completions div').count()).toBe(offered.length);
    await page.keyboard.type('ima');
    expect(await page.locator('#completions div').allTextContents()).toEqual([
      expect.stringContaining(locales.en.commands.imagine.description),
    ]);
    await page.keyboard.press('Tab');
    expect(await page.inputValue('#text')).toBe('/imagine ');
    expect(await page.locator('#hint').textContent()).toContain('count:');
    await page.keyboard.type('Biscuit in snow pet: b');
    await page.locator('#completions div').nth(1).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.inputValue('#text')).toBe('/imagine Biscuit in snow pet: Bella ');
    await page.keyboard.press('Enter');
    expect((await invoked('imagine')).options).toEqual({ prompt: 'Biscuit in snow', pet: 'Bella' });
    await soon(() => page.inputValue('#text')).toBe('');
  });

  test('a hidden picture is blurred until it is clicked, and only then opens', async () => {
    await say(page, '/help');
    await invoked('help');
    const blob = await blobs.put(await drawPhoto(1));
    await answer({ kind: 'result', text: 'a surprise', pictures: [{ blob, alt: 'a lamp' }], isSpoiler: true });
    const picture = lastMessage(page).locator('.picture');
    const image = picture.locator('img');
    const filter = () =>
      page.evaluate(
        "getComputedStyle(document.querySelector('#messages').lastElementChild.querySelector('.picture img')).filter",
      );
    await soon(() => image.getAttribute('alt')).toBe(locales.en.web.showHidden);
    expect(await filter()).toContain('blur');
    await picture.click();
    await soon(() => image.getAttribute('alt')).toBe('a lamp');
    expect(await filter()).toBe('none');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await picture.click();
    await page.locator('dialog[open]').waitFor();
  });

  test('an option is offered by its beginning, and by a click', async () => {
    await page.locator('#text').pressSequentially('/imagine a dog se');
    await page.keyboard.press('Tab');
    expect(await page.inputValue('#text')).toBe('/imagine a dog seed: ');
    await page.keyboard.type('7');
    await page.locator('#hint button', { hasText: 'count:' }).click();
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    expect((await invoked('imagine')).options).toEqual({ prompt: 'a dog', seed: '7', count: '2' });
  });

  test('Shift+Enter makes a line, Enter sends, the arrow up brings the line back', async () => {
    await page.locator('#text').pressSequentially('/imagine a');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('dog');
    await page.keyboard.press('Enter');
    expect((await invoked('imagine')).options).toEqual({ prompt: 'a\ndog' });
    await page.locator('.message.person').waitFor();
    await soon(() => page.inputValue('#text')).toBe('');
    await page.keyboard.press('ArrowUp');
    expect(await page.inputValue('#text')).toBe('/imagine a\ndog');
  });

  test('photos from the picker, the clipboard and a drop become thumbnails and reach the command', async () => {
    const names: string[] = [];
    bot.script = async ({ options }) => {
      for (const image of (options.photos ?? []) as readonly {
        name: string;
        read(maxBytes: number): Promise<Uint8Array>;
      }[]) {
        names.push(`${image.name} ${(await image.read(1e6)).subarray(0, 2).join()}`);
      }
    };
    await page.setInputFiles('#file', await photoFiles(2));
    expect(await page.inputValue('#text')).toBe('/train ');
    const bytes = [...(await drawPhoto(9))];
    for (const kind of ['paste', 'drop']) {
      await page.evaluate(`(() => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], '${kind}.jpg', { type: 'image/jpeg' }));
        const field = document.querySelector('#text');
        field.dispatchEvent('${kind}' === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      })()`);
    }
    expect(await page.locator('#photos li').count()).toBe(4);
    await page.locator('#photos li').nth(0).getByRole('button', { name: 'Remove photo-1.jpg' }).click();
    await page.locator('#text').pressSequentially('Biscuit kind: dog');
    await page.keyboard.press('Enter');
    await soon(() => names).toEqual(['photo-2.jpg 255,216', 'paste.jpg 255,216', 'drop.jpg 255,216']);
    await page.locator('.message.person img.thumbnail').nth(2).waitFor();
    await page.reload();
    await sees(page, 'Photos: 3');
  });

  test('a photo that was sent alone can be taken for an edit', async () => {
    const edits: unknown[] = [];
    bot.script = async ({ command, options }) => {
      if (command !== 'edit') return;
      const photo = options.photo as readonly { read(maxBytes: number): Promise<Uint8Array> }[] | undefined;
      edits.push([command, options.change, photo && (await photo[0]!.read(1e6)).byteLength]);
    };
    const [path] = await photoFiles(1);
    const edit = locales.en.buttons.edit;
    await page.setInputFiles('#file', path!);
    await say(page, '/edit dog → cat');
    const sent = page.locator('.message.person', { hasText: 'dog → cat' });
    await sent.getByRole('button', { name: edit }).click();
    expect(await page.inputValue('#text')).toBe('/edit ');
    expect(await page.locator('#photos li').count()).toBe(1);
    await page.locator('#text').pressSequentially('dog → bear');
    await page.keyboard.press('Enter');
    const { byteLength } = await drawPhoto(1);
    await soon(() => edits).toEqual([
      ['edit', 'dog → cat', byteLength],
      ['edit', 'dog → bear', byteLength],
    ]);
    await page.setInputFiles('#file', await photoFiles(2));
    await say(page, '/train Biscuit kind: dog');
    const several = page.locator('.message.person', { hasText: 'Biscuit' });
    await several.locator('img.thumbnail').nth(1).waitFor();
    expect(await several.getByRole('button', { name: edit }).count()).toBe(0);
  });

  test('a photo that is too large is refused before it is sent, with a sentence', async () => {
    const path = join(folder, 'large.jpg');
    writeFileSync(path, Buffer.alloc(60_000));
    await page.setInputFiles('#file', path);
    expect(await page.getByRole('alert').textContent()).toContain('large.jpg');
    expect(await page.locator('#photos li').count()).toBe(0);
  });

  test('a message changes in place: waiting, progress with curve and preview, then pictures that open large', async () => {
    await say(page, '/imagine Biscuit');
    await invoked('imagine');
    const stop = [{ label: 'Stop', action: 'cancel?job=1' }];
    const sent = await answer({ kind: 'status', text: 'Place 1', buttons: stop });
    await sees(page, 'Place 1');
    await page.evaluate("document.querySelector('#messages').lastElementChild.dataset.mark = 'same'");
    const blob = await blobs.put(await drawPhoto(5));
    await platform.edit(sent, {
      kind: 'status',
      text: '▓▓▓▓░░░░░░ 40 %: drawing ▇▅▃▁',
      progress: 0.4,
      buttons: stop,
      pictures: [{ blob, alt: 'preview' }],
    });
    await sees(page, '40 %: drawing');
    expect(await lastMessage(page).textContent()).not.toMatch(/[▓▇]/);
    expect(await lastMessage(page).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40');
    expect(await lastMessage(page).locator('polyline').count()).toBe(1);
    await lastMessage(page).locator('.picture:not(.loading) img').waitFor();

    const alts = ['Picture 1: Biscuit', 'Picture 2: Biscuit'];
    await platform.edit(sent, {
      kind: 'result',
      text: 'done',
      pictures: await Promise.all(
        alts.map(async (alt, index) => ({ blob: await blobs.put(await drawPhoto(20 + index)), alt })),
      ),
      buttons: [{ label: 'Again', action: 'again?job=1' }],
    });
    await sees(page, 'done');
    expect(await lastMessage(page).getAttribute('data-mark')).toBe('same');
    expect(await lastMessage(page).getByRole('progressbar').count()).toBe(0);
    await lastMessage(page).getByRole('img', { name: alts[1]! }).click();
    const viewer = page.getByRole('dialog');
    expect(await viewer.textContent()).toContain(alts[1]);
    await page.keyboard.press('ArrowRight');
    await soon(() => viewer.textContent()).toContain(alts[0]);
    expect(
      await page.evaluate(
        "document.querySelector('#viewer img').decode().then(() => document.querySelector('#viewer img').naturalWidth)",
      ),
    ).toBe(96);
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'hidden' });

    await lastMessage(page).getByRole('button', { name: 'Again' }).click();
    await soon(() => bot.presses).toMatchObject([{ action: 'again?job=1', message: { message: sent.message } }]);
  });

  test('a wide picture, such as a sheet of photos, is shown whole', async () => {
    await say(page, '/imagine Biscuit');
    await invoked('imagine');
    const blob = await blobs.put(await drawPhoto(6, 300, 100));
    await answer({ kind: 'info', text: 'look', pictures: [{ blob, alt: 'a sheet' }] });
    await sees(page, 'look');
    await lastMessage(page).locator('.picture:not(.loading)').waitFor();
    const { width, height } = (await lastMessage(page).getByRole('img', { name: 'a sheet' }).boundingBox())!;
    expect(width / height).toBeCloseTo(3, 1);
  });

  test('commands are offered to somebody new, not over a conversation that goes on', async () => {
    await page.locator('#hint button', { hasText: '/train' }).waitFor();
    await say(page, '/imagine Biscuit');
    await invoked('imagine');
    await answer({ kind: 'info', text: 'drawn' });
    await sees(page, 'drawn');
    await page.reload();
    await sees(page, 'drawn');
    await page.locator('#hint').waitFor({ state: 'hidden' });
  });

  test('words in a message stay words', async () => {
    await say(page, '/imagine <img src=x onerror=alert(1)>');
    await invoked('imagine');
    await answer({ kind: 'error', text: '<b>no</b> & “no”' });
    await sees(page, '<b>no</b> & “no”');
    await sees(page, '/imagine <img src=x onerror=alert(1)>');
    expect(await page.locator('#messages b, #messages img[src=x]').count()).toBe(0);
  });

  test('a command that the bot names can be clicked', async () => {
    await say(page, '/help');
    await invoked('help');
    await answer({ kind: 'info', text: 'Try /imagine, not and/or' });
    await lastMessage(page).getByRole('button', { name: '/imagine' }).click();
    expect(await page.inputValue('#text')).toBe('/imagine ');
  });

  test('the language follows the browser and can be chosen, for page and bot, beyond a reload', async () => {
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByLabel('Language').selectOption('de');
    await soon(() => page.locator('html').getAttribute('lang')).toBe('de');
    expect(await page.getByRole('combobox', { name: locales.de.web.placeholder }).count()).toBe(1);
    await page.reload();
    await page.locator('html[lang=de]').waitFor();
    await say(page, 'hallo');
    await sees(page, locales.de.web.commandHint);
    const german = await openBrowser({ locale: 'de-AT' });
    const other = await openPage(german, platform.url);
    await other.page.locator('html[lang=de]').waitFor();
    await german.close();
  });

  test('when the server goes away the page says so, and is back when the server is', async () => {
    const { port } = new URL(platform.url);
    await say(page, '/queue');
    await invoked('queue');
    await platform.stop();
    await page.getByRole('status').filter({ hasText: locales.en.web.disconnected }).waitFor();
    platform = new WebPlatform({
      host: '127.0.0.1',
      port: Number(port),
      allowedHosts: [],
      notes,
      blobs,
      maxPhotoBytes: 50_000,
      log,
    });
    await platform.start(bot);
    await page.locator('body[data-connection=open]').waitFor();
    await answer({ kind: 'info', text: 'here again' });
    await sees(page, 'here again');
    // A browser reports each failed attempt to connect.
    problems.splice(0);
  });

  test('on a narrow screen nothing is wider than the screen', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await say(page, `/imagine ${'x'.repeat(300)}`);
    await invoked('imagine');
    await answer({
      kind: 'result',
      text: 'y'.repeat(300),
      pictures: await Promise.all(
        [1, 2, 3, 4].map(async (number) => ({ blob: await blobs.put(await drawPhoto(number)), alt: '' })),
      ),
    });
    await lastMessage(page).locator('.picture').nth(3).waitFor();
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBe(320);
  });

  test('every control has a name', async () => {
    const nameless = await page.evaluate(`[...document.querySelectorAll('button, select, textarea, a')]
      .filter((element) => element.offsetParent !== null)
      .filter((element) => !(element.ariaLabel || element.innerText?.trim() || element.labels?.length))
      .map((element) => element.outerHTML)`);
    expect(nameless).toEqual([]);
  });
});

describe.skipIf(noBrowserReason !== undefined)(title('a pet in the browser, with real queue and worker'), () => {
  let spine: Spine;
  let platform: WebPlatform;
  let browser: OpenedBrowser;

  beforeAll(async () => {
    spine = await createSpine();
    await spine.startBot({
      createPlatforms: (blobs, { notesOf }) => {
        platform = new WebPlatform({
          host: '127.0.0.1',
          port: 0,
          allowedHosts: [],
          notes: notesOf('web'),
          blobs,
          maxPhotoBytes: spine.config.MAX_PHOTO_BYTES,
          log,
        });
        return [platform];
      },
    });
    await spine.startWorker();
    browser = await openBrowser({ locale: 'en-US' });
  });
  afterAll(async () => {
    await browser?.close();
    await spine?.stop();
  });

  test('it is taught with photos, listed, drawn, drawn again and cancelled; a broken photo is named', async () => {
    const { page, problems } = await openPage(browser, platform.url, true);
    await sees(page, 'Hello');
    await page.setInputFiles('#file', await photoFiles(4));
    await page.locator('#text').pressSequentially('Biscuit kind: dog');
    await page.keyboard.press('Enter');
    await sees(page, /I know Biscuit now/);
    const learnt = page.locator('.message.bot', { hasText: 'I know Biscuit now' });
    await learnt.locator('.picture:not(.loading)').first().waitFor();
    await sees(page, /Biscuit is ready to be drawn/);

    await say(page, '/pets');
    await sees(page, /Biscuit \(dog\)/);

    await say(page, '/imagine Biscuit surfing a wave count: 4 seed: 7');
    await sees(page, /“Biscuit surfing a wave” for .*seed 7/);
    await lastMessage(page).locator('.picture:not(.loading)').first().waitFor();
    await lastMessage(page).getByRole('button', { name: locales.en.buttons.again }).click();
    await soon(() =>
      page.locator('.message[data-kind=result]').getByRole('button', { name: '4', exact: true }).count(),
    ).toBe(2);
    await lastMessage(page).getByRole('button', { name: locales.en.buttons.vary }).click();
    await soon(() => page.locator('#text').inputValue()).toMatch(/^\/vary job:\S+ prompt:Biscuit surfing a wave$/);
    await page.locator('#text').fill('');
    await lastMessage(page).getByRole('button', { name: locales.en.buttons.remove }).click();
    await soon(() =>
      page.locator('.message[data-kind=result]').getByRole('button', { name: '4', exact: true }).count(),
    ).toBe(1);

    for (const number of [1, 2, 3, 4]) {
      await say(page, `/imagine slow dog ${number}`);
      await page.locator('.message.bot', { hasText: `slow dog ${number}` }).waitFor();
    }
    const last = page.locator('.message.bot', { hasText: 'slow dog 4' });
    await last.getByRole('button', { name: locales.en.buttons.cancel }).click();
    await sees(page, /slow dog 4.*stopped/);
    await sees(page, /“slow dog 3” for/);

    const broken = join(folder, 'broken.jpg');
    writeFileSync(broken, 'this is text');
    await page.setInputFiles('#file', [...(await photoFiles(3)), broken]);
    await page.locator('#text').pressSequentially('Rex kind: dog');
    await page.keyboard.press('Enter');
    await page.locator('.message.bot', { hasText: 'broken.jpg' }).waitFor();
    expect(problems).toEqual([]);

    const texts = await page.locator('.message .text').allTextContents();
    await page.reload();
    await page.locator('.message.bot', { hasText: 'broken.jpg' }).waitFor();
    expect(await page.locator('.message .text').allTextContents()).toEqual(texts);
  });
});
