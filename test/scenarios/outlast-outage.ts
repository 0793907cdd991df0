import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ScenarioChat } from './chat.js';
import type { World } from './world.js';

/**
 * The service answers nothing but errors while pictures are drawn, longer than any request is repeated, and comes back: each
 * person gets their picture, once. Expects a bot, no worker yet, and people who have not spoken.
 * @param setAway takes the service away, and brings it back
 */
export async function outlastOutage(
  world: World,
  people: readonly ScenarioChat[],
  setAway: (isAway: boolean) => void,
): Promise<void> {
  const prompts = people.map((_, index) => `the sight of ${index}`);
  for (const [index, person] of people.entries()) {
    await person.say(`/imagine ${prompts[index]}`);
    await person.sees(({ text }) => text.includes(prompts[index]!));
  }
  setAway(true);
  await world.startWorker();
  for (const prompt of prompts) await world.drawn(prompt);
  await sleep(1500);
  for (const { messages } of people) expect(messages.map(({ pictureCount }) => pictureCount)).toEqual([0]);
  setAway(false);
  for (const person of people)
    await person.sees(({ pictureCount, hasProgress }) => pictureCount > 0 && !hasProgress, 30_000);
  await sleep(500);
  for (const { messages } of people) expect(messages.map(({ pictureCount }) => pictureCount)).toEqual([1]);
  // Whoever speaks again is heard.
  await people[0]!.say('/queue');
  await people[0]!.sees(({ pictureCount }) => pictureCount === 0);
}
