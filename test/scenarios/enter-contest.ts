import { desc } from 'drizzle-orm';
import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { jobs } from '#src/jobs/tables.js';
import { openContestAt } from '#test/helpers/contests.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { Spine } from '#test/helpers/spine.js';
import type { ScenarioChat, SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

/**
 * A picture is entered from the button below it, is there once, and is taken back; a photo is refused where none is taken.
 * Expects a bot and a worker with the fake engine running.
 * @param other somebody else there, answered in the same language, where there is anybody
 */
export async function enterContest({ chat, locale }: World, spine: Spine, other?: ScenarioChat): Promise<void> {
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const draw = async (prompt: string): Promise<SeenMessage> => {
    await chat.say(`/imagine ${prompt}`);
    const drawn = says('delivery.drawn', { prompt });
    return chat.sees(({ pictureCount, hasProgress, text }) => pictureCount > 0 && !hasProgress && drawn.test(text));
  };
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
  const asked = await chat.sees(says('contests.entries.question', { contest: title }));
  expect(asked.pictureCount).toBe(1);
  expect(asked.text).toMatch(says('contests.entries.terms'));
  await chat.clicks(asked, buttons.agree);
  await chat.sees(says('commands.agree.replies.entered', { contest: title }));
  await chat.clicks(drawn, buttons.enter);
  await chat.sees(says('errors.entryTwice'));
  await chat.say('/contest mine');
  const state = locales[locale].contests.entries.states.accepted;
  await chat.sees(says('contests.entries.line', { number: 1, contest: title, state }));

  await chat.say('/contest enter', { photos: [await drawPhoto(1)] });
  await chat.sees(says('errors.entryNoPhotos', { title }));

  await chat.say('/contest withdraw');
  const confirm = await chat.sees(says('commands.contest.replies.withdrawAsk', { contest: title }));
  await chat.clicks(confirm, buttons.withdraw);
  await chat.sees(says('commands.contest.replies.withdrawn', { contest: title }));
}

/** Where something was asked for last. */
async function openContest({ database }: Spine, title: string): Promise<void> {
  const [last] = await database!.select({ place: jobs.place }).from(jobs).orderBy(desc(jobs.sequence)).limit(1);
  await openContestAt(database!, last!.place, { title });
}
