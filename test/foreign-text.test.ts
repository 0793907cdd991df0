import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { preTokenize } from '#models/clip/clip-pre-tokenizer.js';
import { planEdit } from '#models/editing/attention-control/edit-instruction.js';
import { findWords, splitWords } from '#models/editing/attention-control/prompt-words.js';
import { jobIdOf } from '#src/command/asked.js';
import { type OptionContext, parseOptions } from '#src/command/options.js';
import { decodeAction } from '#src/core/action.js';
import { cleanWords, isolateDirection } from '#src/core/clean-words.js';
import { sniffFormat } from '#src/core/photo-format.js';
import { maxPromptLength } from '#src/drawing/imagine-prompt.js';
import { findPets, isPetName } from '#src/drawing/pet-names.js';
import { parseEdit } from '#src/editing/edit-instruction.js';
import { editPhrases } from '#src/editing/edit-phrases.js';
import { countWords } from '#src/editing/edit-words.js';
import { readBlocklist } from '#src/moderation/word-blocklist.js';
import { kindsFor } from '#src/pets/kinds.js';
import type { Pet } from '#src/pets/pet.js';
import { hasUnappliedOrientation } from '#src/photos/coach/orientation.js';
import { displayName } from '#src/photos/photos.js';
import { decodeLine } from '#src/platforms/decode-line.js';
import { redact } from '#src/platforms/discord/discord-errors.js';
import { renderText } from '#src/platforms/discord/escape-text.js';
import { decodeUpdate } from '#src/platforms/telegram/decode-update.js';
import { splitDrawings } from '#src/platforms/web/render-reply.js';
import { cleanName } from '#src/platforms/web/uploads.js';

const length = 100_000;
/** What each of them may take for that much; a chat waits as long. */
const maxMs = 50;
/** The quickest counts, because memory is tidied up now and then. */
const maxTries = 5;

/** Said again and again. The second makes what came before fail at the very end. */
const pumps = [
  ...' \n\t\0aA0._-,!*([{<>«“„"\'/\\@:#|~×→+−犬か\u0301\u202E\uFEFF\uD83D',
  ...['<!DOCTYPE>\uFEFF<!---->', '<?xml ?>', '<!--', '<svg ', 'a:', ' a:', '“x', '« ', '"a" ', ' ,', 'dog → cat, '],
  ...['add a ', ' and ', 'replace dog with ', 'make it ', 'in the ', 'an ', 'Biscuit ', "biscuit's", ' x2', 'x 2 '],
  ...['tiff:Orientation', 'tiff:Orientation=" ', '👩‍🚀', '▁▂', '@petbooth', 'e\u0301\u0323', '\u0301\u0327', '가'],
];
const endings = ['', '\0', '\n!'];
const texts = pumps.flatMap((pump) => {
  const whole = pump.repeat(Math.ceil(length / pump.length)).slice(0, length);
  return endings.map((ending) => ({
    name: `${JSON.stringify(pump)} … ${JSON.stringify(ending)}`,
    text: whole + ending,
  }));
});

const pet: Pet = {
  id: 'a',
  name: 'Biscuit',
  className: 'dog',
  previews: [],
  photoCount: 3,
  createdAt: new Date(0),
};
const imagine = commands.find(({ name }) => name === 'imagine')!;
const account = { id: 1, username: 'petbooth' };
const update = (message: object) => ({
  update_id: 1,
  message: {
    message_id: 1,
    chat: { id: 1, type: 'private' },
    from: { id: 2, is_bot: false, first_name: 'A' },
    ...message,
  },
});
type Reader = readonly [name: string, read: (text: string) => unknown];
const orientationOf = (text: string) =>
  hasUnappliedOrientation({ xmpAsString: text } as Parameters<typeof hasUnappliedOrientation>[0]);
const bytesOf = (text: string) => Buffer.from(text, 'utf8');

/** From outside without any limit on their length but the platforms' own. */
const ofAnyText: readonly Reader[] = [
  ['what a file is', (text) => sniffFormat(bytesOf(text))],
  ['a photo’s notes', orientationOf],
  ['a file’s name', (text) => [displayName(text), cleanName(text)]],
  ['words', (text) => isolateDirection(cleanWords(text))],
  ['a line', (text) => decodeLine(`/imagine ${text}`, [], commands)],
  ['options', (text) => parseOptions(imagine, { prompt: text, count: text }, optionContext).catch(() => {})],
  ['an action', (text) => decodeAction(text)],
  ['an event’s name', (text) => jobIdOf('web', text)],
  ['text for Discord', (text) => renderText(text)],
  ['Discord’s complaints', (text) => redact(text)],
  ['an update of Telegram', (text) => decodeUpdate(update({ text }), account)],
  ['a caption on Telegram', (text) => decodeUpdate(update({ caption: text, photo: [] }), account)],
  ['progress on the page', (text) => splitDrawings(text)],
];
/** Of an option: cleaned, and refused where it is longer. */
const ofOptions: readonly Reader[] = [
  ['a change', (text) => parseEdit(text, editPhrases)],
  ['words of a caption', (text) => [countWords(text, 'a'), countWords('a', text)]],
  ['pets’ names', (text) => [findPets(text, [pet]), isPetName(text)]],
  ['a kind of animal', (text) => kindsFor('ja').classNameOf(text.slice(0, 32))],
  ['a plan of an edit', (text) => planEdit(`a dog ${text}`, [{ kind: 'replace', from: 'dog', to: text }])],
  ['words of a prompt', (text) => [findWords(text, 'a'), splitWords(text)]],
  ['words for the model', (text) => preTokenize(text)],
];
const optionContext: OptionContext = {
  pets: { find: async () => undefined, findAvailable: async () => undefined },
  platform: 'web',
  blocklist: readBlocklist('dragon, bad word'),
  describe: () => ({ key: 'web.commandHint', params: {} }),
};

/** Time at work, not time that passes: other programs on the machine do not count. */
async function quickestMs(read: Reader[1], text: string): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < maxTries && quickest > maxMs; attempt += 1) {
    const started = process.cpuUsage();
    try {
      await read(text);
    } catch {
      // A refusal is an answer, too.
    }
    const { user, system } = process.cpuUsage(started);
    quickest = Math.min(quickest, (user + system) / 1000);
  }
  return quickest;
}

async function slowTexts(read: Reader[1], given: typeof texts): Promise<string[]> {
  const slow: string[] = [];
  for (const { name, text } of given) {
    const ms = await quickestMs(read, text);
    if (ms > maxMs) slow.push(`${name}: ${Math.round(ms)} ms`);
  }
  return slow;
}

describe('100 kB of any letters are read at once', () => {
  test.each(ofAnyText)('%s', async (_, read) => {
    expect(await slowTexts(read, texts)).toEqual([]);
  });
});

describe('as much as an option may hold is read at once', () => {
  const options = texts.map(({ name, text }) => ({
    name,
    text: [...cleanWords(text)].slice(0, maxPromptLength).join(''),
  }));
  test.each(ofOptions)('%s', async (_, read) => {
    expect(await slowTexts(read, options)).toEqual([]);
  });
});
