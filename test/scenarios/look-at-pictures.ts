import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import type { PictureJudge } from '#src/photos/picture-look/judge-client.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { ScenarioChat, SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

/** A judge that finds every picture as explicit as the test says, or fails. */
export interface ObedientJudge extends PictureJudge {
  /** 0…1; undefined: it cannot say. */
  verdict: number | undefined;
}

export function obedientJudge(): ObedientJudge {
  return {
    verdict: 0.9,
    async scoreOf() {
      if (this.verdict === undefined) throw new Error('the judge is out of order');
      return this.verdict;
    },
    stop() {},
  };
}

/**
 * Explicit pictures, and those that cannot be judged, are covered and say why, harmless ones are shown; so is what comes of photos.
 * Expects a bot with that judge and a worker with the fake engine running.
 * @param person the one who asks
 * @param editPhoto sends a photo as that person, and asks for a change of it
 * @returns a covered result and a shown one
 */
export async function lookAtPictures(
  { locale }: World,
  judge: ObedientJudge,
  person: ScenarioChat,
  editPhoto: (photo: Uint8Array, change: string) => Promise<void>,
): Promise<{ readonly covered: SeenMessage; readonly shown: SeenMessage }> {
  const pictureOf = (pattern: RegExp) =>
    person.sees(({ pictureCount, hasProgress, text }) => pictureCount > 0 && !hasProgress && pattern.test(text));
  const draw = async (prompt: string, verdict: number | undefined): Promise<SeenMessage> => {
    judge.verdict = verdict;
    await person.say(`/imagine ${prompt}`);
    return pictureOf(textPattern(locale, 'delivery.drawn', { prompt }));
  };
  const covered = await draw('a lamp', 0.9);
  expect(covered).toMatchObject({ isHidden: true });
  expect(covered.text).toMatch(textPattern(locale, 'delivery.covered'));
  const shown = await draw('a chair', 0.1);
  expect(shown.isHidden ?? false).toBe(false);
  expect(shown.text).not.toMatch(textPattern(locale, 'delivery.covered'));
  const unseen = await draw('a sofa', undefined);
  expect(unseen).toMatchObject({ isHidden: true });
  expect(unseen.text).toMatch(textPattern(locale, 'delivery.coveredUnseen'));

  judge.verdict = 0.9;
  await editPhoto(await drawPhoto(2, 120, 90), 'dog → cat');
  const edited = await pictureOf(textPattern(locale, 'delivery.edited', { change: 'dog → cat' }));
  expect(edited).toMatchObject({ isHidden: true });
  return { covered, shown };
}

/** In a community: members cannot uncover, but report; a moderator uncovers, refuses explicit pictures, and finds both in the trail. */
export async function ruleOverPictures(
  { chat: moderator, locale }: World,
  judge: ObedientJudge,
  member: ScenarioChat,
  { covered, shown }: { readonly covered: SeenMessage; readonly shown: SeenMessage },
): Promise<void> {
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const isCovered = () => member.messages.find(({ id }) => id === covered.id)?.isHidden === true;
  await member.clicks(covered, buttons.uncover);
  await member.sees(says('errors.moderatorsOnly'));
  expect(isCovered()).toBe(true);
  await moderator.clicks(covered, buttons.uncover);
  await moderator.sees(says('commands.uncover.replies.uncovered'));
  await waitFor('the picture to be uncovered', () => !isCovered());

  await member.clicks(shown, buttons.report);
  await member.sees(says('commands.report.replies.reported'));
  await member.clicks(shown, buttons.report);
  await member.sees(says('commands.report.replies.reportedBefore'));
  // It is the moderators' business, wherever it reaches them.
  expect(member.messages.filter(({ text }) => says('delivery.reported').test(text))).toEqual([]);

  await moderator.say('/admin pictures: refuse');
  await moderator.sees(says('commands.admin.replies.picturesRefuse'));
  judge.verdict = 0.9;
  await member.say('/imagine a table');
  const refused = await member.sees(says('delivery.notShown'));
  expect(refused.pictureCount).toBe(0);

  await moderator.say('/admin audit');
  const trail = await moderator.sees(says('commands.admin.replies.audit'));
  const about = { person: member.personName, score: '90 %' };
  expect(trail.text).toMatch(says('commands.admin.replies.auditUncovered', about));
  expect(trail.text).toMatch(says('commands.admin.replies.auditReported', { ...about, score: '10 %' }));
}
