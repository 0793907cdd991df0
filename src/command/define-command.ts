import type { EditPhrases } from '#locales/edit-phrases/edit-phrases.js';
import type {
  AccountsService,
  BallotsService,
  EntriesService,
  HandoutsService,
  HostingService,
  JudgingService,
  RepeatingService,
  ReviewService,
  SharingService,
} from '#src/contests/services.js';
import type { IncomingImage } from '#src/core/files.js';
import type { ParameterArguments } from '#src/core/locale.js';
import type { CommandForm, Internal, Option, OptionKind, Options, SettingsOf } from '#src/core/options.js';
import type { Person, Place, Role, Standing } from '#src/core/place.js';
import type { CommandName, CommandTexts, OfferedCommandName, Reply } from '#src/core/reply.js';
import type { ResultsService } from '#src/delivery/services.js';
import type { WordsService } from '#src/drawing/services.js';
import type { JobName } from '#src/jobs/index.js';
import type { JobsService } from '#src/jobs/services.js';
import type { AdminService } from '#src/moderation/services.js';
import type { Pet } from '#src/pets/pet.js';
import type { KindsService, PetsService } from '#src/pets/services.js';
import type { CoachService, FilesService } from '#src/photos/services.js';
import type { MyDataService, SettingsService } from '#src/privacy/services.js';
import type { DraftsService } from '#src/training/services.js';

/* ---- options ---- */
type KindWithSettings = 'choice' | 'images';

export function option<const Kind extends KindWithSettings, const Settings extends SettingsOf<Kind>>(
  kind: Kind,
  settings: Settings,
): { readonly kind: Kind } & NoInfer<Settings>;
export function option<
  const Kind extends Exclude<OptionKind, KindWithSettings>,
  const Settings extends SettingsOf<Kind> = Record<never, never>,
>(kind: Kind, settings?: Settings): { readonly kind: Kind } & NoInfer<Settings>;
export function option(kind: OptionKind, settings?: object): object {
  return { kind, ...settings };
}

interface KindValues {
  text: string;
  integer: number;
  number: number;
  boolean: boolean;
  choice: string;
  image: IncomingImage;
  images: readonly IncomingImage[];
  file: IncomingImage;
  pet: Pet;
  person: Person;
  role: Role;
}

type ValueOfKind<O extends Option> = O['kind'] extends 'choice'
  ? O extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string
  : KindValues[O['kind']];

export type OptionValue<O extends Option> = O extends { readonly required: true }
  ? ValueOfKind<O>
  : ValueOfKind<O> | undefined;
export type OptionValues<Declared extends Options> = { readonly [Name in keyof Declared]: OptionValue<Declared[Name]> };

/* ---- declaration ---- */
type RepliesOf<Name extends CommandName> = CommandTexts[Name]['replies'];
type OptionNamesOf<Name extends CommandName> = CommandTexts[Name] extends { readonly options: infer Texts }
  ? keyof Texts
  : never;

export interface Invocation<Name extends CommandName, Declared extends Options> {
  readonly user: Person;
  readonly place: Place;
  /** Asked of the platform only where it matters. */
  readonly standing: () => Promise<Standing>;
  readonly locale: string;
  /** What the person calls, for `help`: every command of the bot that is not for buttons only. */
  readonly commands: readonly OfferedCommandName[];
  readonly options: OptionValues<Declared>;
  readonly jobs: JobsService;
  readonly pets: PetsService;
  readonly coach: CoachService;
  readonly drafts: DraftsService;
  readonly settings: SettingsService;
  readonly files: FilesService;
  readonly myData: MyDataService;
  readonly admin: AdminService;
  readonly ballots: BallotsService;
  readonly hosting: HostingService;
  readonly handouts: HandoutsService;
  readonly sharing: SharingService;
  readonly repeating: RepeatingService;
  readonly judging: JudgingService;
  readonly accounts: AccountsService;
  readonly results: ResultsService;
  readonly entries: EntriesService;
  readonly reviews: ReviewService;
  readonly kinds: KindsService;
  readonly words: WordsService;
  /** In every language that the bot speaks. */
  readonly editPhrases: readonly EditPhrases[];
  /** Runs the command that asked which pet is meant, with the one of this number. @throws UserError where that is over, or somebody else's */
  readonly goOn: (question: string, number: number) => Promise<Reply>;
  /** A new seed for random numbers, 0 … 2³²−1. */
  readonly newSeed: () => number;
  /** Texts of `commands.<name>.replies`. */
  reply<Key extends keyof RepliesOf<Name> & string>(key: Key, ...rest: ReplyArguments<RepliesOf<Name>[Key]>): Reply;
}

type ReplyExtras = Omit<Reply, 'text'>;
type ReplyArguments<Source> =
  ParameterArguments<Source> extends [infer Params]
    ? [params: Params, extras?: ReplyExtras]
    : [params?: Record<never, never>, extras?: ReplyExtras];

type WordOptionNames<Declared extends Options> = {
  [Name in keyof Declared & string]: Declared[Name]['kind'] extends 'text' | 'choice' ? Name : never;
}[keyof Declared & string];

type MenuOptionNames<Declared extends Options> = {
  [Name in keyof Declared & string]: Declared[Name]['kind'] extends 'images' | 'image' | 'pet' ? Name : never;
}[keyof Declared & string];

/** A command with a text `menu` has a menu, and no other. */
type MenuOf<Name extends CommandName, Declared extends Options> = CommandTexts[Name] extends { readonly menu: string }
  ? {
      readonly menu: {
        readonly fills: MenuOptionNames<Declared>;
        readonly asks: readonly (keyof Declared & string)[];
      };
    }
  : { readonly menu?: never };

/** Each option has a text, each text an option; but options for buttons only have none. */
type ExactlyTheTexts<Name extends CommandName, Declared extends Options> = {
  readonly [Key in Exclude<keyof Declared, OptionNamesOf<Name>>]: Name extends OfferedCommandName ? Internal : Option;
} & { readonly [Key in OptionNamesOf<Name> & string]: Option & { readonly internal?: never } };

export interface Command<Name extends CommandName = CommandName> extends CommandForm<Name> {
  /** Only buttons of the one who was asked run it. */
  readonly asked?: true;
  /** One at a time per person: it changes what it has looked at. */
  readonly exclusive?: true;
  /** Takes its time: another one of the same person is refused until this one is worked out, and its files were sent. */
  readonly unhurried?: true;
  /**
   * Of buttons whose answer takes the place of the message that they are on, or is a notice. One at a time per person, and it
   * may not take long: nobody is told that it is being worked on.
   */
  readonly inPlace?: true;
  /** Photos of earlier attempts, which count towards the least number. */
  keptPhotos?(drafts: Pick<DraftsService, 'findReplacing'>, given: Readonly<Record<string, unknown>>): Promise<number>;
  /** Also for those who are banned, and in channels that moderators have closed: what stops, explains, or is about one's own data. */
  readonly unrestricted?: true;
  /** Nothing of it is anybody's own: whoever speaks as the community may call it too. */
  readonly impersonal?: true;
  /** What its photos or files are for: a person needs room and leave for one of these jobs, or leave to enter contests, before any is looked at. */
  readonly photosFor?: JobName | 'enter';
  /** What may already stand in the field for an option that a button leaves open. */
  suggest?(jobs: Pick<JobsService, 'find'>, given: Readonly<Record<string, string>>): Promise<string | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: a list of commands forgets their options; dispatch has checked the values against them.
  run(invocation: Invocation<any, any>): Promise<Reply>;
}

export function defineCommand<const Name extends CommandName, const Declared extends Options>(
  command: {
    readonly name: Name;
    readonly options: Declared & ExactlyTheTexts<Name, Declared>;
    readonly exclusive?: true;
    readonly unhurried?: true;
    readonly forModerators?: true;
    readonly unrestricted?: true;
    readonly impersonal?: true;
    readonly freeText?: WordOptionNames<Declared>;
    readonly photosFor?: Command['photosFor'];
    keptPhotos?: Command['keptPhotos'];
    suggest?: Command['suggest'];
    run(invocation: Invocation<Name, Declared>): Promise<Reply>;
  } & MenuOf<Name, Declared> &
    (Name extends OfferedCommandName
      ? { readonly internal?: never; readonly asked?: never; readonly inPlace?: never }
      : Internal & { readonly inPlace?: true }),
): Command<Name> & { readonly options: Declared } {
  return command as Command<Name> & { readonly options: Declared };
}

/** What people may type and complete, and what platforms register: without everything that is for buttons only. */
export function offeredCommands(commands: readonly Command[]): readonly Command<OfferedCommandName>[] {
  return commands.filter(isOffered).map((command) => ({
    ...command,
    options: Object.fromEntries(Object.entries(command.options).filter(([, { internal }]) => !internal)),
  }));
}

function isOffered(command: Command): command is Command<OfferedCommandName> {
  return command.internal !== true;
}
