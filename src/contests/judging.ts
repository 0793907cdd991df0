import { UserError } from '#src/core/errors.js';
import { isSamePerson } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { ContestJudgesTable } from './contest-judges-table.js';
import { ContestsTable } from './contests-table.js';
import type { HostingAsker } from './hosting.js';
import type { ContestState } from './life-cycle.js';
import { noteHosting } from './note-hosting.js';
import type { HostingService, JudgingService } from './services.js';

const maxJudges = 20;
/** Whoever has begun to vote votes on as what they are. */
const beforeVoting: readonly ContestState[] = ['draft', 'scheduled', 'open', 'review'];

/** Names who votes for the panel of a contest. */
export function judgingFor(
  database: Database,
  { person: moderator }: HostingAsker,
  hosting: Pick<HostingService, 'find'>,
): JudgingService {
  return {
    async judge(id, person, isJudge) {
      const { id: chosen, title } = await hosting.find(id);
      return database.transaction(async (transaction) => {
        const contest = await new ContestsTable(transaction).lock(chosen);
        if (!contest || !beforeVoting.includes(contest.state)) throw new UserError('contestJudgesFixed', { title });
        if (contest.rules.panel === 0) throw new UserError('contestNoPanel', { title, id: chosen });
        const table = new ContestJudgesTable(transaction);
        const others = (await table.ofContest(chosen)).filter((judge) => !isSamePerson(judge, person));
        if (isJudge && others.length >= maxJudges) throw new UserError('contestJudgesFull', { max: maxJudges });
        await (isJudge ? table.add(chosen, person) : table.remove(chosen, person));
        const line = `host judge contest:${chosen} person:${person.id} on:${isJudge}`;
        await noteHosting({ contest: chosen, moderator, line }, [contest.host], transaction);
        return { contest, judges: await table.ofContest(chosen) };
      });
    },
  };
}
