import { desc } from 'drizzle-orm';
import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { contests } from '#src/contests/tables.js';
import { jobs } from '#src/jobs/tables.js';
import { openContestAt } from '#test/helpers/contests.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { Spine } from '#test/helpers/spine.js';
import { type ScenarioChat, type SeenMessage, seesWithin } from './chat.js';
import { textPattern, type World } from './world.js';

/** Who else is there, answered in the same language. */
export interface ContestWitnesses {
  readonly other?: ScenarioChat;
  /** The person of the world is none. */
  readonly moderator?: ScenarioChat;
  /** Where the person of the world is told something in private, if not in the same conversation. */
  readonly privateMessages?: () => readonly SeenMessage[];
  /** Sends a photo as the person of the world, and says that it shows a dog. */
  enterPhoto(photo: Uint8Array): Promise<void>;
}

/**
 * A picture is entered from the button below it, is there once, and is taken back; a photo is refused where none is taken, and
 * where it is, a moderator looks at it. Expects a bot and a worker with the fake engine running.
 */
export async function enterContest(
  { chat, locale }: World,
  spine: Spine,
  { other, moderator, privateMessages = () => chat.messages, enterPhoto }: ContestWitnesses,
): Promise<void> {
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const draw = async (prompt: string): Promise<SeenMessage> => {
    await chat.say(`/imagine ${prompt}`);
    const drawn = says('delivery.drawn', { prompt });
    return chat.sees(({ pictureCount, hasProgress, text }) => pictureCount > 0 && !hasProgress && drawn.test(text));
  };
  const withPicture =
    (pattern: RegExp) =>
    ({ text, pictureCount }: SeenMessage): boolean =>
      pictureCount === 1 && pattern.test(text);
  const title = 'First snow';

  expect((await draw('a lamp')).buttons).not.toContain(buttons.enter);
  await openContest(spine, title);
  const drawn = await draw('a lamp in the snow');
  expect(drawn.buttons).toContain(buttons.enter);
  if (other) {
    await other.clicks(drawn, buttons.enter);
    await other.sees(says('errors.entryNotYours', { person: chat.personName }));
  }

  await chat.clicks(drawn, buttons.enter);
  const asked = await chat.sees(withPicture(says('contests.entries.question', { contest: title })));
  expect(asked.text).toMatch(says('contests.entries.terms'));
  await chat.clicks(asked, buttons.agree);
  await chat.sees(says('commands.agree.replies.entered', { contest: title }));
  await chat.clicks(drawn, buttons.enter);
  await chat.sees(says('errors.entryTwice'));
  await chat.say('/contest mine');
  const state = locales[locale].contests.entries.states.accepted;
  await chat.sees(says('contests.entries.line', { number: 1, contest: title, state }));

  await enterPhoto(await drawPhoto(1));
  await chat.sees(says('errors.entryNoPhotos', { title }));

  await chat.say('/contest withdraw');
  const confirm = await chat.sees(says('commands.contest.replies.withdrawAsk', { contest: title }));
  await chat.clicks(confirm, buttons.withdraw);
  await chat.sees(says('commands.contest.replies.withdrawn', { contest: title }));

  await spine.database!.update(contests).set({ rules: ContestRules.parse({ accepts: ['photos'] }) });
  await enterPhoto(await drawPhoto(2));
  const reviewed = says('contests.entries.reviewed');
  const uploaded = await chat.sees(({ id, text }) => id !== asked.id && reviewed.test(text));
  await chat.clicks(uploaded, buttons.agree);
  await chat.sees(says('commands.agree.replies.forReview', { contest: title }));
  if (!moderator) return;
  await moderator.say('/host review');
  const page = await moderator.sees(withPicture(says('contests.reviewing.author', { person: chat.personName })));
  await moderator.clicks(page, buttons.acceptEntry);
  await moderator.sees(says('contests.reviewing.none', { contest: title }));
  await seesWithin(privateMessages, says('contests.entries.told', { contest: title, state }));
}

/** Where something was asked for last. */
async function openContest({ database }: Spine, title: string): Promise<void> {
  const [last] = await database!.select({ place: jobs.place }).from(jobs).orderBy(desc(jobs.sequence)).limit(1);
  await openContestAt(database!, last!.place, { title });
}
