/** A message of the bot as the person sees it now. */
export interface SeenMessage {
  /** Stays the same while the message is edited. */
  readonly id: string;
  readonly text: string;
  /** A bar shows how far the work is. */
  readonly hasProgress?: true;
  /** Files to keep count as well. */
  readonly pictureCount: number;
  /** The pictures are covered until somebody clicks them. */
  readonly isHidden?: true;
  /** Labels, in order. */
  readonly buttons: readonly string[];
}

/** A pattern for the text, or anything else about the message. */
export type Matcher = RegExp | ((message: SeenMessage) => boolean);

export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface SayOptions {
  readonly photos?: readonly Uint8Array[];
  /** Sent as it is, whatever it holds. */
  readonly file?: SentFile;
  /** Whom the line is about, pointed out as the platform has it: from a list, or by answering a message of theirs. */
  readonly about?: ScenarioChat;
}

/** One person in one conversation with the bot, on any platform. A scenario needs no more than this. */
export interface ScenarioChat {
  /** What the bot calls the person. */
  readonly personName: string;
  /** What the bot has said and not deleted, in order, each as it shows now. */
  readonly messages: readonly SeenMessage[];
  /**
   * A line as typed, e.g. `/train name: Biscuit kind: dog`; a platform with forms fills its form from it.
   * Resolves when the platform has it, not when it is answered.
   */
  say(line: string, options?: SayOptions): Promise<void>;
  /** The first message, present or to come, that fits. Rejects after the time, naming what was seen last. */
  sees(what: Matcher, timeoutMs?: number): Promise<SeenMessage>;
  /** Saves the first file or picture of a message. */
  takes(message: SeenMessage): Promise<Uint8Array>;
  /** Presses a button that the message shows now. Rejects where it has none of this label, or the platform got no acknowledgement. */
  clicks(message: SeenMessage, label: string): Promise<void>;
  /** Presses a button that asks for words, and gives these. */
  clicksAndSays(message: SeenMessage, label: string, words: string): Promise<void>;
}

export function fits(what: Matcher, message: SeenMessage): boolean {
  return what instanceof RegExp ? what.test(message.text) : what(message);
}

/** Waits until one of `look()` fits; for chats that keep their messages in memory. */
export async function seesWithin(
  look: () => readonly SeenMessage[],
  what: Matcher,
  timeoutMs = 20_000,
): Promise<SeenMessage> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = look().find((message) => fits(what, message));
    if (found) return found;
    if (Date.now() > deadline) {
      const last = look()
        .slice(-5)
        .map(({ text, pictureCount, buttons }) => `- ${text} (${pictureCount} pictures; ${buttons.join(', ')})`);
      throw new Error(`saw nothing that fits ${what} within ${timeoutMs} ms; the last messages:\n${last.join('\n')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
