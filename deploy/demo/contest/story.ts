/** What is told of a contest afterwards: who saw what, in the order in which it happened. */
import type { ShownMessage } from './shown-message.js';

/** What one person, or everybody in a community, saw at one moment. */
export interface Scene {
  /** The service and the community, or whoever is alone with the bot. */
  readonly where: string;
  readonly said?: { readonly by: string; readonly line: string };
  readonly messages: readonly ShownMessage[];
}

export interface Chapter {
  readonly title: string;
  readonly words: string;
  readonly scenes: readonly Scene[];
  /** A page as a telephone shows it, where there is a browser to look at it with. */
  readonly telephone?: { readonly picture: Uint8Array; readonly alt: string };
}

export interface ContestStory {
  readonly title: string;
  readonly chapters: readonly Chapter[];
  /** Rows of results.csv, its heading first. */
  readonly results: readonly (readonly string[])[];
  readonly archive: readonly string[];
  readonly entryCount: number;
  readonly voterCount: number;
  readonly seconds: number;
}
