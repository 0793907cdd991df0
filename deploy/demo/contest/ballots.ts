/** A voter and the message with their ballot. */
import type { SeenMessage } from '#test/scenarios/chat.js';
import type { Member } from './community.js';
import { fresh, sees } from './patience.js';

const numberOn = (label: string) => Number(/^(?:✓ )?(\d+)$/.exec(label)?.[1] ?? 0);
const pageOn = ({ buttons }: SeenMessage) => buttons.find((label) => /^\d+\/\d+$/.test(label));

export class Ballot {
  readonly #voter: Member;
  #seen: SeenMessage;

  private constructor(voter: Member, seen: SeenMessage) {
    this.#voter = voter;
    this.#seen = seen;
  }

  static async open(voter: Member, post: SeenMessage, label: string): Promise<Ballot> {
    const ballot = fresh(voter.alone, ({ buttons }) => buttons.some(numberOn));
    await voter.opens(post, label);
    return new Ballot(voter, await sees(voter.alone, ballot));
  }

  get seen(): SeenMessage {
    return this.#seen;
  }

  /** Of all entries on it, wherever one has to turn to: the voter's own is missing. */
  async numbers(): Promise<readonly number[]> {
    const found = this.#seen.buttons.map(numberOn).filter(Boolean);
    const [page, pages] = pageOn(this.#seen)?.split('/') ?? [];
    for (let left = Number(pages ?? 1) - Number(page ?? 1); left > 0; left -= 1) {
      await this.#turn('▶');
      found.push(...this.#seen.buttons.map(numberOn).filter(Boolean));
    }
    return found;
  }

  async mark(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      while (!this.#seen.buttons.some((label) => numberOn(label) === number))
        await this.#turn(this.#seen.buttons.includes('▶') ? '▶' : '◀');
      await this.#voter.alone.clicks(this.#seen, String(number));
      await this.#changes(({ buttons }) => buttons.includes(`✓ ${number}`));
    }
  }

  async #turn(arrow: '▶' | '◀'): Promise<void> {
    const page = pageOn(this.#seen);
    await this.#voter.alone.clicks(this.#seen, arrow);
    await this.#changes((message) => pageOn(message) !== page);
  }

  async #changes(fits: (message: SeenMessage) => boolean): Promise<void> {
    this.#seen = await sees(this.#voter.alone, (message) => message.id === this.#seen.id && fits(message));
  }
}
