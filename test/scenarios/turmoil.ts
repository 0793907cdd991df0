import { expect } from 'vitest';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { jobs } from '#src/jobs/tables.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { ScenarioChat, SeenMessage } from './chat.js';

/** What the bot remembers of every job; an embedded database can be read only while no bot has it. */
export async function readRecords(where: { readonly folder: string; readonly url?: string | undefined }) {
  const { database, close } = await openDatabase({ ...where, migrationsFolder });
  try {
    return await database
      .select({ name: jobs.name, title: jobs.title, state: jobs.state, outcome: jobs.outcome })
      .from(jobs);
  } finally {
    await close();
  }
}

export type JobRecords = Awaited<ReturnType<typeof readRecords>>;

export const isAnnouncement = ({ text }: SeenMessage) => text.includes('ready to be drawn');
/** The list of pets has pictures too. */
const isPicture = ({ text, pictureCount }: SeenMessage) => pictureCount > 0 && !/learnt from|have no pets/.test(text);
const isOfJob = (message: SeenMessage) =>
  message.text.includes('attempt') && !isAnnouncement(message) && !message.text.includes('learnt from');

const shownTo = (people: readonly ScenarioChat[]) => people.flatMap(({ messages }) => messages.filter(isPicture));

/** Every word that somebody was told of a job has to become a picture, and there are as many as were asked for at least. */
export async function waitForPictures(people: readonly ScenarioChat[], least: number): Promise<void> {
  const waiting = () =>
    people.flatMap(({ messages }) => messages.filter((message) => isOfJob(message) && !isPicture(message)));
  const isDone = () => waiting().length === 0 && shownTo(people).length >= least;
  await waitFor('every message to become a picture', isDone, 120_000).catch(() => {
    expect({ waiting: waiting().map(({ text }) => text), shown: shownTo(people).length }).toEqual({
      waiting: [],
      shown: expect.any(Number),
    });
  });
}

/** Each job that the bot took is done and in its chat once, with one picture, and nothing else is there. */
export function expectEachOnce(people: readonly ScenarioChat[], records: JobRecords): void {
  const everything = people.flatMap(({ messages }) => messages);
  for (const { name, title, state, outcome } of records) {
    expect([title, state, outcome?.kind]).toEqual([title, 'delivered', 'completed']);
    const words = name === 'train-pet' ? `I know ${title} now` : `“${title}”`;
    const about = everything.filter(({ text }) => text.includes(words));
    if (name === 'train-pet')
      expect(everything.filter((message) => isAnnouncement(message) && message.text.includes(title))).toHaveLength(1);
    expect(
      about.map(({ text, pictureCount }) => [pictureCount, text]),
      title,
    ).toHaveLength(1);
    expect(about[0]!.pictureCount, title).toBe(1);
  }
  expect(shownTo(people)).toHaveLength(records.length);
}
