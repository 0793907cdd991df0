import type { BlobKey } from './blob-key.js';
import type { OfferedFile } from './files.js';
import type { SourceTexts, Text, TextKey } from './locale.js';
import type { Place } from './place.js';

export interface Picture {
  readonly blob: BlobKey;
  readonly alt: Text;
  /** The pictures that it is put together from, where it is a sheet: small ones are judged better by themselves. */
  readonly parts?: readonly BlobKey[];
  /** Everywhere that it is shown, beside here: the strictest of these places' rules about pictures holds. */
  readonly seenAt?: readonly Place[];
}

type ButtonLabel = Extract<TextKey, `buttons.${string}`> extends `buttons.${infer Label}` ? Label : never;

/** Pressing it runs a command with these options, as the one who presses; that command checks what that person may do. */
export interface Button {
  /** Of the one who was asked alone, as a confirmation is; or of everybody who sees it. */
  readonly for: 'asker' | 'everybody';
  readonly label: ButtonLabel;
  /** Of the label's text. */
  readonly params?: Text['params'];
  readonly command: CommandName;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** An option of words that whoever presses is asked for first. */
  readonly asks?: string;
  /** A row of its own begins with it; without any, rows are as long as the platform likes. */
  readonly startsRow?: true;
}

/** True: others never see it, and whoever cannot be told alone is asked to write in private. `preferably`: it is merely nothing to others. */
export type Secrecy = boolean | 'preferably';

/** What a command answers: data, put into words and into the platform's form elsewhere. */
export interface Reply {
  readonly text: Text;
  readonly lines?: readonly Text[];
  readonly pictures?: readonly Picture[];
  /** The pictures are hidden until somebody clicks them. */
  readonly isSpoiler?: boolean | undefined;
  /** The job whose result they are. */
  readonly result?: ShownResult | undefined;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OfferedFile[];
  /** For the asker's eyes only. */
  readonly ephemeral?: Secrecy;
  /** What shows the same where one is alone with the bot: where a group shows it to nobody alone, a press leads there. */
  readonly elsewhere?: Pick<Button, 'command' | 'options'>;
  /** Short words for whoever pressed alone, which replace nothing and pass by: a toast, where the platform has such. */
  readonly isNotice?: true;
  /** The job whose progress and result will replace this message. */
  readonly job?: string;
  /** The last word to somebody of whom nothing is to be kept. */
  readonly isFarewell?: boolean;
}

export type CommandTexts = SourceTexts['commands'];

export type CommandName = keyof CommandTexts;

/** Commands that are described to people; the others are for buttons only. */
export type OfferedCommandName = {
  [Name in CommandName]: CommandTexts[Name] extends { readonly description: string } ? Name : never;
}[CommandName];

export interface ShownResult {
  readonly job: string;
  /** A moderator has seen that nothing is wrong with it. */
  readonly isUncovered: boolean;
  /** For moderators, where its pictures are covered. */
  readonly uncover?: OutgoingButton;
}

export interface OutgoingButton {
  readonly label: string;
  /** Handed back in `Bot.press`. At most 64 bytes of ASCII, so that every platform can carry it. */
  readonly action: string;
  readonly startsRow?: true;
}
