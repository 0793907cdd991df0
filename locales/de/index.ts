import type { SourceTexts, Translation } from '#src/core/locale.js';
import { buttons, coach, delivery, eta, kinds } from './chat.js';
import { commands } from './commands.js';
import { contestCommands } from './contest-commands.js';
import { contests } from './contests.js';
import { errors } from './errors.js';
import { discord, telegram, web } from './platforms.js';

export const de: Translation<SourceTexts> = {
  language: 'Deutsch',
  commands: { ...commands, ...contestCommands },
  buttons,
  coach,
  eta,
  delivery,
  contests,
  errors,
  kinds,
  web,
  discord,
  telegram,
};
