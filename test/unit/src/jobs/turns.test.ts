import { afterEach, describe, expect, test } from 'vitest';
import { Turns } from '#src/jobs/turns.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';
import { ModelQueue, RealQueue } from './simulated-queues.js';
import { brokenPromises, requestsOf, simulate } from './simulation.js';

const sliceMs = 1000;
const create = () => {
  const turns = new Turns({ sliceMs });
  const add = (id: string, name: 'imagine' | 'train-pet' = 'imagine', now = 0) =>
    turns.add({ id, name, person: id[0]!, server: 'here' }, now);
  return { turns, add, order: () => turns.next(100).map(({ id }) => id) };
};

describe('the turn of a job', () => {
  test('people take turns, whoever asked more often', () => {
    const { turns, add, order } = create();
    for (const id of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) add(id);
    expect(order()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(turns.positionOf('b2')).toBe(5);
  });

  test('who comes later joins the round being served, and passes nobody who waits in it', () => {
    const { turns, add, order } = create();
    for (const id of ['a1', 'a2', 'a3']) add(id);
    for (const id of ['a1', 'a2']) {
      turns.start(id, 0);
      turns.end(id, 0);
    }
    turns.start('a3', 0);
    add('a4');
    add('b1');
    expect(order()).toEqual(['b1', 'a4']);
  });

  test('two who ask again as soon as they are served do not hold up a third', () => {
    const { turns, add, order } = create();
    for (const id of ['a1', 'a2', 'b1', 'c1']) add(id);
    const served: string[] = [];
    for (let count = 2; served.at(-1) !== 'a2'; count++) {
      const [id] = order();
      served.push(id!);
      turns.start(id!, 0);
      turns.end(id!, 0);
      if (id![0] !== 'a') add(`${id![0]}${count}`);
      expect(served.length).toBeLessThan(5);
    }
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2']);
  });

  test('an empty queue begins again at the first round', () => {
    const { turns, add } = create();
    for (const id of ['a1', 'a2']) add(id);
    for (const id of ['a1', 'a2']) turns.end(id, 0);
    expect(add('a3')).toBe(1);
  });

  test('is given once, and counts for its person and its server until it ends', () => {
    const { turns, add } = create();
    expect([add('a1'), add('a1'), add('a2')]).toEqual([1, 1, 2]);
    turns.start('a1', 0);
    expect([turns.countOf('a'), turns.countOf('here'), turns.count]).toEqual([2, 2, 2]);
    for (const id of ['a1', 'a2', 'a2']) turns.end(id, 0);
    expect([turns.countOf('a'), turns.countOf('here'), turns.count]).toEqual([0, 0, 0]);
  });

  test('survives a restart of the bot, with the round being served', () => {
    const before = create();
    for (const id of ['a1', 'a2', 'b1']) before.add(id);
    before.turns.start('a1', 0);
    before.turns.end('a1', 0);
    before.turns.start('b1', 0);
    before.turns.end('b1', 0);
    const { turns, add, order } = create();
    for (const turn of before.turns.next(9)) turns.restore(turn, turn.ownPriority, 0);
    add('c1');
    add('a3');
    expect(order()).toEqual(['a2', 'c1', 'a3']);
  });
});

describe('a sliced job', () => {
  test('waits behind quick ones, also after it was at work, and goes on before other sliced ones', () => {
    const { turns, add, order } = create();
    add('a1', 'train-pet');
    add('b1', 'train-pet');
    turns.start('a1', 0);
    add('c1');
    turns.handBack('a1', 5000);
    expect(order()).toEqual(['c1', 'a1', 'b1']);
    expect(turns.get('a1')!.workedMs).toBe(5000);
  });

  test('that has waited for a slice takes a place at the end of the round being served, one at a time', () => {
    const { turns, add, order } = create();
    add('t1', 'train-pet');
    add('u1', 'train-pet');
    for (const id of ['a1', 'a2', 'b1']) add(id);
    turns.start('a1', 0);
    expect(turns.age(sliceMs - 1)).toBeUndefined();
    expect(turns.age(sliceMs)).toMatchObject({ id: 't1', priority: 1 });
    add('c1');
    expect(order()).toEqual(['b1', 't1', 'c1', 'a2', 'u1']);
    expect(turns.age(9 * sliceMs)).toBeUndefined();
    turns.end('a1', 0);
    turns.start('t1', 9 * sliceMs);
    expect(turns.age(20 * sliceMs)).toBeUndefined();
    turns.handBack('t1', 20 * sliceMs);
    expect(order()).toEqual(['b1', 'c1', 'a2', 't1', 'u1']);
    expect(turns.age(20 * sliceMs)).toBeUndefined();
    expect(turns.age(21 * sliceMs)).toMatchObject({ id: 't1' });
  });

  test('that is cancelled while it stands among the quick ones leaves its place to the next', () => {
    const { turns, add } = create();
    add('t1', 'train-pet');
    add('u1', 'train-pet');
    add('a1');
    turns.start('a1', 0);
    expect(turns.age(sliceMs)).toMatchObject({ id: 't1' });
    turns.end('t1', sliceMs);
    expect(turns.age(sliceMs)).toMatchObject({ id: 'u1' });
  });
});

describe('200 people with 5 000 jobs', () => {
  const requests = requestsOf(200, 6500, 7);

  test('a first quick job starts within one slice and one quick job of each other person; no training starves', async () => {
    const run = await simulate(requests, new ModelQueue());
    expect(new Set(run.accepted.map(({ person }) => person)).size).toBe(200);
    expect(run.accepted.length).toBeGreaterThan(5000);
    const slices = run.stretches.filter(({ request }) => request.name === 'train-pet');
    const trainings = run.accepted.filter(({ name }) => name === 'train-pet');
    expect(slices.length, 'trainings do make room').toBeGreaterThan(2 * trainings.length);
    expect(brokenPromises(run)).toEqual([]);
  });

  test.each([
    ['trainings that run to their end', { hasSlices: false }, /waited/],
    ['a queue without rounds', { hasRounds: false }, /waited/],
    ['trainings that do not age', { ages: false }, /paused/],
  ])('the simulation notices %s', async (_, rules, broken) => {
    expect(brokenPromises(await simulate(requests, new ModelQueue(), rules)).join('\n')).toMatch(broken);
  });
});

describe('BullMQ', () => {
  let redis: TestRedis | undefined;
  afterEach(() => redis?.stop());

  test('orders a day of 25 people as the simulated queue does', async () => {
    redis = await startTestRedis();
    const queue = new RealQueue(redis.url);
    const requests = requestsOf(25, 400, 3);
    const real = await simulate(requests, queue);
    await queue.close();
    const model = await simulate(requests, new ModelQueue());
    const trace = ({ stretches }: typeof real) => stretches.map(({ request, from, to }) => [request.id, from, to]);
    expect(trace(real)).toEqual(trace(model));
    expect(real.stretches.length).toBeGreaterThan(real.accepted.length);
  });
});
