import type { BlobKey } from '#src/core/blob-key.js';
import type { Place } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type {
  Gallery,
  GalleryBallot,
  GalleryEntry,
  GalleryMark,
  GalleryPhase,
  GallerySource,
  GalleryView,
  GalleryVisitor,
  MarkAnswer,
  SignedIn,
} from '#src/platforms/web/gallery/gallery.js';
import type { Cast, Press } from './ballot-box.js';
import { BallotLinksTable, type LinkedVoter, sessionSeconds } from './ballot-links-table.js';
import { ballotOrder } from './ballot-order.js';
import type { Contest, ContestEntry } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { accountOf } from './count-ballots.js';
import type { ContestState } from './life-cycle.js';
import { ownAccountsOf } from './linked-accounts.js';
import { emptyMarks, marksLimitOf } from './marks.js';
import { newPageToken } from './page-token.js';
import type { MarksOf, Method } from './tally/ballots.js';

export interface ContestGalleryOptions {
  readonly database: Database;
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

  constructor(options: ContestGalleryOptions) {
    this.#options = options;
    this.#contests = new ContestsTable(options.database);
    this.#links = new BallotLinksTable(options.database);
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
    const entries = isShown(contest) ? await this.#inOrder(contest, linked) : [];
    const ranks = state === 'published' ? ranksOf(contest) : undefined;
    const places = await this.#placesOf(contest);
    const shown = await Promise.all(
      entries.slice(from, from + count).map(async (entry): Promise<GalleryEntry> => {
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
      total: entries.length,
      entries: shown,
      ballot: linked && state === 'voting' ? await this.#ballotOf(contest, linked) : undefined,
    };
  }

  async #coverOf({ picture, isSpoiler }: ContestEntry, places: readonly Place[]): Promise<GalleryEntry['cover']> {
    if (!picture) return 'refused';
    return (await this.#options.coverOf(places, picture)) ?? (isSpoiler ? 'covered' : undefined);
  }

  /** Voters see them in an order of their own, without their own ones; everybody else by number, and by rank in the end. */
  async #inOrder(contest: Contest, linked: LinkedVoter | undefined): Promise<ContestEntry[]> {
    const all = (await this.#entries.ofContest(contest.id, ['accepted'])).filter(({ number }) => number !== undefined);
    if (linked && contest.state === 'voting') {
      const isOwn = await ownAccountsOf(linked.voter, this.#options.database);
      const byId = new Map(all.flatMap((entry) => (isOwn(entry.author) ? [] : [[entry.id, entry] as const])));
      const order = ballotOrder([...byId.keys()], accountOf(linked.voter), Buffer.from(contest.shuffleKey, 'hex'));
      return order.map((id) => byId.get(id)!);
    }
    const ranks = contest.state === 'published' ? ranksOf(contest) : new Map<string, number>();
    const rankOf = ({ id }: ContestEntry) => ranks.get(id) ?? all.length;
    return all.toSorted((one, other) => rankOf(one) - rankOf(other) || one.number! - other.number!);
  }

  async #ballotOf(contest: Contest, { voter, isPanel }: LinkedVoter): Promise<GalleryBallot> {
    const ballots = new ContestBallotsTable(this.#options.database);
    const row = await ballots.get({ contest: contest.id, voter, isPanel });
    return this.#numbered(contest, row?.marks ?? emptyMarks(contest.rules.method));
  }

  async #numbered({ id, rules }: Contest, marks: MarksOf[Method]): Promise<GalleryBallot> {
    const entries = await this.#entries.ofContest(id, ['accepted']);
    const numbers = new Map(entries.map((entry) => [entry.id, entry.number]));
    const { method } = rules;
    const form = { method, limit: marksLimitOf(rules), marked: [], stars: {} };
    if (method === 'duels') return form;
    if (!Array.isArray(marks))
      return {
        ...form,
        stars: Object.fromEntries(
          Object.entries(marks as MarksOf['stars']).flatMap(([entry, stars]) => {
            const number = numbers.get(entry);
            return number === undefined ? [] : [[number, stars]];
          }),
        ),
      };
    return { ...form, marked: (marks as MarksOf['approval']).flatMap((entry) => numbers.get(entry) ?? []) };
  }

  async #cast(contest: Contest, linked: LinkedVoter, event: string, mark: GalleryMark): Promise<MarkAnswer> {
    const { voter, isPanel, server } = linked;
    const result = await this.#options.cast({
      contest: contest.id,
      voter,
      isPanel,
      // The page's own, so that no event of a platform's is taken for it.
      event: `page:${event}`,
      // The page has no clock of its own that counts.
      at: this.#now,
      server: { platform: voter.platform, server },
      mark,
    });
    if (result.kind === 'saved') return { outcome: 'saved', ballot: await this.#numbered(contest, result.marks) };
    return { outcome: result.kind, ballot: await this.#ballotOf(contest, linked) };
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
