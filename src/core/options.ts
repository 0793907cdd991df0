import type { CommandName } from './reply.js';

interface OptionSettings {
  text: {
    readonly required?: boolean;
    readonly min?: number;
    readonly max?: number;
    /** What is offered while it is typed. */
    readonly completes?: Completion;
  };
  integer: { readonly required?: boolean; readonly min?: number; readonly max?: number };
  number: { readonly required?: boolean; readonly min?: number; readonly max?: number };
  boolean: { readonly required?: boolean };
  choice: { readonly required?: boolean; readonly choices: readonly string[] };
  image: { readonly required?: boolean };
  /** `isJudged`: the command itself tells people about too few or too many. */
  images: {
    readonly required?: boolean;
    readonly min?: number;
    readonly max: number;
    readonly isJudged?: boolean;
  };
  /** Anything but a photo. */
  file: { readonly required?: boolean };
  /** One of the person's own pets, or with `shared` also one that others share here, by name; a name that is not there is refused before `run`. */
  pet: { readonly required?: boolean; readonly shared?: true };
  /** Somebody in this community. Platforms hand over the id, and the name after a space where they know it. */
  person: { readonly required?: boolean };
  /** Where the platform has such; handed over as a person is. */
  role: { readonly required?: boolean };
}

/** Things that have names of their own, and are found by them. */
export type Completion = 'contest';

/** What may be meant by what is typed: how a list shows it, and what then stands in the option. */
export interface Suggestion {
  readonly label: string;
  readonly value: string;
}

/** What only buttons may fill: people are not offered it, and cannot type it. It needs no text. */
export interface Internal {
  readonly internal: true;
  /** Only by buttons of the one who was asked: an action that names nobody is forged, or older than this rule. */
  readonly asked?: true;
}

export type OptionKind = keyof OptionSettings;

export type SettingsOf<Kind extends OptionKind> = OptionSettings[Kind] & Partial<Internal>;

export type Option = { [Kind in OptionKind]: { readonly kind: Kind } & SettingsOf<Kind> }[OptionKind];

export type Options = Readonly<Record<string, Option>>;

/** How many photos are let through to the command. */
export function boundsOf({ min = 1, max, isJudged }: OptionSettings['images']): {
  readonly min: number;
  readonly max: number;
} {
  return isJudged ? { min: 1, max: 2 * max } : { min: Math.max(1, min), max };
}

/** Filled by what is attached to a message. */
export function isAttached({ kind }: Pick<Option, 'kind'>): boolean {
  return kind === 'image' || kind === 'images' || kind === 'file';
}

/** Offered on a message, where the platform can: an option that the message fills (with its photos, or the pet that it names), and what is asked for beside it. */
export interface MessageMenu {
  readonly fills: string;
  readonly asks: readonly string[];
}

/** What people, and the platforms that ask them, know of a command: how it is called, not what it does. */
export interface CommandForm<Name extends CommandName = CommandName> {
  readonly name: Name;
  /** Only buttons run it. Its texts have replies, but neither a description nor options. */
  readonly internal?: true;
  readonly options: Options;
  /** For moderators of a community alone, and only there. */
  readonly forModerators?: true;
  /** The option, of text or a choice, that plain words after the command fill. */
  readonly freeText?: string;
  readonly menu?: MessageMenu;
}
