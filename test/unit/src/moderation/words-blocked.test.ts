import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { incoming, incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
afterEach(() => spine.stop());

const refusal = 'Some of these words are not used here. Please try others.';

test('every command that takes words refuses those of the host’s list with one sentence, and logs none of them', async () => {
  const checkpoint = join(packageRoot, 'models/checkpoints/toy-pets');
  spine = await createSpine({ PROMPT_BLOCKLIST: 'gruesome, evil thing, tuxedo', CHECKPOINT: checkpoint });
  await spine.startBot();
  const [photo] = await incomingPhotos(1);
  const photos = await incomingPhotos(4);
  const sayings: readonly [command: string, options: Parameters<Spine['platform']['say']>[1]][] = [
    ['imagine', { prompt: 'a gru3s0me dog' }],
    ['imagine', { prompt: 'a dog', without: 'an evil thing' }],
    ['imagine', { prompt: 'a dog', without: 'a hat, (gruesome:1.3)' }],
    ['imagine', { prompt: 'a (grue:1.3)(some:1.2) dog' }],
    // Not written, but drawn.
    ['imagine', { prompt: 'ein Hund im Frack' }],
    ['imagine', { prompt: 'a dog', without: 'スーツ' }],
    ['edit', { change: '+ un esmoquin', photo: [photo!] }],
    ['edit', { change: 'Hund → Katze', caption: 'ein Hund im Smoking', photo: [photo!] }],
    ['vary', { prompt: 'gruesome' }],
    ['correct', { words: 'a gruesome dog' }],
    ['pets', { to: 'Gruesome' }],
    ['edit', { change: 'dog → g.r.u.e.s.o.m.e', photo: [photo!] }],
    ['edit', { change: 'dog → cat', caption: 'a gruesome dog', photo: [photo!] }],
    ['train', { name: 'Grüësome', kind: 'dog', photos }],
    ['import', { name: 'ＧＲＵＥＳＯＭＥ', kind: 'dog', file: [photo!] }],
  ];
  for (const [command, options] of sayings) {
    await spine.platform.say(command, options);
    expect(spine.chat.last, command).toMatchObject({ kind: 'error', text: refusal });
  }
  expect(spine.logLines.join('')).not.toMatch(/gru3s0me|g\.r\.u|gruesome|evil/i);
});

test('words that were fine when they were typed are not drawn again', async () => {
  spine = await createSpine();
  let bot = await spine.startBot();
  await spine.startWorker();
  await spine.platform.say('imagine', { prompt: 'a gruesome dog' });
  await waitFor('the picture', () => spine.chat.showing('result').length === 1);
  await bot.stop();
  bot = await spine.startBot({ config: { ...spine.config, PROMPT_BLOCKLIST: 'gruesome' } });
  await spine.platform.say('again', {});
  expect(spine.chat.last).toMatchObject({ kind: 'error', text: refusal });
});

test('words that a file brings are refused where they would be drawn, and its pet is not kept', async () => {
  spine = await createSpine({ PROMPT_BLOCKLIST: 'zwx' });
  await spine.startBot();
  await spine.startWorker();
  const lora = readFileSync(join(packageRoot, 'test/files/lora/trigger-phrase.safetensors'));
  await spine.platform.say('import', { name: 'Rex', kind: 'cat', file: [incoming(lora, 'rex.safetensors')] });
  await waitFor('the refusal', () => spine.chat.last?.kind === 'error');
  expect(spine.chat.last!.text).toContain(refusal);
  await spine.platform.say('pets', {});
  expect(spine.chat.last!.text).not.toContain('Rex');
});
