import { createGenerator } from '#models/tensors/random.js';
import type { JobName } from '#src/jobs/index.js';
import { makesRoom } from '#src/jobs/slices.js';
import { Turns } from '#src/jobs/turns.js';
import type { SimulatedQueue } from './simulated-queues.js';

export interface Request {
  readonly id: string;
  readonly name: JobName;
  readonly person: string;
  readonly at: number;
  readonly workMs: number;
}

/** One stretch of work on a job. */
export interface Stretch {
  readonly request: Request;
  readonly from: number;
  readonly to: number;
}

export interface Run {
  readonly stretches: readonly Stretch[];
  /** Those that there was room for. */
  readonly accepted: readonly Request[];
}

export const sliceMs = 60_000;
export const checkMs = 1000;
export const longestQuickMs = 5000;
const maxPerPerson = 5;

/** What people ask for: most now and then and half of it in a rush, a few as much as they may; each begins some time in the first half. */
export function requestsOf(people: number, jobs: number, seed: number): Request[] {
  const chance = createGenerator(seed);
  const spanMs = jobs * 9000;
  const timeOf = (isGreedy: boolean, firstAt: number) => {
    if (isGreedy) return firstAt + (chance.uniform() * spanMs) / 6;
    if (chance.uniform() < 0.5) return spanMs * (0.6 + chance.uniform() / 10);
    return firstAt + chance.uniform() * (spanMs - firstAt);
  };
  return Array.from({ length: people }, (_, person) => {
    const firstAt = chance.uniform() * (spanMs / 2);
    const isGreedy = person % 20 === 0;
    const count = Math.round((jobs / people) * (isGreedy ? 2 : 18 / 19));
    return Array.from({ length: count }, (_, index): Request => {
      const isTraining = chance.uniform() < 0.03;
      return {
        id: `p${person}-${index}`,
        name: isTraining ? 'train-pet' : 'imagine',
        person: `person ${person}`,
        at: index === 0 ? firstAt : timeOf(isGreedy, firstAt),
        workMs: isTraining ? 70_000 + chance.uniform() * 300_000 : 500 + chance.uniform() * (longestQuickMs - 500),
      };
    });
  })
    .flat()
    .sort((one, other) => one.at - other.at);
}

export interface Rules {
  /** Without it, sliced jobs wait until no other does. */
  readonly ages?: boolean;
  /** Without it, a job runs to its end. */
  readonly hasSlices?: boolean;
  /** Without it, the first who comes is the first who is served. */
  readonly hasRounds?: boolean;
}

/** One worker and its queue in simulated time, with the turns and the rule about slices that bot and worker go by. */
export async function simulate(requests: readonly Request[], queue: SimulatedQueue, rules: Rules = {}): Promise<Run> {
  const { ages = true, hasSlices = true, hasRounds = true } = rules;
  const turns = new Turns({ sliceMs });
  const byId = new Map(requests.map((request) => [request.id, request]));
  const leftMs = new Map(requests.map(({ id, workMs }) => [id, workMs]));
  const stretches: Stretch[] = [];
  const accepted: Request[] = [];
  let coming = 0;
  let now = 0;

  const arriveUntil = async (time: number) => {
    for (; coming < requests.length && requests[coming]!.at <= time; coming++) {
      const { id, name, person, at } = requests[coming]!;
      if (turns.countOf(person) >= maxPerPerson) continue;
      accepted.push(requests[coming]!);
      await queue.add(id, turns.add({ id, name, person: hasRounds ? person : id }, at));
    }
  };
  /** @returns when the worker lets go of the job */
  const runUntil = async ({ id, name }: Request, from: number): Promise<number> => {
    const endAt = from + leftMs.get(id)!;
    if (name === 'train-pet' && hasSlices) {
      for (let at = from + sliceMs; at < endAt; at += checkMs) {
        await arriveUntil(at);
        if (makesRoom({ ranMs: at - from, sliceMs, nextPriority: await queue.nextPriority() })) return at;
      }
    }
    await arriveUntil(endAt);
    return endAt;
  };

  for (;;) {
    await arriveUntil(now);
    const id = await queue.take();
    if (id === undefined) {
      if (coming >= requests.length) return { stretches, accepted };
      now = requests[coming]!.at;
      continue;
    }
    const request = byId.get(id)!;
    turns.start(id, now);
    const aged = ages ? turns.age(now) : undefined;
    if (aged) await queue.changePriority(aged.id, aged.priority);
    const to = await runUntil(request, now);
    stretches.push({ request, from: now, to });
    leftMs.set(id, leftMs.get(id)! - (to - now));
    now = to;
    if (leftMs.get(id)! > 1e-6) {
      await queue.handBack(id);
      turns.handBack(id, now);
    } else {
      await queue.finish(id);
      turns.end(id, now);
    }
  }
}

/** What was promised and not kept. */
export function brokenPromises({ stretches, accepted }: Run): string[] {
  return [...lateFirstJobs(stretches, accepted), ...longGaps(stretches, accepted)];
}

/** A person's first quick job starts within one slice and one quick job of each other active person. */
function lateFirstJobs(stretches: readonly Stretch[], accepted: readonly Request[]): string[] {
  const firsts = new Map<string, Request>();
  for (const request of accepted)
    if (request.name === 'imagine' && !firsts.has(request.person)) firsts.set(request.person, request);
  return [...firsts.values()].flatMap((first) => {
    const start = stretches.find(({ request }) => request === first)?.from ?? Number.POSITIVE_INFINITY;
    const between = stretches.filter(({ from, to }) => to > first.at && from < start);
    const slices = between.filter(({ request }) => request.name === 'train-pet').length;
    const others = new Map<string, number[]>();
    for (const { request } of between)
      if (request.name === 'imagine')
        others.set(request.person, [...(others.get(request.person) ?? []), request.workMs]);
    const boundMs = sliceMs + checkMs + [...others.values()].reduce((sum, workMs) => sum + Math.max(...workMs), 0);
    const most = Math.max(0, ...[...others.values()].map(({ length }) => length));
    const waitedMs = start - first.at;
    if (slices <= 1 && most <= 1 && waitedMs <= boundMs) return [];
    return [
      `${first.id} waited ${waitedMs} ms of ${boundMs}, for ${slices} slices and up to ${most} jobs of one person`,
    ];
  });
}

/** A training that has begun goes on within one slice and one quick job of each active person. */
function longGaps(stretches: readonly Stretch[], accepted: readonly Request[]): string[] {
  return accepted
    .filter(({ name }) => name === 'train-pet')
    .flatMap((training) => {
      const own = stretches.filter(({ request }) => request === training);
      const workedMs = own.reduce((sum, { from, to }) => sum + to - from, 0);
      if (Math.abs(workedMs - training.workMs) > 1) return [`${training.id} never ended`];
      return own.slice(1).flatMap(({ from }, index) => {
        const pausedAt = own[index]!.to;
        const people = new Set(
          stretches.filter((other) => other.from >= pausedAt && other.to <= from).map(({ request }) => request.person),
        );
        const boundMs = sliceMs + longestQuickMs * (1 + people.size);
        return from - pausedAt <= boundMs ? [] : [`${training.id} paused for ${from - pausedAt} ms of ${boundMs}`];
      });
    });
}
