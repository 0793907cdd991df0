/** What a command may use: services bound to the person who calls it. */

/** `gone`: there was no such job any more. `outOfReach`: the bot forgot it, and may not touch the message in the chat. */
export type Removal = 'removed' | 'gone' | 'outOfReach';
