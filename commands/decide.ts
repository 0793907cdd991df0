import { defineCommand, option } from '#src/command/define-command.js';
import { rejectionTexts, shownEntry } from '#src/contests/entry-telling.js';
import { type Contest, type RejectionReason, type ReviewedEntry, rejectionReasons } from '#src/contests/services.js';
import { instantOf } from '#src/core/instants.js';
import { type Text, text } from '#src/core/locale.js';
import type { Button, Picture, Reply } from '#src/core/reply.js';

/** A moderator decides about an entry, or looks at the next one; also in private, where the page may have gone. */
export const decide = defineCommand({
  name: 'decide',
  internal: true,
  inPlace: true,
  options: {
    entry: option('text', { required: true, max: 12 }),
    what: option('choice', { required: true, choices: ['accept', 'reject', 'next'] }),
    reason: option('choice', { choices: rejectionReasons }),
  },
  async run({ options, place, reviews }) {
    const { entry, what, reason } = options;
    if (what === 'reject' && reason === undefined) return whyReply(entry, place.server !== undefined);
    const { contest } = await reviews.find(entry);
    if (what === 'accept') await reviews.decide(entry, { kind: 'accept' });
    if (what === 'reject' && reason) await reviews.decide(entry, { kind: 'reject', reason });
    return pageReply(contest, await reviews.after(entry));
  },
});

/** An entry with what moderators alone know of it, and what can be done about it. */
export function pageReply(contest: Contest, page: ReviewedEntry | undefined): Reply {
  if (!page) return { text: text('contests.reviewing.none', { contest: contest.title }), ephemeral: true };
  const { entry, waitingCount, isOwn } = page;
  const pictures = picturesOf(page);
  const decisions = isOwn
    ? []
    : [buttonOf('acceptEntry', entry.id, { what: 'accept' }), buttonOf('rejectEntry', entry.id, { what: 'reject' })];
  const next = waitingCount > 1 ? [buttonOf('nextEntry', entry.id, { what: 'next' })] : [];
  return {
    text: text('contests.reviewing.title', { contest: contest.title, count: waitingCount }),
    lines: linesOf(page),
    pictures,
    isSpoiler: entry.isSpoiler,
    buttons: [...decisions, ...next],
    ephemeral: true,
  };
}

function linesOf({ contest: { zone, opensAt }, entry, isOwn, alike }: ReviewedEntry): Text[] {
  const { provenance, author, title, alt, submittedAt } = entry;
  const { pet, isForeignPet, madeAt, accountCreatedAt, joinedAt } = provenance;
  return [
    text('contests.reviewing.author', { person: author.name }),
    sourceLine(entry),
    ...(pet === undefined
      ? []
      : [isForeignPet ? text('contests.reviewing.foreignPet', { pet }) : text('contests.reviewing.pet', { pet })]),
    ...(madeAt ? [text('contests.reviewing.made', { at: instantOf(madeAt, zone) })] : []),
    text('contests.reviewing.entered', { at: instantOf(submittedAt, zone) }),
    ...(accountCreatedAt ? [text('contests.reviewing.account', { at: instantOf(accountCreatedAt, zone) })] : []),
    ...(joinedAt && joinedAt > opensAt
      ? [text('contests.reviewing.joinedLate', { at: instantOf(joinedAt, zone) })]
      : []),
    ...(alt === '' ? [] : [text('contests.reviewing.shows', { words: alt })]),
    ...(title === undefined ? [] : [text('contests.reviewing.entryTitle', { title })]),
    ...(entry.before ? [text('contests.reviewing.before')] : []),
    ...(alike.length > 0 ? [text('contests.reviewing.alike', { count: alike.length })] : []),
    ...(isOwn ? [text('contests.reviewing.own')] : []),
  ];
}

function sourceLine({ source, provenance: { words = '', seed = 0 } }: ReviewedEntry['entry']): Text {
  switch (source) {
    case 'drawn':
      return text('contests.reviewing.drawn', { words, seed });
    case 'edits':
      return text('contests.reviewing.edited', { words, seed });
    case 'photos':
      return text('contests.reviewing.photo');
  }
}

function picturesOf({ entry, alike }: ReviewedEntry): Picture[] {
  const before = entry.before ? [{ blob: entry.before, alt: text('contests.reviewing.beforeAlt') }] : [];
  const others = alike.flatMap(({ picture }) =>
    picture === undefined ? [] : [{ blob: picture, alt: text('contests.reviewing.alikeAlt') }],
  );
  return [...shownEntry(entry).pictures, ...before, ...others];
}

/** One of the usual reasons, or words, which take the command that is for communities alone. */
function whyReply(entry: string, isInCommunity: boolean): Reply {
  const reasons = rejectionReasons.map((reason) => reasonButton(entry, reason));
  const words: Button = {
    for: 'asker',
    label: 'inWords',
    command: 'host',
    options: { action: 'review', entry },
    asks: 'reason',
  };
  return {
    text: text('contests.reviewing.why'),
    ...(!isInCommunity && { lines: [text('contests.reviewing.inWords', { entry })] }),
    buttons: [...reasons, ...(isInCommunity ? [words] : [])],
    ephemeral: true,
  };
}

function reasonButton(entry: string, reason: RejectionReason): Button {
  const params = { answer: rejectionTexts[reason] };
  return { ...buttonOf('answer', entry, { what: 'reject', reason }), params, startsRow: true };
}

function buttonOf(label: Button['label'], entry: string, options: Button['options']): Button {
  return { for: 'asker', label, command: 'decide', options: { entry, ...options } };
}
