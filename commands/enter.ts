import { defineCommand, option } from '#src/command/define-command.js';
import { entryLine, shownEntry, waysToEnter } from '#src/contests/entry-telling.js';
import type { EntryQuestion } from '#src/contests/services.js';
import { text } from '#src/core/locale.js';
import type { Button, Reply } from '#src/core/reply.js';

/** 🏆 below a picture, or below the post of a contest: asks before anything is entered. */
export const enter = defineCommand({
  name: 'enter',
  internal: true,
  options: {
    job: option('text', { max: 64 }),
    number: option('integer', { min: 1, max: 4 }),
    contest: option('text', { max: 8 }),
    /** What was asked before, and the entry that it takes the place of. */
    asked: option('text', { max: 12 }),
    instead: option('text', { max: 12 }),
  },
  async run({ options, entries, reply }) {
    const { job, number, asked, instead } = options;
    if (asked !== undefined && instead !== undefined) return askedReply(await entries.askInsteadOf(asked, instead));
    const contest = await entries.choose(options.contest, 'enter');
    if (job !== undefined) return askedReply(await entries.ask(contest, { kind: 'made', job, number }, undefined));
    return reply('how', { contest: contest.title }, { lines: waysToEnter(contest), ephemeral: true });
  },
});

/** What somebody has to agree to, or which of their entries has to go first. */
export function askedReply(question: EntryQuestion): Reply {
  const { contest, entry, places, insteadOf, needsPhotoRight, isReviewed } = question;
  if (insteadOf.length > 0) return insteadReply(question);
  const asked = { entry: entry.id };
  const agree: Button = needsPhotoRight
    ? { for: 'asker', label: 'agreeWithPhoto', command: 'agree', options: { ...asked, photo: true } }
    : { for: 'asker', label: 'agree', command: 'agree', options: asked };
  return {
    text: text('contests.entries.question', { contest: contest.title }),
    lines: [
      ...places.map((place) => text('contests.entries.place', { place })),
      text('contests.entries.terms'),
      ...(entry.provenance.isKnown ? [text('contests.entries.known')] : []),
      ...(needsPhotoRight ? [text('contests.entries.photoRight')] : []),
      // Anybody's, where it was chosen in the menu of a message.
      ...(entry.source === 'photos' ? [text('contests.entries.ownPhoto')] : []),
      ...(isReviewed ? [text('contests.entries.reviewed')] : []),
      text('contests.entries.takeBack'),
    ],
    ...shownEntry(entry),
    buttons: [agree, { for: 'asker', label: 'decline', command: 'agree', options: { ...asked, declined: true } }],
    ephemeral: true,
  };
}

function insteadReply({ contest, entry, insteadOf }: EntryQuestion): Reply {
  const buttons = insteadOf.flatMap(({ id }, index): Button[] => [
    {
      for: 'asker',
      label: 'insteadOf',
      params: { number: index + 1 },
      command: 'enter',
      options: { asked: entry.id, instead: id },
    },
    {
      for: 'asker',
      label: 'withdrawEntry',
      params: { number: index + 1 },
      command: 'contest',
      options: { action: 'withdraw', entry: id },
    },
  ]);
  return {
    text: text('contests.entries.instead', { contest: contest.title, max: contest.rules.perPerson }),
    lines: insteadOf.map((own, index) => entryLine(index + 1, contest.title, own)),
    pictures: insteadOf.flatMap((own) => shownEntry(own).pictures),
    isSpoiler: insteadOf.some((own) => own.isSpoiler),
    buttons,
    ephemeral: true,
  };
}
