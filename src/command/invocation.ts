import type { LocaleName } from '#locales/index.js';
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
import type { Text, TextKey } from '#src/core/locale.js';
import type { Completion, Options, Suggestion } from '#src/core/options.js';
import type { Person, Place } from '#src/core/place.js';
import type { CommandName, OfferedCommandName, Reply } from '#src/core/reply.js';
import type { ResultsService } from '#src/delivery/services.js';
import type { WordsService } from '#src/drawing/services.js';
import { editPhrases } from '#src/editing/edit-phrases.js';
import { wordsIn } from '#src/jobs/index.js';
import type { Asker } from '#src/jobs/ledger.js';
import type { JobsService } from '#src/jobs/services.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { AdminService } from '#src/moderation/services.js';
import type { WordBlocklist } from '#src/moderation/word-blocklist.js';
import { kindsFor } from '#src/pets/kinds.js';
import type { PetsService } from '#src/pets/services.js';
import type { PictureLook } from '#src/photos/picture-look/picture-look.js';
import type { CoachService, FilesService } from '#src/photos/services.js';
import type { MyDataService, SettingsService } from '#src/privacy/services.js';
import type { DraftsService } from '#src/training/services.js';
import type { Asked } from './asked.js';
import type { Command, Invocation } from './define-command.js';
import { parseOptions } from './options.js';

/** Somebody who asks for something. `id` is that of the event: the same one again counts once. */
export type Asking = Applicant & {
  readonly id: string;
  /** When the service says that they asked. */
  readonly at: Date;
};

/** Something that has a name is being typed. */
export interface Typing {
  readonly person: Person;
  readonly place: Place;
  readonly typed: string;
  /** By a command for moderators, which shows more. */
  readonly forModerators: boolean;
}

/** What a command may use, made for whoever asks. */
export interface ServicesFor {
  readonly jobs: (asker: Asker) => JobsService;
  readonly pets: (asking: Asking) => PetsService;
  readonly drafts: (person: Person, invocation: string) => DraftsService;
  readonly coach: (person: Person) => CoachService;
  readonly files: (person: Person) => FilesService;
  readonly settings: (person: Person) => SettingsService;
  readonly myData: (person: Person) => MyDataService;
  readonly results: (applicant: Applicant) => ResultsService;
  readonly admin: (applicant: Applicant) => AdminService;
  readonly entries: (asking: Asking) => EntriesService;
  readonly ballots: (asking: Asking) => BallotsService;
  readonly handouts: (person: Person) => HandoutsService;
  readonly hosting: (asker: Asking & { readonly locale: LocaleName }) => HostingService;
  readonly reviews: (applicant: Applicant) => ReviewService;
  readonly sharing: (asker: Asking & { readonly locale: LocaleName }) => SharingService;
  readonly repeating: (asker: Asking & { readonly locale: LocaleName }) => RepeatingService;
  readonly judging: (asker: Asking & { readonly locale: LocaleName }) => JudgingService;
  readonly accounts: (person: Person) => AccountsService;
  readonly words: WordsService;
  /** What could be meant by what is typed so far, likeliest first. */
  readonly completions: Readonly<Record<Completion, (typing: Typing) => Promise<readonly Suggestion[]>>>;
}

export interface InvocationOptions {
  readonly services: ServicesFor;
  readonly blocklist: WordBlocklist;
  readonly look: Pick<PictureLook, 'atUploads'>;
  readonly newSeed: () => number;
}

/** One command that somebody may run. */
export interface Call {
  readonly command: Command;
  readonly asked: Asked;
  readonly asking: Asking;
  readonly locale: LocaleName;
  /** Commands that people may call. */
  readonly offered: readonly Command<OfferedCommandName>[];
  readonly goOn: Invocation<CommandName, Options>['goOn'];
}

/** Its texts are those of the command, which checks them when it compiles. */
type AnyInvocation = Omit<Invocation<CommandName, Options>, 'reply'> & {
  reply: (key: string, params?: Text['params'], extras?: Omit<Reply, 'text'>) => Reply;
};

/** What a command is run with. @throws UserError where its options are not what it declares */
export async function invocationFor(
  { services, blocklist, look, newSeed }: InvocationOptions,
  { command, asked, asking, locale, offered, goOn }: Call,
): Promise<AnyInvocation> {
  const { person, place, standing } = asking;
  const pets = services.pets(asking);
  const drafts = services.drafts(person, asking.id);
  const textOf = (path: string, params: Text['params'] = {}): Text => ({
    key: `commands.${command.name}.${path}` as TextKey,
    params,
  });
  const options = await parseOptions(command, asked.options, {
    pets,
    platform: place.platform,
    describe: (option) => textOf(`options.${option}`),
    keptPhotos: async () => (await command.keptPhotos?.(drafts, asked.options)) ?? 0,
    blocklist,
  });
  return {
    user: person,
    place,
    standing,
    locale,
    commands: offered
      .filter(({ forModerators }) => !forModerators || place.server !== undefined)
      .map(({ name }) => name),
    options: options as AnyInvocation['options'],
    jobs: withBlocklist(services.jobs({ ...asking, locale, message: asked.button?.message }), blocklist),
    pets,
    coach: coachThatLooks(services.coach(person), look, place),
    drafts,
    settings: services.settings(person),
    files: filesThatLook(services.files(person), look, place),
    myData: services.myData(person),
    results: services.results(asking),
    admin: services.admin(asking),
    entries: services.entries(asking),
    ballots: services.ballots(asking),
    hosting: services.hosting({ ...asking, locale }),
    reviews: services.reviews(asking),
    handouts: services.handouts(person),
    sharing: services.sharing({ ...asking, locale }),
    repeating: services.repeating({ ...asking, locale }),
    judging: services.judging({ ...asking, locale }),
    accounts: services.accounts(person),
    kinds: kindsFor(locale),
    editPhrases,
    words: services.words,
    goOn,
    newSeed,
    reply: (key, params, extras) => ({ text: textOf(`replies.${key}`, params), ...extras }),
  };
}

function withBlocklist(jobs: JobsService, blocklist: WordBlocklist): JobsService {
  return {
    ...jobs,
    enqueue: async (job) => {
      // Words of an earlier job were not typed now, and translated ones not at all.
      for (const words of [job.title, ...wordsIn(job.name, job.data)]) blocklist.assertFree(words);
      return jobs.enqueue(job);
    },
  };
}

function coachThatLooks(coach: CoachService, look: InvocationOptions['look'], place: Place): CoachService {
  return {
    ...coach,
    judge: async (...given) => {
      const judged = await coach.judge(...given);
      const blobs = judged.photos.flatMap(({ blob }) => blob ?? []);
      return { ...judged, ...(await look.atUploads(place, blobs)) };
    },
  };
}

function filesThatLook(files: FilesService, look: InvocationOptions['look'], place: Place): FilesService {
  return {
    ...files,
    keepPhoto: async (photo, use) => {
      const kept = await files.keepPhoto(photo, use);
      return { ...kept, ...(await look.atUploads(place, [kept.blob])) };
    },
  };
}
