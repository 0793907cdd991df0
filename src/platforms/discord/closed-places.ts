import { BoundedMap } from '#src/core/bounded-map.js';
import type { Person } from '#src/core/place.js';
import type { DiscordRequestError } from './discord-errors.js';

/** Long enough that hundreds of results for one place cost a few refusals, short enough for whoever opens it again. */
const closedForMs = 10 * 60_000;
const maxWays = 1000;

/** What may be closed on its own: a channel may let the bot edit and not post. */
export const postsIn = (channel: string) => `post/${channel}`;
export const editsIn = (channel: string) => `edit/${channel}`;
/** The private conversation with somebody, whose id need not be known. */
export const privateOf = ({ id }: Person) => `private/${id}`;

/** Ways that Discord has just refused: nobody asks again at once, because Discord counts refusals. */
export class ClosedPlaces {
  readonly #now: () => number;
  readonly #closed = new BoundedMap<string, { readonly until: number; readonly refusal: DiscordRequestError }>(maxWays);

  constructor(now: () => number) {
    this.#now = now;
  }

  add(way: string, refusal: DiscordRequestError): void {
    this.#closed.set(way, { until: this.#now() + closedForMs, refusal });
  }

  refusalOf(way: string): DiscordRequestError | undefined {
    const closed = this.#closed.get(way);
    return closed && this.#now() < closed.until ? closed.refusal : undefined;
  }

  /** Somebody speaks there: it is worth a try. */
  open(channel: string, person: Person): void {
    for (const way of [postsIn(channel), editsIn(channel), privateOf(person)]) this.#closed.delete(way);
  }
}
