import { expect } from 'vitest';
import { type LocaleName, locales } from '#locales/index.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { contests, presence } from '#src/contests/tables.js';
import type { Database } from '#src/database/database.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { type ScenarioChat, type SeenMessage, seesWithin } from './chat.js';
import { textPattern } from './world.js';

/** One of the communities in which it is seen, and who is there. */
export interface Community {
  readonly moderator: ScenarioChat;
  /** Draws pictures, and votes. */
  readonly artist: ScenarioChat;
  readonly other: ScenarioChat;
  /** Where somebody is alone with the bot, as a ballot is. */
  alone(person: ScenarioChat): ScenarioChat;
  /** Sends a photo for the contest, and says that it shows a dog. */
  enterPhoto(photo: Uint8Array): Promise<void>;
  /** 🗳 below a post that all see. */
  opens(voter: ScenarioChat, post: SeenMessage, label: string): Promise<void>;
}

/** A role for whoever wins. */
export interface Prize {
  readonly role: { readonly id: string; readonly name: string };
  isHeldBy(person: ScenarioChat): boolean;
  /** The service lets the bot give and take roles, or does not. */
  allow(isAllowed: boolean): void;
  /** Of the host's moderator, in private. */
  privateMessages(): readonly SeenMessage[];
}

export interface SpringContest {
  readonly locale: LocaleName;
  /** Where the host's service has roles. */
  readonly prize?: Prize;
  readonly host: Community;
  readonly guest: Community;
  /** At the chat page, which is no community. */
  readonly visitor: ScenarioChat;
  database(): Database;
  /** Stops the bot, lets something happen to what it keeps, and starts it again. */
  whileAway(happens: (database: Database) => Promise<void>): Promise<void>;
}

const title = 'Spring';
const hourMs = 3600_000;

/**
 * A contest from its first line to what is left of it: two communities of different services, entries from a button and from a
 * photo and from the page, review, ballots in both chats and on the page, one person with two accounts, an entry withdrawn, one disqualified, a ballot
 * taken out, nobody there at the deadline, the result, its correction, the archive, and somebody who wants to be forgotten.
 */
export async function springContest(play: SpringContest): Promise<void> {
  const { host, guest, visitor, prize, locale, database } = play;
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const the = async (): Promise<Contest> =>
    (await new ContestsTable(database()).inStates(['draft', 'open', 'review', 'voting', 'closed', 'published']))[0]!;
  const postIn = ({ other }: Community, button: string) =>
    other.sees((message) => message.text.startsWith(`🏆 ${title}\n`) && message.buttons.includes(button));

  /* ---- one line, two communities ---- */
  await host.moderator.say(`/host entries_for: 5d voting_for: 2d title: ${title}`);
  const draft = await host.moderator.sees(says('contests.setup.title', { title }));
  await database()
    .update(contests)
    .set({
      rules: ContestRules.parse({
        accepts: ['drawn', 'photos'],
        perPerson: 2,
        accountDays: 0,
        hasPage: true,
        prize: prize?.role,
      }),
    });
  await host.moderator.clicks(draft, buttons.startContest);
  await postIn(host, buttons.enter);
  await host.moderator.say('/host share');
  const shared = await host.moderator.sees(says('commands.host.replies.shared', { title }));
  const code = /code:(\w{8})/.exec(shared.text)![1]!;
  await guest.moderator.say(`/host join code: ${code}`);
  await guest.moderator.sees(says('commands.host.replies.joined', { title }));
  await postIn(guest, buttons.enter);

  /* ---- entries ---- */
  const links = async (one: ScenarioChat, other: ScenarioChat) => {
    await one.say('/contest link');
    const linking = await one.sees(says('commands.contest.replies.linkCode'));
    await other.say(`/contest link code: ${/code:(\w{8})/.exec(linking.text)![1]!}`);
    await other.sees(says('commands.contest.replies.linked'));
  };
  const agrees = async (chat: ScenarioChat, asked: SeenMessage) => {
    await chat.clicks(asked, buttons.agree);
    await chat.sees(says('commands.agree.replies.forReview', { contest: title }));
  };
  const draws = async (chat: ScenarioChat, prompt: string) => {
    await chat.say(`/imagine ${prompt}`);
    const drawn = await chat.sees(
      ({ buttons: shown, pictureCount, text }) =>
        pictureCount > 0 && text.includes(prompt) && shown.includes(buttons.enter),
    );
    await chat.clicks(drawn, buttons.enter);
    await agrees(chat, await chat.sees(says('contests.entries.question', { contest: title })));
  };
  await draws(host.artist, 'a lamp in the snow');
  await draws(guest.artist, 'a hat on a bench');
  await draws(guest.other, 'a kite over a lake');
  await host.enterPhoto(await drawPhoto(7));
  await agrees(host.other, await host.other.sees(says('contests.entries.question', { contest: title })));
  // Somebody who is alone with the bot at the page enters it as the member that they are elsewhere.
  await links(host.artist, visitor);
  await draws(visitor, 'a boat on the sea');
  await host.moderator.say('/host review');
  for (let left = 5; left > 0; left -= 1) {
    const page = await host.moderator.sees(
      ({ text, buttons: shown }) =>
        shown.includes(buttons.acceptEntry) && says('contests.reviewing.title', { count: left }).test(text),
    );
    await host.moderator.clicks(page, buttons.acceptEntry);
  }
  await host.moderator.sees(says('contests.reviewing.none', { contest: title }));

  /* ---- voting ---- */
  await endsPhase(play, says);
  const [hostPost, guestPost] = [await postIn(host, buttons.vote), await postIn(guest, buttons.vote)];
  const entries = await new ContestEntriesTable(database()).ofContest((await the()).id, ['accepted']);
  const numberOf = ({ personName }: ScenarioChat) =>
    String(entries.find(({ author }) => author.name === personName)!.number);
  const [lamp, hat, kite, dog] = [host.artist, guest.artist, guest.other, host.other].map(numberOf) as [
    string,
    string,
    string,
    string,
  ];
  const votes = async (community: Community, voter: ScenarioChat, post: SeenMessage, numbers: readonly string[]) => {
    const chat = community.alone(voter);
    const before = new Set(chat.messages.map(({ id }) => id));
    await community.opens(voter, post, buttons.vote);
    const ballot = await chat.sees((message) => !before.has(message.id) && message.pictureCount === 1);
    for (const number of numbers) {
      await chat.clicks(ballot, number);
      await chat.sees((message) => message.id === ballot.id && message.buttons.includes(`✓ ${number}`));
    }
    return ballot;
  };
  const ballot = await votes(host, host.artist, hostPost, [hat, kite]);
  expect(ballot.buttons).not.toContain(lamp);
  await votes(guest, guest.artist, guestPost, [lamp, dog]);
  await votes(host, host.other, hostPost, [hat]);
  const onPage = await votes(guest, guest.other, guestPost, []);
  await marksOnPage(guest.alone(guest.other), onPage, { button: buttons.ballotPage, number: Number(hat) });
  // One person with an account here and one there has one ballot.
  await links(host.moderator, guest.moderator);
  await votes(host, host.moderator, hostPost, [lamp]);
  const same = await votes(guest, guest.moderator, guestPost, []);
  expect(same.buttons).toContain(`✓ ${lamp}`);

  /* ---- withdrawn, disqualified, taken out ---- */
  const withdraws = async (chat: ScenarioChat, line: string) => {
    await chat.say(line);
    const sure = await chat.sees(says('commands.contest.replies.withdrawAsk', { contest: title }));
    await chat.clicks(sure, buttons.withdraw);
    await chat.sees(says('commands.contest.replies.withdrawn', { contest: title }));
  };
  await withdraws(guest.other, '/contest withdraw');
  await withdraws(visitor, '/contest withdraw number: 2');
  await host.moderator.say(`/host disqualify number: ${dog} reason: It is a drawing.`);
  await host.moderator.sees(says('contests.reviewing.disqualified', { number: dog }));
  await host.moderator.say('/host void reason: Two votes.', { about: host.other });
  await host.moderator.sees(says('contests.reviewing.voided', { person: host.other.personName }));

  /* ---- nobody there when voting ends ---- */
  const { id } = await the();
  await play.whileAway(async (kept) => {
    const now = Date.now();
    const votingAt = new Date(now - hourMs);
    await kept.update(contests).set({ entriesEndAt: votingAt, votingAt, endsAt: new Date(now - 60_000) });
    await kept.update(presence).set({ at: new Date(now - 120_000) });
  });
  for (const { other } of [host, guest]) await other.sees(says('contests.posts.extended', { title }));
  expect((await the()).state).toBe('voting');
  await endsPhase(play, says);

  /* ---- the result, and its correction ---- */
  const shows = async (key: 'published' | 'corrected', lines: readonly RegExp[]) => {
    for (const { other } of [host, guest]) {
      const result = await other.sees(says(`contests.posts.${key}`, { title }));
      for (const line of lines) expect(result.text).toMatch(line);
    }
  };
  const first = (number: string, { personName }: ScenarioChat) =>
    new RegExp(`🥇 ${says('contests.posts.entry', { number, person: personName }).source}`);
  // Two marks for each, as those for what was withdrawn and disqualified, and the ballot that was taken out, do not count.
  await shows('published', [
    first(lamp, host.artist),
    first(hat, guest.artist),
    says('contests.posts.allTied'),
    says('contests.posts.voters', { count: 4 }),
  ]);
  const holds = (isHeld: boolean) =>
    waitFor('the prize to be moved', async () => !prize || prize.isHeldBy(host.artist) === isHeld);
  await holds(true);
  const disqualifies = () => host.moderator.say(`/host disqualify number: ${lamp} reason: It was drawn before.`);
  await disqualifies();
  await shows('corrected', [first(hat, guest.artist)]);
  await holds(false);
  if (prize) {
    prize.allow(false);
    await host.moderator.say(`/host restore number: ${lamp}`);
    await seesWithin(prize.privateMessages, says('contests.posts.prizeRefused', { title, role: prize.role.name }));
    prize.allow(true);
    await disqualifies();
    const isOut = async () => (await the()).result!.ranks.every(({ number }) => String(number) !== lamp);
    await waitFor('the count without it', isOut);
  }

  /* ---- what is taken along, and what is left ---- */
  await host.moderator.say('/host export');
  const archive = await host.moderator.sees(
    ({ text, pictureCount }) => pictureCount > 0 && says('commands.host.replies.exported', { title }).test(text),
  );
  expect(Buffer.from(await host.moderator.takes(archive)).toString('latin1')).toContain('results.csv');
  const leaver = guest.alone(guest.artist);
  await leaver.say('/mydata action: delete');
  await leaver.clicks(await leaver.sees(says('commands.mydata.replies.confirm')), buttons.deleteAll);
  await leaver.sees(says('commands.mydata.replies.deleted'));
  await waitFor('the picture to be gone', async () => {
    const [left] = (await new ContestEntriesTable(database()).ofContest(id, ['accepted', 'withdrawn'])).filter(
      ({ number }) => String(number) === hat,
    );
    return left !== undefined && left.picture === undefined && left.author.name !== guest.artist.personName;
  });
  expect((await the()).result!.ranks[0]).toMatchObject({ number: Number(hat), rank: 1 });
}

type Says = (key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>) => RegExp;

/** Moderators end what runs, which is acted on five seconds later. */
async function endsPhase({ host, locale }: SpringContest, says: Says): Promise<void> {
  const before = new Set(host.moderator.messages.map(({ id }) => id));
  await host.moderator.say('/host end');
  const fresh = ({ id, text }: SeenMessage, pattern: RegExp) => !before.has(id) && pattern.test(text);
  const asked = await host.moderator.sees((message) => fresh(message, says('commands.host.replies.confirmEnd')));
  await host.moderator.clicks(asked, locales[locale].buttons.endContest);
  await host.moderator.sees((message) => fresh(message, says('commands.host.replies.ended', { title })));
}

async function marksOnPage(
  chat: ScenarioChat,
  ballot: SeenMessage,
  { button, number }: { readonly button: string; readonly number: number },
): Promise<void> {
  await chat.clicks(ballot, button);
  const told = await seesWithin(
    () => chat.messages,
    ({ text }) => text.includes('/b/'),
  );
  const link = new URL(/http:\/\/localhost:\d+\/b\/\S{22}/.exec(told.text)![0]);
  const led = await fetch(link, { redirect: 'manual' });
  const cookie = led.headers.getSetCookie()[0]!.split(';')[0]!;
  const page = new URL(led.headers.get('location')!, link);
  const marked = await fetch(`${page}/marks`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'event-0001', mark: { kind: 'mark', number, isOn: true } }),
  });
  expect(await marked.json()).toMatchObject({ outcome: 'saved' });
}
