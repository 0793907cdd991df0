import type { Command } from '#src/command.js';
import { again } from './again.js';
import { cancel } from './cancel.js';
import { coach } from './coach.js';
import { help } from './help.js';
import { imagine } from './imagine.js';
import { pets } from './pets.js';
import { queue } from './queue.js';
import { settings } from './settings.js';
import { start } from './start.js';
import { train } from './train.js';

/** Every command, in the order in which help shows them; those that only buttons run come last. */
export const commands: readonly Command[] = [train, imagine, again, pets, queue, cancel, settings, help, start, coach];
