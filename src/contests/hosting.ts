import { UserError } from '#src/core/errors.js';
import { instantOf } from '#src/core/instants.js';
import { type Text, text } from '#src/core/locale.js';
import { type Person, type Place, type Server, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Contest, idOfEvent, newSecret } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import type { ContestClock, ContestEvent } from './contest-clock.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { withNote } from './contest-notes.js';
import { ContestRemindersTable } from './contest-reminders-table.js';
import { ContestRules } from './contest-rules.js';
import { type ContestChange, ContestsTable } from './contests-table.js';
import { countEntered } from './count-entered.js';
import { endedNote } from './downtime.js';
import {
  type ContestState,
  type ContestTimes,
  contestStates,
  correctableMs,
  type HostAction,
  mayHost,
  movedBy,
} from './life-cycle.js';
import { noteHosting } from './note-hosting.js';
import { withRule } from './rule-settings.js';
import { countHosted, maxRunning, runningStates } from './running-limit.js';
import type { HostingService, TypedContest } from './services.js';
import { stateName } from './state-names.js';
import { readEndFromNow, readLaterEnd, readPhases, startedPhases } from './typed-phases.js';
import { isZone } from './typed-time.js';

export interface HostingOptions {
  readonly database: Database;
  readonly clock: ContestClock;
  /** What is due, or to be posted, may be so now. */
  readonly wake: () => void;
  readonly now?: () => Date;
}

/** Who asks: a moderator, of which the caller has made sure, but where somebody wants to be reminded. */
export interface HostingAsker {
  /** Of the event. */
  readonly id: string;
  readonly person: Person;
  readonly place: Place;
  readonly locale: string;
}

/** A series has a list of them. */
const maxThemeLength = 300;
const maxDrafts = 20;

const unfinished: readonly ContestState[] = ['draft', ...runningStates];

/** What moderators do with the contests of their community. */
export function hostingFor(options: HostingOptions, asker: HostingAsker): HostingService {
  return new Hosting(options, asker);
}

class Hosting implements HostingService {
  readonly #options: HostingOptions;
  readonly #asker: HostingAsker;

  constructor(options: HostingOptions, asker: HostingAsker) {
    this.#options = options;
    this.#asker = asker;
  }

  find(id: string | undefined): Promise<Contest> {
    return this.#choose(id, unfinished);
  }

  async findAny(id: string | undefined): Promise<Contest> {
    if (id !== undefined) return this.#choose(id, contestStates);
    const [newest] = await new ContestsTable(this.#options.database).hostedBy(this.#here, contestStates);
    if (!newest) throw new UserError('hostNone');
    return newest;
  }

  async create(typed: TypedContest & { readonly title: string }): Promise<Contest> {
    const { database } = this.#options;
    const { id: event, place, locale } = this.#asker;
    const host = this.#here;
    const contests = new ContestsTable(database);
    const zone = zoneOf(typed.zone) ?? (await contests.lastZone(host)) ?? 'UTC';
    const contest: Contest = {
      id: idOfEvent(event),
      host,
      title: typed.title,
      theme: themeOf(typed.theme),
      rules: rulesWith(ContestRules.parse({}), typed),
      zone,
      state: 'draft',
      revision: 1,
      ...readPhases(typed, { zone, now: this.#now }),
      closedAt: undefined,
      publishedAt: undefined,
      reason: undefined,
      result: undefined,
      notes: [],
      cancelled: undefined,
      tieSeed: newSecret(),
      shuffleKey: newSecret(),
    };
    return database.transaction(async (transaction) => {
      const table = new ContestsTable(transaction);
      await assertRoomForDraft(host, transaction);
      const isNew = await table.add(contest, [{ place, locale, isHost: true, post: undefined }]);
      if (!isNew) return (await table.get(contest.id)) ?? contest;
      await this.#note(transaction, contest, 'create', { title: contest.title });
      return contest;
    });
  }

  edit(id: string | undefined, typed: TypedContest): Promise<Contest> {
    const given = { title: typed.title, theme: typed.theme, zone: typed.zone, method: typed.method };
    const words = { ...given, opens: typed.opens, entries_for: typed.entriesFor, voting_for: typed.votingFor };
    return this.#change('edit', id, { ...words, role: typed.role?.name }, async (contest, transaction) => {
      const isEntered = (await countEntered(contest, transaction)) > 0;
      // Afterwards nothing that gives an entry or a vote its meaning changes.
      const { title, ...fixed } = typed;
      if (isEntered && Object.values(fixed).some((value) => value !== undefined)) throw new UserError('contestFixed');
      const hasTimes = [typed.opens, typed.entriesFor, typed.votingFor].some((value) => value !== undefined);
      if (typed.opens !== undefined && contest.state === 'open') throw new UserError('contestIsOpen');
      const zone = zoneOf(typed.zone) ?? contest.zone;
      return {
        change: {
          ...(title !== undefined && { title }),
          ...(typed.theme !== undefined && { theme: themeOf(typed.theme) ?? null }),
          zone,
          rules: rulesWith(contest.rules, typed),
          ...(hasTimes && readPhases(typed, { zone, now: this.#now }, contest)),
        },
        note:
          contest.state === 'draft'
            ? undefined
            : this.#said(isEntered ? 'contests.notes.titled' : 'contests.notes.edited'),
      };
    });
  }

  setRule(id: string, rule: Parameters<HostingService['setRule']>[1], value: string): Promise<Contest> {
    return this.#change('edit', id, { [rule]: value }, async (contest, transaction) => {
      if ((await countEntered(contest, transaction)) > 0) throw new UserError('contestFixed');
      const rules = withRule(contest.rules, rule, value);
      if (!rules) throw new UserError('buttonBroken');
      return {
        change: { rules },
        note: contest.state === 'draft' ? undefined : this.#said('contests.notes.edited'),
      };
    });
  }

  start(id: string | undefined): Promise<Contest> {
    return this.#change('start', id, {}, async (contest, transaction) => {
      await this.#assertRoom(transaction);
      const { opensAt, ...ends } = startedPhases(contest, { zone: contest.zone, now: this.#now });
      const state = opensAt > this.#now ? 'scheduled' : 'open';
      return { change: { state, opensAt, ...ends }, event: { kind: 'state' } };
    });
  }

  extend(id: string | undefined, until: string): Promise<Contest> {
    return this.#change('extend', id, { until }, async (contest) => {
      const phase = phaseOf(contest);
      const end = readLaterEnd(until, phase, { zone: contest.zone, now: this.#now });
      const times = movedBy(contest, contest.state, end.getTime() - phase.end.getTime());
      return { change: times, note: this.#said('contests.notes.extended', { end: instantOf(end, contest.zone) }) };
    });
  }

  toEnd(id: string | undefined): Promise<Contest> {
    return this.#chooseFor('end', id);
  }

  end(id: string): Promise<Contest> {
    return this.#change('end', id, {}, async (contest) => {
      const now = this.#now;
      const times = movedBy(contest, contest.state, now.getTime() - phaseOf(contest).end.getTime());
      return { change: times, note: this.#said(endedNote, {}, now) };
    });
  }

  cancel(id: string | undefined, reason: string | undefined): Promise<Contest> {
    return this.#change('cancel', id, { reason }, async (contest) => ({
      change: {
        state: 'cancelled',
        cancelled: { at: this.#now.toISOString(), from: contest.state },
        reason: reason === undefined ? text('contests.reasons.noneGiven') : text('contests.reasons.given', { reason }),
      },
      event: { kind: 'state' },
    }));
  }

  reopen(id: string | undefined, until: string | undefined): Promise<Contest> {
    return this.#change('reopen', id, { until }, async (contest, transaction) => {
      if (contest.cancelled?.from === 'draft') await assertRoomForDraft(this.#here, transaction);
      else if (contest.state !== 'closed') await this.#assertRoom(transaction);
      return {
        change: contest.state === 'closed' ? this.#reopenVoting(contest, until) : this.#takeUp(contest),
        note: this.#said('contests.notes.reopened'),
        event: { kind: 'state' },
      };
    });
  }

  publish(id: string | undefined): Promise<Contest> {
    return this.#change('publish', id, {}, async () => ({
      change: { state: 'published', publishedAt: this.#now },
      event: { kind: 'state' },
    }));
  }

  setPrize(id: string | undefined, role: ContestRules['prize']): Promise<Contest> {
    return this.#change('edit', id, { prize: role?.name ?? '-' }, async (contest, transaction) => {
      if ((await countEntered(contest, transaction)) > 0) throw new UserError('contestFixed');
      return {
        change: { rules: { ...contest.rules, prize: role } },
        note: contest.state === 'draft' ? undefined : this.#said('contests.notes.edited'),
      };
    });
  }

  async stats(id: string | undefined) {
    const contest = await this.#choose(id, ['open', 'review', 'voting', 'closed', 'published']);
    const entries = new ContestEntriesTable(this.#options.database);
    return {
      contest,
      accepted: await entries.count(contest.id, 'accepted'),
      pending: await entries.count(contest.id, 'pending'),
      voters: await new ContestBallotsTable(this.#options.database).countMarked(contest.id),
    };
  }

  async remind(id: string, isWanted: boolean): Promise<Contest> {
    const { database } = this.#options;
    const contest = await new ContestsTable(database).get(id);
    const places = contest ? await new ContestsTable(database).places(id) : [];
    const { platform, server } = this.#here;
    const isSeenHere = places.some(({ place }) => place.platform === platform && place.server === server);
    if (!contest || !isSeenHere) throw new UserError('contestUnknown', { contest: id });
    if (!['scheduled', 'open', 'review', 'voting'].includes(contest.state)) throw notNow(contest);
    const reminders = new ContestRemindersTable(database);
    await (isWanted ? reminders.add(id, this.#asker.person) : reminders.remove(id, this.#asker.person));
    return contest;
  }

  async #assertRoom(transaction: Database): Promise<void> {
    const count = await countHosted(this.#here, runningStates, transaction);
    if (count >= maxRunning) throw new UserError('contestsTooMany', { max: maxRunning });
  }

  /** As much time is left as there was when it was called off. */
  #takeUp(contest: Contest): ContestChange {
    const { cancelled } = contest;
    if (!cancelled) throw notNow(contest);
    const goneMs = this.#now.getTime() - Date.parse(cancelled.at);
    if (goneMs > correctableMs) throw new UserError('contestCancelledTooLong');
    const times: ContestTimes = movedBy(contest, cancelled.from, goneMs);
    return { state: cancelled.from, cancelled: null, reason: null, ...times };
  }

  /** Nobody has seen the result. */
  #reopenVoting({ zone }: Contest, until: string | undefined): ContestChange {
    if (until === undefined) throw new UserError('contestNeedsUntil');
    const endsAt = readEndFromNow(until, { zone, now: this.#now });
    return { state: 'voting', endsAt, result: null, closedAt: null };
  }

  /** In one transaction: the change with what follows from it, a line for moderators, and one for everybody. */
  async #change(
    action: HostAction,
    id: string | undefined,
    typed: Readonly<Record<string, string | undefined>>,
    decide: (contest: Contest, transaction: Database) => Promise<Decision>,
  ): Promise<Contest> {
    const { database, clock, wake } = this.#options;
    const chosen = await this.#chooseFor(action, id);
    const changed = await database.transaction(async (transaction) => {
      const contest = await new ContestsTable(transaction).lock(chosen.id);
      if (!contest || !mayHost(contest.state, action)) throw notNow(contest ?? chosen);
      const { change, note, event = { kind: 'edited' } } = await decide(contest, transaction);
      await this.#note(transaction, contest, action, typed);
      const notes = note ? withNote(contest, note) : {};
      return clock.change(contest, { ...change, ...notes }, event, transaction);
    });
    wake();
    return changed;
  }

  async #chooseFor(action: HostAction, id: string | undefined): Promise<Contest> {
    const contest = await this.#choose(
      id,
      contestStates.filter((state) => mayHost(state, action)),
    );
    if (!mayHost(contest.state, action)) throw notNow(contest);
    return contest;
  }

  /** @param states of one that is not named */
  async #choose(id: string | undefined, states: readonly ContestState[]): Promise<Contest> {
    const contests = new ContestsTable(this.#options.database);
    const host = this.#here;
    if (id !== undefined) {
      const named = await contests.get(id.toLowerCase());
      // Those of others are nobody's business here.
      if (named?.host.platform !== host.platform || named.host.server !== host.server)
        throw new UserError('contestUnknown', { contest: id });
      return named;
    }
    const [only, ...others] = await contests.hostedBy(host, states);
    if (!only) throw new UserError('hostNone');
    if (others.length > 0) throw new UserError('contestsSeveral', undefined, [only, ...others].map(nameLine));
    return only;
  }

  async #note(
    transaction: Database,
    { id, host }: Contest,
    action: string,
    typed: Readonly<Record<string, string | undefined>>,
  ): Promise<void> {
    const given = Object.entries(typed).filter(([, value]) => value !== undefined);
    const words = given.map(([name, value]) => ` ${name}:${value}`);
    const line = `host ${action} contest:${id}${words.join('')}`;
    await noteHosting({ contest: id, moderator: this.#asker.person, line }, [host], transaction);
  }

  #said(key: NoteKey, params: Text['params'] = {}, at = this.#now): Contest['notes'][number] {
    return { at: at.toISOString(), text: { key, params } };
  }

  get #here(): Server {
    const server = serverOf(this.#asker.place);
    if (!server) throw new UserError('adminNoServer');
    return server;
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

type NoteKey = Extract<Text['key'], `contests.notes.${string}`>;

interface Decision {
  readonly change: ContestChange;
  /** For everybody, under the post. */
  readonly note?: Contest['notes'][number] | undefined;
  /** Absent: the post says something else. */
  readonly event?: ContestEvent;
}

async function assertRoomForDraft(host: Server, transaction: Database): Promise<void> {
  const count = await countHosted(host, ['draft'], transaction);
  if (count >= maxDrafts) throw new UserError('contestDraftsTooMany', { max: maxDrafts });
}

function phaseOf({ state, opensAt, entriesEndAt, votingAt, endsAt }: Contest) {
  return state === 'voting' ? { begin: votingAt, end: endsAt } : { begin: opensAt, end: entriesEndAt };
}

function nameLine({ title, id }: Contest): Text {
  return text('contests.nameLine', { title, id });
}

function notNow({ title, state }: Contest): UserError {
  return new UserError('contestNotNow', { title, state: stateName(state) });
}

/** `-` takes it away. */
function themeOf(theme: string | undefined): string | undefined {
  if (theme === undefined || theme === '-') return undefined;
  const given = [...theme].length;
  if (given > maxThemeLength) throw new UserError('optionTooLong', { option: 'theme', max: maxThemeLength, given });
  return theme;
}

function zoneOf(zone: string | undefined): string | undefined {
  if (zone !== undefined && !isZone(zone)) throw new UserError('zoneUnknown', { zone });
  return zone;
}

function rulesWith(rules: ContestRules, { method, role }: TypedContest): ContestRules {
  const withMethod = (method && withRule(rules, 'method', method)) ?? rules;
  return role ? { ...withMethod, voters: 'role', role } : withMethod;
}
