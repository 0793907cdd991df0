import { ContestClock } from '#src/contests/contest-clock.js';
import { hostingFor } from '#src/contests/hosting.js';
import type { HostingService } from '#src/contests/services.js';
import { contests as contestRows } from '#src/contests/tables.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { withInstantsInWords } from '#src/core/instants.js';
import type { Person, PlatformName } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { ContestNotices } from '#src/delivery/contest-notices.js';
import { ContestPosts } from '#src/delivery/contest-posts.js';
import { ContestSheets } from '#src/delivery/contest-sheets.js';
import { Outbox } from '#src/delivery/outbox.js';
import { outbox as outboxRows } from '#src/delivery/tables.js';
import { audit } from '#src/moderation/tables.js';
import { createLog } from '#src/operations/log.js';
import { Schedule } from '#src/schedule/schedule.js';
import { dueInstants } from '#src/schedule/tables.js';
import { contestServer, december } from './contests.js';
import { FakeChat, FakePlatform } from './fake-platform.js';

const mona: Person = { platform: 'discord', id: '7', name: 'Mona' };
let events = 0;

/** Contests with everything below them but a chat service, at a time that a test chooses. */
export class ContestStage {
  readonly #opened: OpenDatabase;
  readonly #platforms: ReadonlyMap<PlatformName, FakePlatform>;
  readonly chat = new FakeChat();
  readonly platform = new FakePlatform(this.chat, 'discord');
  readonly telegram = new FakePlatform(this.chat, 'telegram');
  /** Before anything happens. */
  now = december(1, 0);
  clock!: ContestClock;
  notices!: ContestNotices;
  outbox!: Outbox;

  constructor(opened: OpenDatabase) {
    this.#opened = opened;
    this.#platforms = new Map<PlatformName, FakePlatform>([
      ['discord', this.platform],
      ['telegram', this.telegram],
    ]);
    this.platform.moderators.add(`${contestServer.server}/${mona.id}`);
    this.restart();
  }

  /** Of what was there before nothing is left. */
  static async open(opened: OpenDatabase): Promise<ContestStage> {
    for (const table of [contestRows, dueInstants, outboxRows, audit]) await opened.database.delete(table);
    return new ContestStage(opened);
  }

  /** Another process goes on; what the former was about to post is in the table. */
  restart(): void {
    const { database } = this.#opened;
    const log = createLog({ level: 'silent', name: 'test' });
    this.outbox = new Outbox({ database, platforms: this.#platforms, intervalMs: 3600_000, log });
    const people = { localeOf: async () => undefined };
    const { outbox } = this;
    this.notices = new ContestNotices({ database, outbox, people, platforms: this.#platforms });
    const { notices } = this;
    const pictures = { sheet: async (_: string, shown: readonly { readonly picture: BlobKey }[]) => shown[0]!.picture };
    const sheets = new ContestSheets({ database, outbox, pictures });
    const now = () => this.now;
    const posts = new ContestPosts({ database, outbox, notices, sheets, winnersCard: async () => undefined, now });
    this.clock = new ContestClock({
      database,
      announce: (contest, event, transaction) => posts.announce(contest, event, transaction),
      now,
    });
  }

  hosting(event = `event-${events++}`): HostingService {
    return hostingFor(
      { database: this.#opened.database, clock: this.clock, wake: () => {}, now: () => this.now },
      { id: event, person: mona, place: { ...contestServer, channel: 'c1' }, locale: 'en' },
    );
  }

  /** Does what is due then, and posts it. */
  async at(moment: Date): Promise<void> {
    await this.doDue(moment);
    await this.post();
  }

  async doDue(moment: Date): Promise<void> {
    this.now = moment;
    const schedule = new Schedule({
      database: this.#opened.database,
      handlers: this.clock.handlers,
      log: createLog({ level: 'silent', name: 'test' }),
      now: () => this.now,
    });
    schedule.wake();
    await schedule.settled();
    await schedule.stop();
  }

  async post(): Promise<void> {
    this.outbox.wake();
    await this.outbox.settled();
  }

  /** First lines of all messages as they show now, in the order in which they came. */
  said(): string[] {
    return [...this.chat.messages.values()].map(({ contents }) => {
      const { text, locale = 'en' } = contents.at(-1)!;
      return withInstantsInWords(text, locale).split('\n')[0]!;
    });
  }

  /** The whole of a message that shows now. */
  words(beginning: string): string {
    const all = [...this.chat.messages.values()].map(({ contents }) => contents.at(-1)!);
    const found = all.find(({ text }) => text.startsWith(beginning));
    if (!found) throw new Error(`no message begins with “${beginning}”`);
    return withInstantsInWords(found.text, found.locale ?? 'en');
  }
}
