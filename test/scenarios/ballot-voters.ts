import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import type { SeenMessage } from './chat.js';
import type { Member } from './contest-people.js';

const { buttons, contests } = locales.en;
const answerWithinMs = 4000;

/** Somebody's ballot as they know it: what they were told that stands on it, and what they have pressed since. */
export class Voter {
  readonly member: Member;
  readonly #way: Way;
  #acknowledged: ReadonlySet<string> = new Set();
  /** What was pressed and not answered, and so may have been heard. */
  readonly #unanswered = new Set<string>();
  readonly #gone = new Set<string>();

  constructor(member: Member, way: Way) {
    this.member = member;
    this.#way = way;
  }

  get marks(): readonly string[] {
    return [...this.#acknowledged].toSorted();
  }

  /** An entry is out, and with it its marks. */
  loses(number: string): void {
    this.#gone.add(number);
    this.#acknowledged = new Set(this.marks.filter((mark) => mark !== number));
    this.#way.startOver();
  }

  /** Presses until they were told that exactly these are marked. */
  async wants(numbers: readonly string[], deadline: number): Promise<void> {
    let lastError: unknown;
    while (Date.now() < deadline) {
      const look = await this.#way.look().catch((error: unknown) => {
        lastError = error;
      });
      if (look) {
        const shown = this.#hears(look);
        const wrong = [...shown].find((mark) => !numbers.includes(mark)) ?? numbers.find((mark) => !shown.has(mark));
        if (wrong === undefined) return;
        this.#unanswered.add(wrong);
        const told = await this.#way.press(wrong, numbers.includes(wrong)).catch((error: unknown) => {
          lastError = error;
        });
        if (told) this.#hears(told);
        else this.#way.startOver();
      }
    }
    throw new Error(`${this.member.name} could not mark ${numbers.join()}`, { cause: lastError });
  }

  /** What they were told before still stands, unless they have pressed it since. */
  #hears(all: ReadonlySet<string>): ReadonlySet<string> {
    const told = new Set([...all].filter((mark) => !this.#gone.has(mark)));
    const differs = [...new Set([...told, ...this.#acknowledged])].filter(
      (mark) => told.has(mark) !== this.#acknowledged.has(mark) && !this.#unanswered.has(mark),
    );
    expect(differs, `marks of ${this.member.name} that changed by themselves`).toEqual([]);
    this.#acknowledged = told;
    this.#unanswered.clear();
    return told;
  }
}

/** How somebody votes. */
export interface Way {
  /** @returns what is marked, as it is shown to them; undefined where nothing was shown in time */
  look(): Promise<ReadonlySet<string> | undefined>;
  /** @returns the same, once it has changed or was answered */
  press(number: string, isOn: boolean): Promise<ReadonlySet<string> | undefined>;
  /** Does not rely on what was shown. */
  startOver(): void;
}

/** On a ballot of their own, where they are alone with the bot. */
export function onBallot(member: Member, post: () => SeenMessage): Way {
  let shown: string | undefined;
  const marked = ({ buttons: all }: SeenMessage) => new Set(all.flatMap((label) => /^✓ (\d+)$/.exec(label)?.[1] ?? []));
  const now = () => member.alone.messages.find(({ id }) => id === shown);
  return {
    async look() {
      const there = now();
      if (there) return marked(there);
      const before = new Set(member.alone.messages.map(({ id }) => id));
      await member.opensBallot(post(), buttons.vote);
      const ballot = await member.alone.sees(
        ({ id, buttons: all }) => !before.has(id) && all.includes(buttons.ballotDone),
        answerWithinMs,
      );
      shown = ballot.id;
      return marked(ballot);
    },
    async press(number, isOn) {
      const there = now()!;
      const [from, to] = isOn ? [number, `✓ ${number}`] : [`✓ ${number}`, number];
      const on = there.buttons.includes(from) ? from : to;
      await pressAlone(member, there, on);
      return marked(
        await member.alone.sees(({ id, buttons: all }) => id === shown && all.includes(to), answerWithinMs),
      );
    },
    startOver() {
      shown = undefined;
    },
  };
}

/** On a ballot's page, by a personal link that the chat gives. */
export function onPage(member: Member, post: () => SeenMessage, publicUrl: string, isTwice: () => boolean): Way {
  const ballot = onBallot(member, post);
  let session: { readonly page: string; readonly cookie: string } | undefined;
  const ask = async (url: string, init: RequestInit = {}) =>
    fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(answerWithinMs), ...init });
  const signIn = async () => {
    ballot.startOver();
    await ballot.look();
    const before = new Set(member.alone.messages.map(({ id }) => id));
    const opened = member.alone.messages.findLast(({ buttons: all }) => all.includes(buttons.ballotPage))!;
    await pressAlone(member, opened, buttons.ballotPage);
    const told = await member.alone.sees(({ id, text }) => !before.has(id) && text.includes('/b/'), answerWithinMs);
    const led = await ask(new URL(/\/b\/\w{22}/.exec(told.text)![0], publicUrl).href);
    const cookie = led.headers.getSetCookie()[0]!.split(';')[0]!;
    return { page: new URL(led.headers.get('location')!, led.url || `${publicUrl}b/x`).href, cookie };
  };
  return {
    async look() {
      session ??= await signIn();
      const { page, cookie } = session;
      const data = await ask(`${page}/data`, { headers: { cookie } });
      if (data.status === 404) session = undefined;
      if (data.status !== 200) return undefined;
      return setOf(((await data.json()) as PageData).ballot.marked);
    },
    async press(number, isOn) {
      const { page, cookie } = session!;
      const body = JSON.stringify({ event: randomUUID(), mark: { kind: 'mark', number: Number(number), isOn } });
      const headers = { cookie, 'content-type': 'application/json' };
      const post = () => ask(`${page}/marks`, { method: 'POST', headers, body });
      if (isTwice()) await post();
      const answer = (await (await post()).json()) as PageData & { readonly outcome: string };
      expect(answer.outcome).toBe('saved');
      return setOf(answer.ballot.marked);
    },
    startOver() {},
  };
}

interface PageData {
  readonly ballot: { readonly marked: readonly number[] };
}

/** By the numbers below the sheet in the group, which say in a word what is marked then. */
export function onSheet(member: Member, sheet: () => SeenMessage): Way {
  let told: ReadonlySet<string> = new Set();
  const list = new RegExp(`^${contests.ballots.markedLeft.split('{list}')[0]}([\\d, ]+)\\.`);
  return {
    look: async () => told,
    async press(number) {
      const words = await member.pressesSheet(sheet(), number);
      if (!words.includes(contests.ballots.nothingLeft.split('{')[0]!) && !list.test(words)) throw new Error(words);
      told = new Set((list.exec(words)?.[1] ?? '').split(', ').filter((mark) => mark !== ''));
      return told;
    },
    startOver() {},
  };
}

const setOf = (numbers: readonly number[]) => new Set(numbers.map(String));

/** What is alone is seen under another id among others. */
async function pressAlone(member: Member, message: SeenMessage, label: string): Promise<void> {
  const among = member.among.messages.find(({ id }) => id === message.id || id === `alone-${message.id}`)!;
  await member.presses(among, label);
}
