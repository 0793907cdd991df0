import { defineCommand, option } from '#src/command/define-command.js';
import { ballotReply } from '#src/contests/ballot-replies.js';
import { postOf } from '#src/contests/contest-telling.js';
import { entryLine, shownEntry } from '#src/contests/entry-telling.js';
import { type Contest, type EntriesService, maxEntryTitleLength, type OwnEntry } from '#src/contests/services.js';
import { UserError } from '#src/core/errors.js';
import { type Text, text } from '#src/core/locale.js';
import type { Button, Reply } from '#src/core/reply.js';
import { askedReply } from './enter.js';
import { remindedReply } from './remind.js';

const maxShownRanks = 10;
const medals = 3;
const toOneself = { ephemeral: true } as const;

/** Contests of a community, for everybody in it: what runs, one's own entries, and the results. */
export const contest = defineCommand({
  name: 'contest',
  options: {
    action: option('choice', { choices: ['show', 'enter', 'vote', 'mine', 'withdraw', 'results', 'remind', 'link'] }),
    contest: option('text', { max: 100, completes: 'contest' }),
    photo: option('image'),
    words: option('text', { max: 200 }),
    title: option('text', { max: maxEntryTitleLength }),
    number: option('integer', { min: 1 }),
    code: option('text', { max: 16 }),
    entry: option('text', { internal: true, max: 12 }),
    sure: option('boolean', { internal: true, asked: true }),
  },
  freeText: 'action',
  photosFor: 'enter',
  menu: { fills: 'photo', asks: ['words'] },
  async run({ options, place, entries, accounts, ballots, hosting, files, reply }) {
    const { photo, words = '', title, number } = options;
    const { action = photo ? 'enter' : 'show' } = options;
    switch (action) {
      case 'show':
        return {
          ...postOf(await entries.choose(options.contest, 'show'), { on: place.platform }),
          ephemeral: 'preferably',
        };
      case 'enter': {
        const chosen = await entries.choose(options.contest, 'enter');
        if (!photo) throw new UserError('entryMissing');
        await entries.assertTakesPhotos(chosen);
        const { blob, isSpoiler } = await files.keepPhoto(photo, 'show');
        const isCovered = photo.isSpoiler || isSpoiler;
        const given = { kind: 'photo', blob, words, ...(isCovered && { isSpoiler: true }) } as const;
        return askedReply(await entries.ask(chosen, given, title));
      }
      case 'vote': {
        const chosen = await entries.choose(options.contest, 'vote');
        return ballotReply(ballots, await ballots.open(chosen.id), { page: 1, isOwnMarks: false });
      }
      case 'mine': {
        const own = await entries.mine();
        if (own.length === 0) return reply('mineNone', {}, toOneself);
        return reply('mine', {}, { lines: linesOf(own), ...toOneself });
      }
      case 'withdraw': {
        const own = await entries.mine();
        const meant = withdrawable(own, options.entry, number);
        if (!meant && number === undefined && own.length > 0)
          return reply('withdrawWhich', {}, { lines: linesOf(own), ...toOneself });
        if (!meant) throw new UserError('entryUnknown');
        const about = { contest: meant.contest.title };
        if (options.sure) {
          await entries.withdraw(meant.entry.id);
          return reply('withdrawn', about, toOneself);
        }
        const confirm: Button = {
          for: 'asker',
          label: 'withdraw',
          command: 'contest',
          options: { action: 'withdraw', entry: meant.entry.id, sure: true },
        };
        return reply('withdrawAsk', about, { ...shownEntry(meant.entry), buttons: [confirm], ...toOneself });
      }
      case 'remind':
        return remindedReply(await hosting.remind((await entries.choose(options.contest, 'show')).id, true));
      case 'link': {
        if (options.code === undefined) return reply('linkCode', { code: await accounts.giveCode() }, toOneself);
        await accounts.link(options.code);
        return reply('linked', {}, toOneself);
      }
      case 'results':
        return resultsReply(await entries.choose(options.contest, 'results'), entries);
    }
  },
});

/** By a button, by its number in the list, or the only one that there is. */
function withdrawable(
  own: readonly OwnEntry[],
  id: string | undefined,
  number: number | undefined,
): OwnEntry | undefined {
  const open = own.filter(({ entry }) => entry.state !== 'withdrawn');
  if (id !== undefined) return open.find(({ entry }) => entry.id === id);
  if (number !== undefined) return open.find((one) => one === own[number - 1]);
  return open.length === 1 ? open[0] : undefined;
}

function linesOf(own: readonly OwnEntry[]): Text[] {
  return own.map(({ contest: { title }, entry }, index) => entryLine(index + 1, title, entry));
}

async function resultsReply(chosen: Contest, entries: Pick<EntriesService, 'resultOf' | 'placesOf'>): Promise<Reply> {
  const { title, state, result } = chosen;
  if (state !== 'published' || !result) throw new UserError('contestNoResults');
  const ranked = await entries.resultOf(chosen);
  if (ranked.length === 0) return { text: text('commands.contest.replies.resultsNobody', { title }) };
  const rest = ranked.length - maxShownRanks;
  const winners = ranked.filter(({ rank }) => rank <= medals).slice(0, medals);
  const seenAt = await entries.placesOf(chosen);
  const pictures = winners.flatMap(({ entry }) =>
    (entry ? shownEntry(entry).pictures : []).map((picture) => ({ ...picture, seenAt })),
  );
  return {
    text: text('commands.contest.replies.results', { title, voters: result.voters }),
    lines: [
      ...ranked.slice(0, maxShownRanks).map(rankLine),
      ...(rest > 0 ? [text('commands.contest.replies.more', { count: rest })] : []),
    ],
    ...(pictures.length > 0 && { pictures }),
    isSpoiler: winners.some(({ entry }) => entry?.isSpoiler),
  };
}

type Ranked = { readonly rank: number; readonly entry: OwnEntry['entry'] | undefined };

function rankLine({ rank, entry }: Ranked): Text {
  if (!entry || entry.state === 'withdrawn') return text('commands.contest.replies.rankGone', { rank });
  const person = entry.author.name;
  if (entry.title === undefined) return text('commands.contest.replies.rank', { rank, person });
  return text('commands.contest.replies.rankTitled', { rank, title: entry.title, person });
}
