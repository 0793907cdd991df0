import type { Logger } from 'pino';
import { PacedEdits } from '#src/core/paced-edits.js';
import type { MessageReference } from '#src/core/place.js';
import type { Messenger } from './messenger.js';
import type { RenderedMessage } from './render-message.js';

export interface StatusEditsOptions {
  readonly messenger: Pick<Messenger, 'editPassing'>;
  readonly log: Logger;
  /** Between two edits of one message that are only passing. */
  readonly privateIntervalMs?: number | undefined;
  readonly groupIntervalMs?: number | undefined;
}

export type StatusEdits = PacedEdits<MessageReference, RenderedMessage>;

/** What waits in the chat's queue is one edit of a message, with what is newest by its turn. */
export function createStatusEdits({
  messenger,
  log,
  privateIntervalMs = 3000,
  groupIntervalMs = 12_000,
}: StatusEditsOptions): StatusEdits {
  return new PacedEdits({
    keyOf: ({ place, message }) => `${place.channel}/${message}`,
    intervalMs: ({ place }) => (place.channel.startsWith('-') ? groupIntervalMs : privateIntervalMs),
    edit: ({ place, message }, take) => messenger.editPassing(place, Number(message), take),
    onFailure: (error) => log.debug({ err: error }, 'a passing content could not be shown'),
  });
}
