import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import type { IncomingImage } from '#src/core/files.js';
import { encodeMessageMenus } from '#src/platforms/discord/encode-message-menus.js';
import { checkCommands, type RegisteredCommand } from '#test/emulators/discord/commands.js';
import { violationsOf } from '#test/emulators/discord/schema.js';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';
import { waitFor } from '#test/helpers/wait-for.js';

test('each command with a menu has one, named in every language, and a training stays where the bot is', () => {
  const menus = encodeMessageMenus(new ScriptedBot(commands), { allowsUserInstall: true });
  expect(menus).toMatchObject([
    { type: 3, name: 'Train from this message', integration_types: [0], contexts: [0, 1] },
    { type: 3, name: 'Draw this pet', integration_types: [0, 1], contexts: [0, 1, 2] },
    { type: 3, name: 'Edit this photo', integration_types: [0, 1], contexts: [0, 1, 2] },
    { type: 3, name: 'Enter this photo', integration_types: [0, 1], contexts: [0, 1, 2] },
  ]);
  expect(menus[1]!.name_localizations).toEqual({
    de: 'Dieses Tier malen',
    'es-ES': 'Dibujar esta mascota',
    'es-419': 'Dibujar esta mascota',
    fr: 'Dessiner cet animal',
    ja: 'このペットを描く',
    'pt-BR': 'Desenhar este pet',
  });
  for (const menu of menus) expect(violationsOf('ApplicationCommandUpdateRequestSchema', menu)).toEqual([]);
  checkCommands(menus as unknown as RegisteredCommand[]);
});

let stage: Stage;
beforeEach(async () => {
  stage = await createStage({ platform: { allowsUserInstall: true } });
  stage.bot.script = async ({ place, person, eventId }) => {
    await stage.platform.send(place, { kind: 'info', text: 'thank you' }, { key: `d-${eventId}`, person });
  };
  await stage.start();
});
afterEach(() => stage.end());

const photo = async (seed: number) => ({ name: `${seed}.jpg`, type: 'image/jpeg', bytes: await drawPhoto(seed) });
const photos = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => photo(index + 1)));
const imagesOf = (options: Readonly<Record<string, unknown>>) => options.photos as readonly IncomingImage[];

describe('“Train from this message”', () => {
  test('takes the photos of the message, and asks for name and kind in the person’s language', async () => {
    const chat = stage.emulator.chat({ locale: 'de' });
    const notes = { name: 'notes.txt', type: 'text/plain', bytes: new TextEncoder().encode('hello') };
    const message = chat.writes('look at her', [...(await photos(4)), notes]);
    const asked = await chat.chooses('Aus dieser Nachricht lernen', message);
    expect(asked.modal).toMatchObject({
      title: 'Aus dieser Nachricht lernen',
      components: [
        { component: { type: 4, custom_id: 'name', required: true } },
        { component: { type: 4, custom_id: 'kind', required: true } },
      ],
    });
    expect(stage.bot.invocations).toEqual([]);
    await chat.submits(asked, { name: 'Biscuit', kind: 'dog' });
    await chat.sees(/thank you/);
    const [{ command, options }] = stage.bot.invocations as [(typeof stage.bot.invocations)[0]];
    expect(command).toBe('train');
    expect(options).toMatchObject({ name: 'Biscuit', kind: 'dog' });
    expect(imagesOf(options).map(({ name }) => name)).toEqual(['1.jpg', '2.jpg', '3.jpg', '4.jpg']);
    expect(Buffer.compare(await imagesOf(options)[2]!.read(1e6), message.attachments[2]!.bytes)).toBe(0);
  });

  test('asks for as many photos as are missing', async () => {
    const chat = stage.emulator.chat();
    const asked = await chat.chooses('Train from this message', chat.writes('', await photos(1)));
    expect(asked.modal?.components[0]).toMatchObject({
      component: { type: 19, custom_id: 'photos', min_values: 2, max_values: 10, required: true },
    });
    const more = await Promise.all([7, 8].map((seed) => drawPhoto(seed)));
    await chat.submits(asked, { name: 'Biscuit', kind: 'dog' }, { photos: more });
    await chat.sees(/thank you/);
    expect(imagesOf(stage.bot.invocations[0]!.options)).toHaveLength(3);
  });

  test('takes the photos of a forwarded message too', async () => {
    const chat = stage.emulator.chat();
    const asked = await chat.chooses('Train from this message', chat.writes('', await photos(3)), {
      isForwarded: true,
    });
    await chat.submits(asked, { name: 'Biscuit', kind: 'dog' });
    await chat.sees(/thank you/);
    expect(imagesOf(stage.bot.invocations[0]!.options)).toHaveLength(3);
  });

  test('on a message without photos says so, to the one who asked', async () => {
    const chat = stage.emulator.chat();
    const ben = stage.emulator.chat({ name: 'Ben', with: chat });
    await chat.chooses('Train from this message', chat.writes('no photo here'));
    await chat.sees(/There are no photos in this message/);
    expect(ben.messages).toEqual([]);
    expect(stage.bot.invocations).toEqual([]);
  });

  test('a form that came back too late, after a restart, or from somebody else is refused', async () => {
    const chat = stage.emulator.chat();
    const ben = stage.emulator.chat({ name: 'Ben', with: chat });
    const message = chat.writes('', await photos(3));
    const fields = { name: 'Biscuit', kind: 'dog' };
    await ben.submits(await chat.chooses('Train from this message', message), fields);
    await ben.sees(/Please choose the message again/);
    const late = await chat.chooses('Train from this message', message);
    stage.emulator.advance(2 * 3600_000);
    await chat.submits(late, fields);
    await waitFor('the first refusal', () => chat.messages.length === 1);
    const before = await chat.chooses('Train from this message', message);
    await stage.restart();
    await chat.submits(before, fields);
    await waitFor('the second refusal', () => chat.messages.length === 2);
    expect(chat.messages.every(({ text }) => text.includes('Please choose the message again'))).toBe(true);
    expect(stage.bot.invocations).toEqual([]);
  });
});

describe('“Draw this pet”', () => {
  test('offers one’s pets, the one that the message names first of all, and asks what to draw', async () => {
    stage.bot.petNames = ['Bis', 'Biscuit', 'Rex'];
    const chat = stage.emulator.chat();
    const asked = await chat.chooses('Draw this pet', chat.writes('“BISCUIT surfing” for Ben, seed 7'));
    expect(asked.modal).toMatchObject({
      title: 'Draw this pet',
      components: [
        {
          component: {
            type: 3,
            custom_id: 'pet',
            options: [{ value: 'Bis' }, { value: 'Biscuit', default: true }, { value: 'Rex' }],
          },
        },
        { component: { type: 4, custom_id: 'prompt', required: true } },
      ],
    });
    await chat.submits(asked, { prompt: 'in the snow' });
    await chat.sees(/thank you/);
    expect(stage.bot.invocations[0]).toMatchObject({
      command: 'imagine',
      options: { pet: 'Biscuit', prompt: 'in the snow' },
    });
  });

  test('works on the bot’s own messages, and in places to which it was taken along', async () => {
    stage.bot.petNames = ["Mc'Duff"];
    const chat = stage.emulator.chat({ isElsewhere: true });
    await chat.command('start');
    const hello = await chat.sees(/thank you/);
    const asked = await chat.chooses('Draw this pet', hello);
    await chat.submits(asked, { prompt: 'asleep', pet: "Mc'Duff" });
    await waitFor('the command', () => stage.bot.invocations.length === 2);
    expect(stage.bot.invocations[1]!.options).toEqual({ pet: "Mc'Duff", prompt: 'asleep' });
    await expect(chat.chooses('Train from this message', hello)).rejects.toThrow('has no');
    await expect(chat.command('train')).rejects.toThrow('does not show here');
  });

  test('without a pet says how to get one', async () => {
    const chat = stage.emulator.chat();
    await chat.chooses('Draw this pet', chat.writes('hello'));
    await chat.sees(/You have no pets here yet/);
  });
});

describe('“Edit this photo”', () => {
  const photoOf = (options: Readonly<Record<string, unknown>>) => (options.photo as readonly IncomingImage[])[0]!;

  test('takes the photo of the message, whosever it is, and asks what to change', async () => {
    const chat = stage.emulator.chat();
    const ben = stage.emulator.chat({ name: 'Ben', locale: 'de', with: chat });
    const message = chat.writes('', await photos(1));
    const asked = await ben.chooses('Dieses Foto ändern', message);
    expect(asked.modal?.components).toMatchObject([{ component: { type: 4, custom_id: 'change', required: true } }]);
    await ben.submits(asked, { change: 'dog → cat' });
    await ben.sees(/thank you/);
    const [{ command, options, person }] = stage.bot.invocations as [(typeof stage.bot.invocations)[0]];
    expect({ command, person: person.name, change: options.change }).toEqual({
      command: 'edit',
      person: 'Ben',
      change: 'dog → cat',
    });
    expect(Buffer.compare(await photoOf(options).read(1e6), message.attachments[0]!.bytes)).toBe(0);
  });

  test('asks which photo where the message has several', async () => {
    const chat = stage.emulator.chat();
    const message = chat.writes('', await photos(3));
    const asked = await chat.chooses('Edit this photo', message);
    expect(asked.modal?.components[0]).toMatchObject({
      component: { type: 3, custom_id: 'photo', options: [{ value: '1' }, { value: '2' }, { value: '3' }] },
    });
    await chat.submits(asked, { photo: '2', change: 'dog → cat' });
    await chat.sees(/thank you/);
    expect(
      Buffer.compare(await photoOf(stage.bot.invocations[0]!.options).read(1e6), message.attachments[1]!.bytes),
    ).toBe(0);
  });

  test('on a message without photos says so', async () => {
    const chat = stage.emulator.chat();
    await chat.chooses('Edit this photo', chat.writes('no photo here'));
    await chat.sees(/There are no photos in this message/);
  });
});
