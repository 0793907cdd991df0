import { ApplicationCommandOptionType } from 'discord.js';
import { expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { offeredCommands } from '#src/command/define-command.js';
import { encodeCommands } from '#src/platforms/discord/encode-commands.js';
import type { CommandDescription } from '#src/platforms/platform.js';
import { checkCommands, type RegisteredCommand } from '#test/emulators/discord/commands.js';
import { violationsOf } from '#test/emulators/discord/schema.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';

test('every command of the bot is one that Discord takes', () => {
  const encoded = encodeCommands(new ScriptedBot(commands), { allowsUserInstall: true });
  expect(encoded.map(({ name }) => name)).toEqual(offeredCommands(commands).map(({ name }) => name));
  for (const command of encoded) expect(violationsOf('ApplicationCommandUpdateRequestSchema', command)).toEqual([]);
  checkCommands(encoded as unknown as RegisteredCommand[]);
});

function encodeOptions(...options: CommandDescription['options'][number][]) {
  const bot = new ScriptedBot(commands.slice(0, 1));
  bot.describe = (name) => ({ name, description: 'x', options });
  const [command] = encodeCommands(bot);
  return (command!.options ?? []) as unknown as Record<string, unknown>[];
}
const described = { description: 'x', required: false } as const;

test('each kind of option has its form', () => {
  const options = encodeOptions(
    { ...described, name: 'words', kind: 'text' },
    { ...described, name: 'many', kind: 'integer', min: 1, max: 4 },
    { ...described, name: 'much', kind: 'number', max: 1.5 },
    { ...described, name: 'really', kind: 'boolean' },
    { ...described, name: 'size', kind: 'choice', choices: ['small', 'large'] },
    { ...described, name: 'pet', kind: 'pet', required: true },
    { ...described, name: 'photo', kind: 'image' },
    { ...described, name: 'whom', kind: 'person' },
    { ...described, name: 'role', kind: 'role' },
  );
  expect(options).toMatchObject([
    { name: 'pet', type: ApplicationCommandOptionType.String, autocomplete: true, required: true },
    { name: 'words', type: ApplicationCommandOptionType.String },
    { name: 'many', type: ApplicationCommandOptionType.Integer, min_value: 1, max_value: 4 },
    { name: 'much', type: ApplicationCommandOptionType.Number, max_value: 1.5 },
    { name: 'really', type: ApplicationCommandOptionType.Boolean },
    {
      name: 'size',
      choices: [
        { name: 'small', value: 'small' },
        { name: 'large', value: 'large' },
      ],
    },
    { name: 'photo', type: ApplicationCommandOptionType.Attachment },
    { name: 'whom', type: ApplicationCommandOptionType.User },
    { name: 'role', type: ApplicationCommandOptionType.Role },
  ]);
});

test('what is for moderators shows to them, in servers of which the bot is a member', () => {
  const encoded = encodeCommands(new ScriptedBot(commands), { allowsUserInstall: true });
  const facts = encoded.find(({ name }) => name === 'admin');
  expect(facts).toMatchObject({ contexts: [0], integration_types: [0], default_member_permissions: '8192' });
  for (const { name, default_member_permissions: needed } of encoded)
    if (name !== 'admin' && name !== 'host') expect(needed).toBeUndefined();
});

test('choices show in the language of the reader, and mean the same', () => {
  const encoded = encodeCommands(new ScriptedBot(commands)) as unknown as RegisteredCommand[];
  const options = encoded.find(({ name }) => name === 'pets')!.options;
  expect(options.find(({ name }) => name === 'with')!.choices).toMatchObject([
    { name: 'This channel', value: 'channel', name_localizations: { de: 'Dieser Kanal', 'pt-BR': 'Este canal' } },
    { value: 'server' },
    { value: 'person' },
  ]);
});

test('photos become ten options, none of which has to be given, because there is a form', () => {
  const options = encodeOptions(
    { ...described, name: 'name', kind: 'text', required: true },
    { ...described, name: 'photos', kind: 'images', required: true, min: 3, max: 20 },
  );
  expect(options.map(({ name }) => name)).toEqual([
    'name',
    ...Array.from({ length: 10 }, (_, index) => `photo${index + 1}`),
  ]);
  expect(options.every(({ required }) => required === false)).toBe(true);
});

test('more choices than a list holds are completed while typing', () => {
  const choices = Array.from({ length: 26 }, (_, index) => `choice ${index}`);
  const [option] = encodeOptions({ ...described, name: 'size', kind: 'choice', choices });
  expect(option).toMatchObject({ autocomplete: true });
  expect(option).not.toHaveProperty('choices');
});

test('text that names something is completed while typing, other text is not', () => {
  const [contest, words] = encodeOptions(
    { ...described, name: 'contest', kind: 'text', completes: 'contest' },
    { ...described, name: 'words', kind: 'text' },
  );
  expect(contest).toMatchObject({ type: ApplicationCommandOptionType.String, autocomplete: true });
  expect(words).not.toHaveProperty('autocomplete');
});

test('other languages are named as Discord names them', () => {
  const bot = new ScriptedBot(commands);
  const inAll = (describe: (locale: string) => string) => ({
    de: describe('de'),
    'es-ES': describe('es'),
    'es-419': describe('es'),
    fr: describe('fr'),
    ja: describe('ja'),
    'pt-BR': describe('pt-BR'),
  });
  const start = encodeCommands(bot).find(({ name }) => name === 'start')!;
  expect(start.description_localizations).toEqual(inAll((locale) => bot.describe('start', locale).description));
  const imagine = encodeCommands(bot).find(({ name }) => name === 'imagine')!;
  for (const option of imagine.options!) {
    const translated = (locale: string) =>
      bot.describe('imagine', locale).options.find(({ name }) => name === option.name)!.description;
    expect(option.description_localizations).toEqual(inAll(translated));
  }
});
