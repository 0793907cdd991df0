import { z } from 'zod';
import { localeFor } from '#locales/index.js';
import { type Contest, type ContestPlace, communityOf } from '#src/contests/contest.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { text } from '#src/core/locale.js';
import type { Database } from '#src/database/database.js';
import type { Outbox } from './outbox.js';
import type { OutboxRow, Post } from './post.js';
import { renderForAll } from './render.js';

export interface ContestPartingsOptions {
  readonly database: Database;
  readonly outbox: Pick<Outbox, 'register' | 'add'>;
}

const partingKind = 'contest-parting';
const Payload = z.object({ contest: z.string(), locale: z.string() });

/** The last word in a community whose part in a contest its host has ended. */
export class ContestPartings {
  readonly #options: ContestPartingsOptions;

  constructor(options: ContestPartingsOptions) {
    this.#options = options;
    options.outbox.register(partingKind, {
      what: 'the last word about a contest in a community',
      otherwise: 'the audit trail has it',
      compose: (row) => this.#compose(row),
    });
  }

  async tell({ id, revision }: Contest, { place, locale }: ContestPlace, transaction: Database): Promise<void> {
    const { platform, server } = communityOf(place);
    const key = `contest-${id}-parting-${revision}-${platform}-${server}`;
    await this.#options.outbox.add({ key, kind: partingKind, place, payload: { contest: id, locale } }, transaction);
  }

  async #compose({ payload, place }: OutboxRow): Promise<Post | undefined> {
    const { contest: id, locale } = Payload.parse(payload);
    const contest = await new ContestsTable(this.#options.database).get(id);
    if (!contest) return undefined;
    const words = text('contests.posts.parted', { title: contest.title });
    return { message: renderForAll(place.platform, localeFor(locale), { text: words }) };
  }
}
