import { expect } from 'vitest';
import type { ScenarioChat } from './chat.js';
import type { World } from './world.js';

export interface LeavingPeople {
  /** Asks for a picture where others read along, and leaves. */
  readonly leaving: ScenarioChat & { leaves(): void };
  /** A moderator, who may have others' pictures drawn again. */
  readonly staying: ScenarioChat;
  /** What the one who left got in private. */
  privateMessages(): readonly unknown[];
}

/**
 * Who leaves while a picture is drawn leaves it where it was asked for, and others go on with it.
 * Expects a bot, and no worker yet.
 */
export async function leaveWhileDrawing(
  { startWorker }: Pick<World, 'startWorker'>,
  { leaving, staying, privateMessages }: LeavingPeople,
): Promise<void> {
  const drawnFor = (person: string) => (message: { readonly text: string; readonly pictureCount: number }) =>
    message.text.includes(`“a fox” for ${person}`) && message.pictureCount === 1;
  await leaving.say('/imagine a fox');
  const waiting = await leaving.sees(/a fox/);
  leaving.leaves();
  expect(leaving.messages).toEqual([]);
  await startWorker();
  const drawn = await staying.sees(drawnFor(leaving.personName));
  expect(drawn.id).toBe(waiting.id);
  expect(privateMessages()).toEqual([]);
  await staying.clicks(drawn, 'Again');
  await staying.sees(drawnFor(staying.personName));
}
