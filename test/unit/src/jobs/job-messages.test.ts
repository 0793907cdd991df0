import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeAttempt } from '#src/jobs/attempt.js';
import { type JobName, jobs } from '#src/jobs/index.js';
import { needsIn } from '#src/jobs/needs.js';
import { encodeResult, isOfNewerVersion, NewerResultError, parseResult } from '#src/jobs/result.js';
import { incompatibilities, type Schema } from '#test/helpers/contract-change.js';
import { contractsNow, type RecordedMessages, readRecordings } from '#test/helpers/job-messages.js';

const recordings = readRecordings();
const messages = recordings.flatMap((recording) => recording.messages);
const parts = ['data', 'progress', 'result'] as const;

/** As a version might write them that knows more. */
function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withUnknownFields(field)]);
  return { ...Object.fromEntries(fields), ofTomorrow: { words: ['and more'] } };
}

function readAll({ job, data, options, dataAtEnd, progress, result }: RecordedMessages) {
  return {
    attempts: [data, dataAtEnd ?? data].map((each) => decodeAttempt(job, each)),
    needs: needsIn(options),
    progress: progress.map((each) => jobs[job].progress.parse(each)),
    result: parseResult(job, result),
  };
}

describe('what bot and worker tell each other', () => {
  test('is recorded of every job', () => {
    expect([...new Set(recordings.at(-1)?.messages.map(({ job }) => job))].toSorted()).toEqual(
      Object.keys(jobs).toSorted(),
    );
  });

  test('is read as every earlier version has written it', () => {
    for (const recorded of messages) {
      const { attempts, needs, result } = readAll(recorded);
      const { petFiles = {}, ...data } = recorded.data as { readonly petFiles?: object };
      expect(attempts[0]).toMatchObject({ data, petFiles });
      expect(needs.contract).toBeGreaterThan(0);
      expect(result).toEqual(recorded.result);
    }
  });

  test('is read just so where a later version says more', () => {
    for (const recorded of messages) {
      const { petFiles, ...data } = recorded.data as { readonly petFiles?: object };
      const later = {
        ...(withUnknownFields(recorded) as RecordedMessages),
        job: recorded.job,
        data: { ...(withUnknownFields(data) as object), ...(petFiles && { petFiles }) },
        dataAtEnd: undefined,
      };
      expect(readAll(later)).toEqual(readAll({ ...recorded, dataAtEnd: undefined }));
    }
  });

  test('follows the contract that was recorded last', () => {
    const advice =
      'A contract has changed: `node --conditions=source --import tsx test/golden/make/job-messages.ts` records it, and the next test ' +
      'says whether its version has to be raised (CONTRIBUTING, “A job”).';
    expect(contractsNow(), advice).toEqual(recordings.at(-1)?.contracts);
  });

  test('is such that the version before reads it, or else the contract has another version', () => {
    for (const [index, { contracts, messages }] of recordings.entries()) {
      const before = recordings[index - 1]?.contracts ?? {};
      for (const [name, contract] of Object.entries(contracts)) {
        const former = before[name];
        if (former?.version !== contract.version) continue;
        for (const part of parts) {
          const advice = `${name}: older bots and workers, which may run beside newer ones, could not read ${part} of this kind: give what is new another name and let it be left out, or raise \`version\` in the contract`;
          expect(incompatibilities(former[part], contract[part]), advice).toEqual([]);
        }
        const [data, progress, result] = parts.map((part) => z.fromJSONSchema(former[part] as never));
        for (const recorded of messages.filter(({ job }) => job === name)) {
          const { petFiles: _, ...given } = recorded.data as { readonly petFiles?: object };
          data!.parse(given);
          for (const each of recorded.progress) progress!.parse(each);
          result!.parse(recorded.result);
        }
      }
    }
  });
});

test('of two types the one can be read by readers of the other where it has only grown by what may be left out', () => {
  const pet = z.object({ name: z.string().max(9), kind: z.enum(['dog', 'cat']).optional() });
  const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input' }) as Schema;
  const compared = (later: z.ZodType) => incompatibilities(schemaOf(z.array(pet)), schemaOf(z.array(later)));
  expect(compared(pet.extend({ colour: z.string().optional() }))).toEqual([]);
  expect(compared(pet.extend({ colour: z.string() }))).toEqual(['whether  items.colour has to be there']);
  expect(compared(pet.omit({ kind: true }))).toEqual([' items.kind is gone']);
  expect(compared(pet.partial())).toHaveLength(1);
  expect(compared(pet.extend({ name: z.string().max(10) }))).toHaveLength(1);
  expect(compared(pet.extend({ kind: z.enum(['dog', 'cat', 'fox']).optional() }))).toHaveLength(1);
});

describe('a result', () => {
  const { result } = messages.find(({ job }) => job === 'imagine')!;

  test('says by which contract it was made, once there is a second', () => {
    expect(encodeResult('imagine', result)).toEqual(result);
    const contract: { version: number } = jobs.imagine;
    contract.version = 2;
    try {
      expect(encodeResult('imagine', result)).toEqual({ ...result, contract: 2 });
    } finally {
      contract.version = 1;
    }
  });

  test('that cannot be read is kept for a newer version where that has made it, and garbage otherwise', () => {
    expect(() => parseResult('imagine', { pictures: 'many', contract: 2 })).toThrow(NewerResultError);
    expect(() => parseResult('imagine', { pictures: 'many', contract: 1 })).toThrow(z.ZodError);
    expect(() => parseResult('imagine', 'garbage')).toThrow(z.ZodError);
    expect(isOfNewerVersion('imagine', { ...result, contract: 2 })).toBe(false);
    expect(isOfNewerVersion('dream', result)).toBe(true);
    expect(() => parseResult('dream' as JobName, result)).toThrow(NewerResultError);
  });
});
