import { defineCommand, option } from '#src/command/define-command.js';
import { communityText } from '#src/contests/entry-telling.js';
import {
  type BallotFlag,
  type Contest,
  linkChanges,
  methodNames,
  type NamedGuest,
  seriesPeriods,
  type TypedContest,
} from '#src/contests/services.js';
import { setupOf } from '#src/contests/setup-telling.js';
import { UserError } from '#src/core/errors.js';
import { instantOf } from '#src/core/instants.js';
import { type Text, text } from '#src/core/locale.js';
import type { Reply } from '#src/core/reply.js';
import { pageReply } from './decide.js';

/** Fewer decide by chance. */
const fewJudges = 3;
/** More would be a list to read. */
const maxShownFlags = 10;
/** The asker's business, and no secret: in a group that hides nothing it may be seen. */
const forAsker = { ephemeral: 'preferably' } as const;

/** Contests of a community, for its moderators. */
export const host = defineCommand({
  name: 'host',
  exclusive: true,
  forModerators: true,
  impersonal: true,
  options: {
    action: option('choice', {
      choices: [
        'create',
        'edit',
        'start',
        'extend',
        'end',
        'cancel',
        'reopen',
        'publish',
        'review',
        'disqualify',
        'restore',
        'void',
        'link',
        'export',
        'judge',
        'share',
        'join',
        'leave',
        'repeat',
        'prize',
        'stats',
        'audit',
      ],
    }),
    title: option('text', { max: 80 }),
    entries_for: option('text', { max: 100 }),
    voting_for: option('text', { max: 100 }),
    theme: option('text', { max: 3000 }),
    opens: option('text', { max: 100 }),
    until: option('text', { max: 100 }),
    method: option('choice', { choices: methodNames }),
    role: option('role'),
    zone: option('text', { max: 64 }),
    reason: option('text', { max: 200 }),
    contest: option('text', { max: 64, completes: 'contest' }),
    number: option('integer', { min: 1 }),
    entry: option('text', { max: 12 }),
    person: option('person'),
    code: option('text', { max: 16 }),
    every: option('choice', { choices: [...seriesPeriods, 'never'] }),
    confirmed: option('boolean', { internal: true, asked: true }),
    is_judge: option('boolean', { internal: true, asked: true }),
    change: option('choice', { internal: true, choices: linkChanges }),
  },
  freeText: 'action',
  async run({ options, hosting, judging, sharing, repeating, entries, reviews, handouts, admin, reply }) {
    const { contest: id, title, until, reason, number, entry, person } = options;
    const { action = title === undefined ? 'edit' : 'create' } = options;
    const needed = <Value>(value: Value | undefined, name: string): Value => {
      if (value === undefined) throw new UserError('hostIncomplete', { action, options: name });
      return value;
    };
    switch (action) {
      case 'create':
        return {
          ...setupOf(await hosting.create({ ...typedOf(options), title: needed(title, 'title') })),
          ...forAsker,
        };
      case 'edit': {
        const typed = typedOf(options);
        const isTyped = Object.values(typed).some((value) => value !== undefined);
        return { ...setupOf(await (isTyped ? hosting.edit(id, typed) : hosting.find(id))), ...forAsker };
      }
      case 'start': {
        const started = await hosting.start(id);
        return reply('started', { title: started.title }, forAsker);
      }
      case 'extend': {
        const { title, zone, state, entriesEndAt, endsAt } = await hosting.extend(id, needed(until, 'until'));
        const end = instantOf(state === 'voting' ? endsAt : entriesEndAt, zone);
        return reply('extended', { title, end }, forAsker);
      }
      case 'end': {
        if (options.confirmed && id !== undefined)
          return reply('ended', { title: (await hosting.end(id)).title }, forAsker);
        const ending = await hosting.toEnd(id);
        const again = { action, contest: ending.id, confirmed: true };
        return reply(
          'confirmEnd',
          { title: ending.title },
          { ...forAsker, buttons: [{ for: 'asker', label: 'endContest', command: 'host', options: again }] },
        );
      }
      case 'cancel': {
        const cancelled = await hosting.cancel(id, reason);
        return reply('cancelled', { title: cancelled.title, id: cancelled.id }, forAsker);
      }
      case 'reopen':
        return reply('reopened', { title: (await hosting.reopen(id, until)).title }, forAsker);
      case 'publish':
        return reply('published', { title: (await hosting.publish(id)).title }, forAsker);
      case 'review': {
        if (entry === undefined) {
          const contest = await entries.choose(id, 'review');
          return pageReply(contest, await reviews.waiting(contest));
        }
        const { contest } = await reviews.find(entry);
        if (reason !== undefined) await reviews.decide(entry, { kind: 'reject', words: reason });
        return pageReply(contest, await reviews.after(entry));
      }
      case 'disqualify': {
        const words = needed(reason, 'reason');
        const { id: which } = await reviews.numbered(await entries.choose(id, 'correct'), needed(number, 'number'));
        await reviews.disqualify(which, words);
        return { text: text('contests.reviewing.disqualified', { number: number! }), ephemeral: true };
      }
      case 'restore': {
        if (person) {
          await reviews.voidBallot(await entries.choose(id, 'correct'), person, undefined);
          return { text: text('contests.reviewing.unvoided', { person: person.name }), ephemeral: true };
        }
        needed(number ?? entry, 'number, entry, person');
        const which = entry ?? (await reviews.numbered(await entries.choose(id, 'correct'), number!)).id;
        await reviews.restore(which);
        return { text: text('contests.reviewing.restored', { number: number ?? which }), ephemeral: true };
      }
      case 'void': {
        const voter = needed(person, 'person');
        const words = needed(reason, 'reason');
        await reviews.voidBallot(await entries.choose(id, 'correct'), voter, words);
        return { text: text('contests.reviewing.voided', { person: voter.name }), ephemeral: true };
      }
      case 'link': {
        const about = await hosting.findAny(id);
        const link = await handouts.link(about, options.change);
        const change = (change: (typeof linkChanges)[number]) =>
          ({
            for: 'asker',
            label: `${change}Link`,
            command: 'host',
            options: { action, contest: about.id, change },
          }) as const;
        return link === undefined
          ? reply('noLink', { title: about.title }, { buttons: [change('renew')], ephemeral: true })
          : reply('link', { title: about.title, link }, { buttons: linkChanges.map(change), ephemeral: true });
      }
      case 'export': {
        const about = await hosting.findAny(id);
        const { files, isPartial } = await handouts.export(about);
        return reply(isPartial ? 'exportedPart' : 'exported', { title: about.title }, { files, ephemeral: true });
      }
      case 'judge': {
        const { is_judge: isJudge = true } = options;
        const about = needed(person, 'person');
        const { contest, judges } = await judging.judge(id, about, isJudge);
        const names = { title: contest.title, names: judges.map(({ name }) => name).join(', ') || '–' };
        const back = { action, contest: contest.id, person: about.id, is_judge: !isJudge };
        const lines = judges.length < fewJudges ? [text('commands.host.replies.judgesFew', { count: fewJudges })] : [];
        return reply('judges', names, {
          lines,
          buttons: [{ for: 'asker', label: 'undo', command: 'host', options: back }],
          ...forAsker,
        });
      }
      case 'share': {
        const { contest, code } = await sharing.share(id);
        return reply('shared', { title: contest.title, code }, { ephemeral: true });
      }
      case 'join':
        return reply('joined', { title: (await sharing.join(needed(options.code, 'code'))).title }, forAsker);
      case 'leave': {
        if (number !== undefined)
          return reply('partEnded', { title: (await sharing.endPart(id, number)).title }, forAsker);
        const hosted = await sharing.guestsOf(id);
        if (!hosted) return reply('left', { title: (await sharing.leave(id)).title }, forAsker);
        return guestsReply(hosted.contest, hosted.guests);
      }
      case 'repeat': {
        const every = needed(options.every, 'every');
        if (every === 'never')
          return reply('repeatsNoMore', { title: (await repeating.endSeries(id)).title }, forAsker);
        const repeated = await repeating.repeat(id, every, themesOf(options.theme));
        return reply('repeated', { title: repeated.title }, forAsker);
      }
      case 'prize': {
        const { title, rules } = await hosting.setPrize(id, options.role);
        if (!rules.prize) return reply('prizeNone', { title }, forAsker);
        return reply('prizeSet', { title, role: rules.prize.name }, forAsker);
      }
      case 'stats': {
        const { contest, accepted, pending, voters } = await hosting.stats(id);
        const lines = flagLines(await reviews.flags(contest));
        return reply('stats', { title: contest.title, accepted, pending, voters }, { lines, ephemeral: true });
      }
      case 'audit': {
        const about = await hosting.findAny(id);
        const entries = await admin.audit(about.id);
        const lines = entries.map(({ at, moderator, text: { key, params } }): Text => {
          return { key, params: { ...params, moderator, date: instantOf(at, about.zone) } };
        });
        const flags = flagLines(await reviews.flags(about));
        return reply('audit', { title: about.title }, { lines: [...lines, ...flags], ephemeral: true });
      }
    }
  },
});

/** Whose part in it may end, each with a button that does it. */
function guestsReply(contest: Contest, guests: readonly NamedGuest[]): Reply {
  return {
    text: text('commands.host.replies.guests', { title: contest.title }),
    lines: guests.map(({ number, place, name, joinedAt }) =>
      text('commands.host.replies.guest', {
        number,
        place: communityText(place, name),
        at: instantOf(joinedAt, contest.zone),
      }),
    ),
    buttons: guests.map(({ number }) => ({
      for: 'asker',
      label: 'endPart',
      params: { number },
      command: 'host',
      options: { action: 'leave', contest: contest.id, number },
    })),
    ...forAsker,
  };
}

const flagTexts = {
  young: 'contests.reviewing.flagYoung',
  joined: 'contests.reviewing.flagJoined',
  together: 'contests.reviewing.flagTogether',
} as const;

/** Accounts whose ballots may be worth a look. */
function flagLines(flags: readonly BallotFlag[]): Text[] {
  return flags.slice(0, maxShownFlags).map(({ kind, accounts }) => ({
    key: flagTexts[kind],
    params: { accounts: accounts.map(({ id }) => id).join(', ') },
  }));
}

/** Several, with a semicolon between. */
function themesOf(typed = ''): string[] {
  const themes = typed.split(/[;；\n]/).map((theme) => theme.trim());
  return themes.filter((theme) => theme !== '');
}

function typedOf(
  options: {
    readonly [Name in 'title' | 'theme' | 'opens' | 'entries_for' | 'voting_for' | 'zone']: string | undefined;
  } & Pick<TypedContest, 'method' | 'role'>,
): TypedContest {
  const { title, theme, opens, entries_for: entriesFor, voting_for: votingFor, zone, method, role } = options;
  return { title, theme, opens, entriesFor, votingFor, zone, method, role };
}
