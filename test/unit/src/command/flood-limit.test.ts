import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FloodLimit } from '#src/command/flood-limit.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';

const anna = { platform: 'web', id: 'anna' } as const;
const ben = { platform: 'web', id: 'ben' } as const;

describe('a flood', () => {
  let now: number;
  let limit: FloodLimit;
  beforeEach(() => {
    now = 1_000_000;
    limit = new FloodLimit({ max: 3, windowMs: 10_000, now: () => now });
  });
  const kinds = (person: typeof anna | typeof ben, ...events: string[]) =>
    events.map((event) => limit.judge(person, event).kind);

  test('is answered once, and then not until its window ends', () => {
    expect(kinds(anna, 'a', 'b', 'c')).toEqual(['passes', 'passes', 'passes']);
    now += 4500;
    expect(limit.judge(anna, 'd')).toEqual({ kind: 'slowDown', seconds: 6 });
    expect(kinds(anna, 'e', 'f')).toEqual(['silent', 'silent']);
    now += 5500;
    expect(kinds(anna, 'g')).toEqual(['passes']);
  });

  test('of one person leaves everybody else alone, also who has the same id elsewhere', () => {
    kinds(anna, 'a', 'b', 'c', 'd', 'e');
    expect(kinds(ben, 'a')).toEqual(['passes']);
    expect(limit.judge({ platform: 'discord', id: 'anna' }, 'a').kind).toBe('passes');
  });

  test('does not count what is delivered again, and repeats its answer to what was answered', () => {
    expect(kinds(anna, 'a', 'a', 'a', 'a', 'b', 'c', 'a')).toEqual(Array(7).fill('passes'));
    expect(kinds(anna, 'd', 'd', 'e', 'd')).toEqual(['slowDown', 'slowDown', 'silent', 'slowDown']);
  });

  test('of thousands of people is forgotten from its oldest on', () => {
    kinds(anna, 'a', 'b', 'c', 'd');
    for (let number = 0; number < 5000; number++) limit.judge({ platform: 'web', id: `person ${number}` }, 'a');
    expect(kinds(anna, 'e')).toEqual(['passes']);
    const last = { platform: 'web', id: 'person 4999' } as const;
    expect(['b', 'c', 'd'].map((event) => limit.judge(last, event).kind)).toEqual(['passes', 'passes', 'slowDown']);
  });
});

describe('in a chat', () => {
  let spine: Spine;
  beforeEach(async () => {
    spine = await createSpine({ FLOOD_MAX_COMMANDS: '3', FLOOD_WINDOW_SECONDS: '600' });
    await spine.startBot();
  });
  afterEach(() => spine.stop());

  test('commands and presses beyond the limit are answered once, and others go on as before', async () => {
    for (const command of ['queue', 'settings', 'queue']) await spine.platform.say(command);
    const shown = () => [...spine.chat.messages.values()].map(({ contents }) => contents.at(-1)!);
    expect(shown()).toHaveLength(3);
    await spine.platform.press('cancel?job=w-1');
    expect(spine.chat.last).toMatchObject({ kind: 'error', ephemeral: 'preferably' });
    expect(spine.chat.last!.text).toMatch(/\b(600|59\d)\b/);
    await spine.platform.say('imagine', { prompt: 'a fox' });
    await spine.platform.press('cancel?job=w-1');
    expect(shown()).toHaveLength(4);
    await spine.platform.say('queue', {}, { person: 'ben' });
    expect(shown()).toHaveLength(5);
    expect(spine.chat.last!.kind).toBe('info');
  });
});
