import { instantOf } from '#src/core/instants.js';
import { type Text, text } from '#src/core/locale.js';
import type { Button, Reply } from '#src/core/reply.js';
import { type Ballot, type BallotEntry, type BallotPair, decisionOn, markedEntries, markOn } from './ballot.js';
import { marksLimitOf } from './marks.js';
import type { BallotsService, Contest, OpenedBallot } from './services.js';
import type { Duel } from './tally/ballots.js';
import { maxStars } from './tally/stars.js';

type Sheets = Pick<BallotsService, 'sheet' | 'hasPages'>;

/** Where somebody is on their ballot. */
export interface BallotView {
  /** From 1. */
  readonly page: number;
  /** What is marked alone. */
  readonly isOwnMarks: boolean;
}

/** In three rows of three. */
const pageSize = 9;
/** From so many pages on, two buttons go ten at a time. */
const manyPages = 11;
/** Of a list in one line. */
const maxListed = 30;

/** What a voter sees: the page of a ballot, or that it is over. */
export async function ballotReply(sheets: Sheets, opened: OpenedBallot, view: BallotView): Promise<Reply> {
  if (opened.kind === 'over') return overReply(opened.contest);
  const { ballot } = opened;
  if (ballot.contest.rules.method === 'duels') {
    const undecided = ballot.pairs.find((pair) => decisionOn(ballot, pair) === undefined);
    return duelReply(sheets, opened, (undecided ?? ballot.pairs[0])?.index ?? 1);
  }
  return pageReply(sheets, ballot, view);
}

/** Without buttons: there is nothing left to press. */
export function overReply({ title, endsAt, zone }: Contest): Reply {
  return { text: text('contests.ballots.over', { title, when: instantOf(endsAt, zone) }), ephemeral: true };
}

async function pageReply(sheets: Sheets, ballot: Ballot, { page: wanted, isOwnMarks }: BallotView): Promise<Reply> {
  const listed = isOwnMarks ? markedEntries(ballot) : ballot.entries;
  const pageCount = Math.max(1, Math.ceil(listed.length / pageSize));
  const page = Math.min(pageCount, wanted);
  const shown = listed.slice((page - 1) * pageSize, page * pageSize);
  const view = { page, isOwnMarks };
  return {
    ...(await shownOn(sheets, ballot, shown)),
    text: titleOf(ballot),
    lines: [isOwnMarks ? text('contests.ballots.ownMarks') : howTo(ballot), ...linesOf(ballot)],
    buttons: [
      ...shown.map((entry) => entryButton(ballot, entry, view)),
      ...pageButtons(ballot, view, pageCount),
      ...endButtons(ballot, view, sheets.hasPages),
    ],
  };
}

/** One entry, large, and what can be said about it. */
export async function entryReply(sheets: Sheets, ballot: Ballot, entry: BallotEntry, view: BallotView): Promise<Reply> {
  const { rules } = ballot.contest;
  const mark = markOn(ballot, entry);
  const isStars = rules.method === 'stars';
  const command = isStars ? 'star' : 'rank';
  const options = { ...callOf(ballot, view), e: entry.number };
  const values = Array.from({ length: isStars ? maxStars : marksLimitOf(rules)! }, (_, index) => index + 1);
  const next = ballot.entries[ballot.entries.indexOf(entry) + 1];
  const set = (value: number): Button => ({
    for: 'everybody',
    ...labelled(isStars ? '★'.repeat(value) : placeName(value), value === mark ? '✓' : undefined),
    command,
    options: { ...options, v: value },
    ...(value === 1 && { startsRow: true }),
  });
  return {
    ...(await shownOn(sheets, ballot, [entry])),
    text: titleOf(ballot),
    lines: [
      mark === undefined
        ? text('contests.ballots.entry', { number: entry.number })
        : text('contests.ballots.entryMarked', { number: entry.number, mark: markName(ballot, mark) }),
      ...linesOf(ballot),
    ],
    buttons: [
      ...values.map(set),
      {
        for: 'everybody',
        label: 'backToBallot',
        command: 'ballot',
        options: callOf(ballot, view),
        startsRow: true,
      },
      ...(mark === undefined
        ? []
        : [{ for: 'everybody', label: 'takeOff', command, options: { ...options, v: 0 } } as const]),
      ...(next && isStars ? [goTo('▶', 'star', { ...callOf(ballot, view), e: next.number })] : []),
    ],
  };
}

/** Two entries side by side. @param index of a pair, or of none, which is the end */
export async function duelReply(sheets: Sheets, opened: OpenedBallot, index: number): Promise<Reply> {
  if (opened.kind === 'over') return overReply(opened.contest);
  const { ballot } = opened;
  const at = ballot.pairs.findIndex((pair) => pair.index >= index);
  const pair = ballot.pairs[at];
  if (!pair) return savedReply(ballot);
  const { left, right } = pair;
  return {
    ...(await shownOn(sheets, ballot, [left, right])),
    text: titleOf(ballot),
    lines: [
      text('contests.ballots.howDuels'),
      text('contests.ballots.pair', { position: at + 1, count: ballot.pairs.length }),
      ...linesOf(ballot),
    ],
    buttons: [...decisions(ballot, pair), ...neighbours(ballot, at), doneButton(ballot)],
  };
}

/** The pairs before and after, without deciding this one. */
function neighbours({ contest, pairs }: Ballot, at: number): Button[] {
  const to = (label: string, pair: BallotPair | undefined) =>
    pair ? [goTo(label, 'duel', { c: contest.id, i: pair.index })] : [];
  const [first, ...others] = [...to('◀', pairs[at - 1]), ...to('▶', pairs[at + 1])];
  return first ? [{ ...first, startsRow: true }, ...others] : [];
}

function decisions(ballot: Ballot, pair: BallotPair): Button[] {
  const { left, right, index } = pair;
  const decided = decisionOn(ballot, pair);
  const decide = (number: number, words: string, side: string): Button => ({
    for: 'everybody',
    ...labelled(words, decided === number ? '✓' : undefined),
    command: 'duel',
    options: { c: ballot.contest.id, i: index, w: side },
  });
  return [
    { ...decide(left.number, `◀ ${left.number}`, 'left'), startsRow: true },
    decide(0, '=', 'equal'),
    decide(right.number, `${right.number} ▶`, 'right'),
  ];
}

/** What stands on the ballot, and that it counts like this until it is changed. */
export function savedReply(ballot: Ballot): Reply {
  return {
    text: text('contests.ballots.saved', { title: ballot.contest.title }),
    lines: linesOf(ballot),
    buttons: [{ for: 'everybody', label: 'changeBallot', command: 'ballot', options: { c: ballot.contest.id } }],
    ephemeral: true,
  };
}

/** What is marked now, in a few words. */
export function marksText(ballot: Ballot): Text {
  const { method } = ballot.contest.rules;
  if (method === 'duels') return text('contests.ballots.decided', { count: (ballot.marks as readonly Duel[]).length });
  const marked = markedEntries(ballot);
  const limit = marksLimitOf(ballot.contest.rules);
  const left = limit === undefined ? undefined : limit - marked.length;
  if (marked.length === 0)
    return left === undefined ? text('contests.ballots.nothing') : text('contests.ballots.nothingLeft', { left });
  const names = marked.slice(0, maxListed).map((entry) => {
    const mark = markOn(ballot, entry)!;
    return method === 'approval' ? String(entry.number) : `${entry.number} ${markName(ballot, mark)}`;
  });
  const list = [...names, ...(marked.length > maxListed ? ['…'] : [])].join(', ');
  return left === undefined
    ? text('contests.ballots.marked', { list })
    : text('contests.ballots.markedLeft', { list, left });
}

async function shownOn(
  sheets: Sheets,
  ballot: Ballot,
  entries: readonly BallotEntry[],
): Promise<Pick<Reply, 'pictures' | 'isSpoiler' | 'ephemeral' | 'elsewhere'>> {
  const elsewhere = { command: 'ballot', options: { c: ballot.contest.id } } as const;
  if (entries.length === 0) return { ephemeral: true, elsewhere };
  const { picture, isSpoiler } = await sheets.sheet(ballot, entries);
  return { ...(picture && { pictures: [picture] }), isSpoiler, ephemeral: true, elsewhere };
}

function titleOf({ contest }: Ballot): Text {
  return text('contests.ballots.title', { title: contest.title });
}

function howTo({ contest: { rules } }: Ballot): Text {
  switch (rules.method) {
    case 'approval':
      return text('contests.ballots.howApproval');
    case 'stars':
      return text('contests.ballots.howStars');
    case 'duels':
      return text('contests.ballots.howDuels');
    default:
      return text('contests.ballots.howPlaces', { count: marksLimitOf(rules)! });
  }
}

/** What is marked, what is missing, and what else there is to know. */
function linesOf(ballot: Ballot): Text[] {
  return [
    marksText(ballot),
    ...(ballot.missing > 0 ? [text('contests.ballots.missing', { count: ballot.missing })] : []),
    ...(ballot.voidReason === undefined ? [] : [text('contests.ballots.void', { reason: ballot.voidReason })]),
    text('contests.ballots.kept', { when: instantOf(ballot.contest.endsAt, ballot.contest.zone) }),
  ];
}

/** By one press where that says all, else it opens the entry. */
function entryButton(ballot: Ballot, entry: BallotEntry, view: BallotView): Button {
  const { method } = ballot.contest.rules;
  const mark = markOn(ballot, entry);
  const label = labelled(entry.number, mark === undefined ? undefined : markName(ballot, mark));
  const options = { ...callOf(ballot, view), e: entry.number };
  switch (method) {
    case 'approval':
      return { for: 'everybody', ...label, command: 'mark', options: { ...options, v: mark === undefined ? 1 : 0 } };
    case 'stars':
      return { for: 'everybody', ...label, command: 'star', options };
    default: {
      const next = (ballot.marks as readonly string[]).length + 1;
      const isFree = mark === undefined && next <= marksLimitOf(ballot.contest.rules)!;
      return { for: 'everybody', ...label, command: 'rank', options: { ...options, ...(isFree && { v: next }) } };
    }
  }
}

function pageButtons(ballot: Ballot, { page, isOwnMarks }: BallotView, pageCount: number): Button[] {
  if (pageCount === 1) return [];
  const to = (target: number, label: string) =>
    target < 1 || target > pageCount ? [] : [goTo(label, 'ballot', callOf(ballot, { page: target, isOwnMarks }))];
  const isLong = pageCount >= manyPages;
  const [first, ...others] = [
    ...(isLong ? to(page - 10, '⏪') : []),
    ...to(page - 1, '◀'),
    ...to(page, `${page}/${pageCount}`),
    ...to(page + 1, '▶'),
    ...(isLong ? to(page + 10, '⏩') : []),
  ];
  return [{ ...first!, startsRow: true }, ...others];
}

function endButtons(ballot: Ballot, { isOwnMarks }: BallotView, hasPages: boolean): Button[] {
  const c = ballot.contest.id;
  const other: Button = isOwnMarks
    ? { for: 'everybody', label: 'allEntries', command: 'ballot', options: { c } }
    : { for: 'everybody', label: 'ownMarks', command: 'ballot', options: { c, m: 1 } };
  const page: Button = { for: 'everybody', label: 'ballotPage', command: 'page', options: { c } };
  return [{ ...other, startsRow: true }, ...(hasPages ? [page] : []), doneButton(ballot)];
}

function doneButton({ contest }: Ballot): Button {
  return { for: 'everybody', label: 'ballotDone', command: 'done', options: { c: contest.id } };
}

function labelled(number: number | string, mark: string | undefined): Pick<Button, 'label' | 'params'> {
  return mark === undefined
    ? { label: 'number', params: { number } }
    : { label: 'numberMarked', params: { mark, number } };
}

function goTo(label: string, command: 'ballot' | 'star' | 'duel', options: Button['options']): Button {
  return { for: 'everybody', ...labelled(label, undefined), command, options };
}

/** What brings a button back to where it was pressed. */
function callOf({ contest }: Ballot, { page, isOwnMarks }: BallotView): Button['options'] {
  return { c: contest.id, p: page, ...(isOwnMarks && { m: 1 }) };
}

function markName({ contest }: Ballot, mark: number): string {
  const { method } = contest.rules;
  return method === 'approval' ? '✓' : method === 'stars' ? `★${mark}` : placeName(mark);
}

const medals = ['🥇', '🥈', '🥉'];

function placeName(place: number): string {
  return medals[place - 1] ?? `${place}.`;
}
