import type { Command } from '#src/command.js';
import { again } from './again.js';
import { cancel } from './cancel.js';
import { help } from './help.js';
import { imagine } from './imagine.js';
import { pets } from './pets.js';
import { queue } from './queue.js';
import { start } from './start.js';
import { train } from './train.js';

/** Every command, in the order in which help shows them. */
export const commands: readonly Command[] = [train, imagine, again, pets, queue, cancel, help, start];
