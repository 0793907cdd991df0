import { locales } from '#locales/index.js';
import type { BotPair } from '#test/helpers/bot-pair.js';
import type { ContestCommunity } from './contest-people.js';
import { answerTo, insist, patiently } from './insist.js';
import { textPattern } from './world.js';

export interface TimedContest {
  readonly host: ContestCommunity;
  readonly bots: Pick<BotPair, 'rows'>;
}

const hourMs = 3600_000;

/** Moderators end what runs, which is acted on five seconds later. */
export async function endPhase(
  { host, bots }: TimedContest,
  id: string,
  end: 'entries_end_at' | 'ends_at',
): Promise<void> {
  const { among } = host.moderator;
  await insist(
    'the end of a phase',
    async () =>
      (await bots.rows(`select 1 from contests where id = '${id}' and ${end} <= '${new Date().toISOString()}'`))
        .length === 1,
    async () => {
      const asked = await answerTo(
        among,
        `/host end contest: ${id}`,
        textPattern('en', 'commands.host.replies.confirmEnd'),
      );
      await host.moderator.presses(asked, locales.en.buttons.endContest);
    },
  );
}

/** Lets hours pass for one contest: its phase began five hours ago and ends in fifty minutes, and a reminder is due. */
export async function beforeReminder(
  { bots }: Pick<TimedContest, 'bots'>,
  id: string,
  state: 'open' | 'voting',
): Promise<void> {
  const now = Date.now();
  const [begin, end, next] = [now - 5 * hourMs, now + (5 / 6) * hourMs, now + 5 * hourMs].map((at) =>
    new Date(at).toISOString(),
  );
  const times =
    state === 'open'
      ? `opens_at = '${begin}', entries_end_at = '${end}', voting_at = '${end}', ends_at = '${next}'`
      : `voting_at = '${begin}', ends_at = '${end}'`;
  const isDueAt = (what: string, at: number) =>
    `update due_instants set due_at = '${new Date(at).toISOString()}', try_at = '${new Date(at).toISOString()}' where what = '${what}' and key = '${id}'`;
  await patiently(async () => {
    await bots.rows(`update contests set ${times} where id = '${id}'`);
    await bots.rows(isDueAt('contest', Date.parse(end!) + 5000));
    await bots.rows(isDueAt('contest-notice', Date.parse(end!) - hourMs));
    return true;
  });
}
