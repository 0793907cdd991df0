import { UserError } from '#src/core/errors.js';
import type { Database } from '#src/database/database.js';
import type { Contest } from './contest.js';
import { ContestsTable } from './contests-table.js';
import type { HostingAsker } from './hosting.js';
import { noteHosting } from './note-hosting.js';
import { seriesFrom } from './series.js';
import type { SeriesClock } from './series-clock.js';
import { SeriesTable } from './series-table.js';
import type { HostingService, RepeatingService } from './services.js';

export interface RepeatingOptions {
  readonly database: Database;
  readonly series: Pick<SeriesClock, 'wind' | 'end'>;
  readonly wake: () => void;
}

const maxThemes = 100;
const maxThemeLength = 300;

/** Makes a series of a contest of the community where a moderator asks. */
export function repeatingFor(
  { database, series, wake }: RepeatingOptions,
  { person }: HostingAsker,
  hosting: Pick<HostingService, 'find' | 'findAny'>,
): RepeatingService {
  const note = ({ id, host }: Contest, words: string, transaction: Database) => {
    const line = `host repeat contest:${id} ${words}`;
    return noteHosting({ contest: id, moderator: person, line }, [host], transaction);
  };

  return {
    async repeat(id, period, themes) {
      const contest = await hosting.find(id);
      const { title } = contest;
      if (contest.state === 'draft') throw new UserError('contestNotStarted', { title });
      if (themes.length > maxThemes || themes.some((theme) => theme.length > maxThemeLength))
        throw new UserError('contestThemesTooMany', { max: maxThemes, length: maxThemeLength });
      await database.transaction(async (transaction) => {
        const table = new SeriesTable(transaction);
        await new ContestsTable(transaction).lock(contest.id);
        if (await table.running(contest.id)) throw new UserError('contestRepeatsAlready', { title });
        const begun = seriesFrom(contest, await new ContestsTable(transaction).places(contest.id), { period, themes });
        await table.add(begun, contest.id);
        await series.wind(begun, transaction);
        await note(contest, `every:${period}`, transaction);
      });
      wake();
      return contest;
    },
    async endSeries(id) {
      const contest = await hosting.findAny(id);
      return database.transaction(async (transaction) => {
        const running = await new SeriesTable(transaction).running(contest.id);
        if (!running) throw new UserError('contestRepeatsNot', { title: contest.title });
        await series.end(running, transaction);
        await note(contest, 'every:never', transaction);
        return contest;
      });
    },
  };
}
