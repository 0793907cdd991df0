import type { BlobKey } from '#src/core/blob-key.js';
import type { Place } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type {
  Gallery,
  GalleryEntry,
  GalleryMark,
  GalleryPhase,
  GallerySource,
  GalleryView,
  GalleryVisitor,
  MarkAnswer,
  SignedIn,
} from '#src/platforms/web/gallery/gallery.js';
import { type Ballot, type BallotEntry, decidedPair } from './ballot.js';
import type { Cast, Press } from './ballot-box.js';
import { BallotLinksTable, type LinkedVoter, sessionSeconds } from './ballot-links-table.js';
import { ballotOf } from './ballot-of.js';
import type { Contest, ContestEntry } from './contest.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { BallotReader, rowOf } from './found-ballot.js';
import { entriesToJudge, galleryBallotOf } from './gallery-ballot.js';
import type { ContestState } from './life-cycle.js';
import { newPageToken } from './page-token.js';
import type { RunningEntries } from './running-entries.js';

export interface ContestGalleryOptions {
  readonly database: Database;
  readonly running: RunningEntries;
  /** Under which people reach the pages; undefined: there are none. */
  readonly publicUrl: URL | undefined;
  readonly thumbnail: (picture: BlobKey) => Promise<Uint8Array | undefined>;
  /** How a picture may be shown to whoever has a link, where all of these places show it. */
  readonly coverOf: (places: readonly Place[], picture: BlobKey) => Promise<GalleryEntry['cover']>;
  /** Saves a press, where this person may vote. */
  readonly cast: (press: Press) => Promise<Cast | { readonly kind: 'forbidden' }>;
  readonly now?: () => Date;
}

const phases: Readonly<Record<ContestState, GalleryPhase>> = {
  draft: 'soon',
  scheduled: 'soon',
  open: 'soon',
  review: 'soon',
  voting: 'voting',
  closed: 'counting',
  published: 'published',
  cancelled: 'over',
  void: 'over',
};

/** The page of a contest, for whoever has its link, and as a ballot, for one voter. */
export class ContestGallery implements GallerySource {
  readonly #options: ContestGalleryOptions;
  readonly #contests: ContestsTable;
  readonly #links: BallotLinksTable;
  readonly #reader: BallotReader;

  constructor(options: ContestGalleryOptions) {
    this.#options = options;
    this.#contests = new ContestsTable(options.database);
    this.#links = new BallotLinksTable(options.database);
    this.#reader = new BallotReader(options.database, options.running);
  }

  /** Whether there are pages at all. */
  get isServed(): boolean {
    return this.#options.publicUrl !== undefined;
  }

  /** The address of a contest's page, where it has one. */
  async linkTo({ id, rules }: Pick<Contest, 'id' | 'rules'>): Promise<string | undefined> {
    if (!rules.hasPage) return undefined;
    const token = await this.#contests.galleryToken(id);
    return token === undefined ? undefined : this.#address(`g/${token}`);
  }

  /** Another address: whoever has only the last one sees nothing any more. @returns undefined where there are no pages */
  async renewLink(contest: Pick<Contest, 'id' | 'rules'>): Promise<string | undefined> {
    if (!contest.rules.hasPage || !this.#options.publicUrl) return undefined;
    await this.#contests.setGalleryToken(contest.id, newPageToken());
    return this.linkTo(contest);
  }

  async revokeLink({ id }: Pick<Contest, 'id'>): Promise<void> {
    await this.#contests.setGalleryToken(id, undefined);
  }

  /** A link for one voter alone, for an hour, in place of their last one. @returns undefined where there are no pages */
  async ballotLink(voter: LinkedVoter): Promise<string | undefined> {
    if (!this.#options.publicUrl) return undefined;
    return this.#address(`b/${await this.#links.add('link', voter, this.#now)}`);
  }

  async signIn(code: string): Promise<SignedIn | undefined> {
    const linked = await this.#links.find('link', code, this.#now);
    if (!linked) return undefined;
    const session = await this.#links.add('session', linked, this.#now);
    return { contest: linked.contest, session, maxAgeSeconds: sessionSeconds };
  }

  async open(visitor: GalleryVisitor): Promise<Gallery | undefined> {
    if (visitor.kind === 'link') {
      const contest = await this.#contests.byGalleryToken(visitor.token);
      return contest?.rules.hasPage ? this.#galleryOf(contest) : undefined;
    }
    const linked = await this.#links.find('session', visitor.session, this.#now);
    if (linked?.contest !== visitor.contest) return undefined;
    const contest = await this.#contests.get(linked.contest);
    return contest && this.#galleryOf(contest, linked);
  }

  #galleryOf(contest: Contest, linked?: LinkedVoter): Gallery {
    const { coverOf, thumbnail } = this.#options;
    const pictureOf = async (number: number) => {
      if (!isShown(contest)) return undefined;
      const entry = await this.#entries.numbered(contest.id, number);
      if (entry?.state !== 'accepted' || !entry.picture) return undefined;
      const cover = await coverOf(await this.#placesOf(contest), entry.picture);
      return cover === 'refused' ? undefined : entry.picture;
    };
    return {
      view: (from, count) => this.#view(contest, linked, from, count),
      picture: pictureOf,
      thumbnail: async (number) => {
        const picture = await pictureOf(number);
        return picture && thumbnail(picture);
      },
      ...(linked && { cast: (event: string, mark: GalleryMark) => this.#cast(contest, linked, event, mark) }),
    };
  }

  async #view(contest: Contest, linked: LinkedVoter | undefined, from: number, count: number): Promise<GalleryView> {
    const { title, theme, votingAt, endsAt, state } = contest;
    const ballot = linked && state === 'voting' ? await this.#ballotOf(linked) : undefined;
    const { total, entries } = ballot
      ? await this.#entriesOn(ballot, from, count)
      : await this.#entriesFor(contest, from, count);
    const ranks = state === 'published' ? ranksOf(contest) : undefined;
    const places = await this.#placesOf(contest);
    const shown = await Promise.all(
      entries.map(async (entry): Promise<GalleryEntry> => {
        const { id, number, alt, author } = entry;
        const cover = await this.#coverOf(entry, places);
        const told = ranks && { title: entry.title, author: author.name, rank: ranks.get(id) };
        return { number: number!, alt, cover, ...told };
      }),
    );
    return {
      title,
      theme,
      phase: phases[state],
      votingAt,
      endsAt,
      total,
      entries: shown,
      ballot: ballot && galleryBallotOf(ballot),
    };
  }

  async #coverOf({ picture, isSpoiler }: ContestEntry, places: readonly Place[]): Promise<GalleryEntry['cover']> {
    if (!picture) return 'refused';
    return (await this.#options.coverOf(places, picture)) ?? (isSpoiler ? 'covered' : undefined);
  }

  /** In the voter's own order; of pairs all at once, as they are shown in pairs. */
  async #entriesOn(ballot: Ballot, from: number, count: number) {
    const all = entriesToJudge(ballot);
    const wanted = ballot.contest.rules.method === 'duels' ? all : all.slice(from, from + count);
    return { total: all.length, entries: await this.#whole(ballot.contest.id, wanted) };
  }

  /** By number, and by rank in the end. */
  async #entriesFor(contest: Contest, from: number, count: number) {
    if (!isShown(contest)) return { total: 0, entries: [] };
    const all = await this.#entries.acceptedNumbers(contest.id);
    const ranks = contest.state === 'published' ? ranksOf(contest) : new Map<string, number>();
    const rankOf = ({ id }: { readonly id: string }) => ranks.get(id) ?? all.length;
    const sorted = all.toSorted((one, other) => rankOf(one) - rankOf(other) || one.number - other.number);
    return { total: all.length, entries: await this.#whole(contest.id, sorted.slice(from, from + count)) };
  }

  async #whole(contest: string, wanted: readonly BallotEntry[]): Promise<ContestEntry[]> {
    const numbers = wanted.map(({ number }) => number);
    const byId = new Map((await this.#entries.withNumbers(contest, numbers)).map((entry) => [entry.id, entry]));
    return wanted.flatMap(({ id }) => byId.get(id) ?? []);
  }

  async #ballotOf({ contest: id, voter: owner, isPanel }: LinkedVoter): Promise<Ballot | undefined> {
    const found = await this.#reader.read(id, owner);
    if (!found) return undefined;
    return ballotOf({ ...found, owner, ballot: rowOf(found, { voter: owner, isPanel }) });
  }

  async #pairOf(linked: LinkedVoter, mark: Extract<GalleryMark, { readonly kind: 'pair' }>) {
    const ballot = await this.#ballotOf(linked);
    return ballot && decidedPair(ballot, mark);
  }

  async #cast(contest: Contest, linked: LinkedVoter, event: string, mark: GalleryMark): Promise<MarkAnswer> {
    const { voter, isPanel, server } = linked;
    const numbered = mark.kind === 'pair' ? await this.#pairOf(linked, mark) : mark;
    const result =
      numbered &&
      (await this.#options.cast({
        contest: contest.id,
        voter,
        isPanel,
        // The page's own, so that no event of a platform's is taken for it.
        event: `page:${event}`,
        // The page has no clock of its own that counts.
        at: this.#now,
        server: { platform: voter.platform, server },
        mark: numbered,
      }));
    const ballot = await this.#ballotOf(linked);
    return { outcome: result?.kind ?? 'unknown', ballot: ballot && galleryBallotOf(ballot) };
  }

  async #placesOf({ id }: Contest): Promise<Place[]> {
    return (await this.#contests.places(id)).map(({ place }) => place);
  }

  #address(path: string): string | undefined {
    const { publicUrl } = this.#options;
    return publicUrl && `${publicUrl.href.replace(/\/$/, '')}/${path}`;
  }

  get #entries(): ContestEntriesTable {
    return new ContestEntriesTable(this.#options.database);
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

/** Before people vote, entries are a secret: early ones would be known longest. */
function isShown({ state }: Contest): boolean {
  return ['voting', 'counting', 'published'].includes(phases[state]);
}

function ranksOf({ result }: Contest): ReadonlyMap<string, number> {
  return new Map(result?.ranks.map(({ entry, rank }) => [entry, rank]));
}
