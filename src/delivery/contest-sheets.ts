import { z } from 'zod';
import { localeFor } from '#locales/index.js';
import type { Contest, ContestPlace } from '#src/contests/contest.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import type { ContestPictures } from '#src/contests/sheets/contest-pictures.js';
import { sheetPicture } from '#src/contests/sheets/sheet-picture.js';
import { text } from '#src/core/locale.js';
import type { Server } from '#src/core/place.js';
import type { Button } from '#src/core/reply.js';
import type { Database } from '#src/database/database.js';
import type { Outbox } from './outbox.js';
import type { OutboxRow, Post } from './post.js';
import { renderForAll } from './render.js';

export interface ContestSheetsOptions {
  readonly database: Database;
  readonly outbox: Pick<Outbox, 'register' | 'add'>;
  readonly pictures: Pick<ContestPictures, 'sheet'>;
}

const sheetKind = 'contest-sheet';
const perSheet = 9;
/** Nobody scrolls through more, and a group takes twenty messages a minute; the ballot shows all. */
const maxSheets = 5;

const Payload = z.object({ contest: z.string(), locale: z.string(), page: z.number().int().min(1) });

/** Entries in a group of Telegram's, with a button for each number, as nobody there can be shown a ballot alone. */
export class ContestSheets {
  readonly #options: ContestSheetsOptions;

  constructor(options: ContestSheetsOptions) {
    this.#options = options;
    options.outbox.register(sheetKind, {
      what: 'a sheet of a contest',
      otherwise: 'ballots show its entries',
      compose: (row) => this.#compose(row),
    });
  }

  /** Puts them up, or what has changed of them, where one presses a number to mark it. */
  async put(
    { id: contest, rules }: Contest,
    { place, locale }: ContestPlace,
    { platform, server }: Server,
    transaction: Database,
  ): Promise<void> {
    if (platform !== 'telegram' || rules.method !== 'approval') return;
    const count = await new ContestEntriesTable(transaction).count(contest, 'accepted', 'withdrawn', 'disqualified');
    const pages = Math.min(maxSheets, Math.ceil(count / perSheet));
    const lane = `contest-${contest}-${platform}-${server}`;
    for (let page = 1; page <= pages; page++)
      await this.#options.outbox.add(
        // The same one again takes the place of what it was.
        {
          key: `${lane}-sheet-${page}`,
          kind: sheetKind,
          place,
          payload: { contest, locale, page },
          lane,
          isRenewed: true,
        },
        transaction,
      );
  }

  async #compose({ payload, place }: OutboxRow): Promise<Post | undefined> {
    const { contest: id, locale, page } = Payload.parse(payload);
    const { database, pictures } = this.#options;
    const contests = new ContestsTable(database);
    const contest = await contests.get(id);
    if (contest?.state !== 'voting') return undefined;
    const last = page * perSheet;
    const accepted = (await new ContestEntriesTable(database).ofContest(id, ['accepted'])).flatMap(
      ({ number, picture, alt, isSpoiler }) => (number && picture ? [{ number, picture, alt, isSpoiler }] : []),
    );
    const shown = accepted
      .filter(({ number }) => number > last - perSheet && number <= last)
      .toSorted((one, other) => one.number - other.number);
    if (shown.length === 0) return undefined;
    const rest = accepted.filter(({ number }) => number > maxSheets * perSheet).length;
    const { title } = contest;
    const places = (await contests.places(id)).map((one) => one.place);
    const message = renderForAll(place.platform, localeFor(locale), {
      text: text('contests.posts.sheet', { title }),
      ...(page === maxSheets && rest > 0 && { lines: [text('contests.posts.sheetsMore', { count: rest })] }),
      pictures: [sheetPicture(await pictures.sheet(id, shown), shown, places)],
      isSpoiler: shown.some(({ isSpoiler }) => isSpoiler),
      buttons: shown.map(({ number }): Button => {
        return {
          for: 'everybody',
          label: 'number',
          params: { number },
          command: 'mark',
          options: { c: id, e: number },
        };
      }),
    });
    return { message };
  }
}
