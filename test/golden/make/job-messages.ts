/**
 * @file Writes what bot and worker tell each other about every kind of job, as it stands in Redis, and what its contract was then:
 * every later version reads it. Usage: node --conditions=source --import tsx test/golden/make/job-messages.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { openBlobs } from '#src/blobs/open-blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { PetFiles } from '#src/core/job-pet.js';
import { type InputOf, type JobName, jobs } from '#src/jobs/index.js';
import { JobQueue } from '#src/jobs/queue.js';
import { childModule } from '#src/operations/child-module.js';
import { loadConfig } from '#src/operations/config.js';
import { createLog } from '#src/operations/log.js';
import { connectRedis, waitForRedis } from '#src/redis/connect-redis.js';
import {
  contractsNow,
  type RecordedMessages,
  type Recording,
  readRecordings,
  recordingsFolder,
} from '#test/helpers/job-messages.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { startTestRedis } from '#test/helpers/redis.js';
import { startWorker } from '#workers/start-worker.js';

interface Files {
  readonly photos: readonly BlobKey[];
  readonly picture: BlobKey;
  readonly lora: BlobKey;
}

/** Of every kind one with as little as may be said, and one with everything. */
function examples({ photos: [...photos], picture, lora }: Files) {
  const pet = { id: 'w-pet', className: 'dog' };
  const named = { ...pet, name: 'Biscuit' };
  const drawn = {
    prompt: 'a photo of {pet}',
    negativePrompt: 'blurry',
    seed: 3,
    index: 1,
    steps: 20,
    guidanceScale: 7,
  };
  return {
    'train-pet': [
      { petName: 'Biscuit', className: 'dog', photos, seed: 1 },
      { petName: 'Mochi', className: 'cat', photos, look: 'brown', seed: 2, steps: 8, isSpoiler: true },
    ],
    imagine: [
      { prompt: 'a dog', count: 1, seed: 1 },
      {
        prompt: '{pet} on a beach, endless',
        negativePrompt: 'blurry',
        pet,
        petLabel: 'Biscuit (Anna)',
        unknownWords: [{ word: 'quokka', nearest: 'dog' }, { word: 'zzz' }],
        isSpoiler: true,
        count: 4,
        seed: 2,
        steps: 5,
        guidanceScale: 6.5,
      },
    ],
    edit: [
      { picture, seed: 1, changes: [{ kind: 'replace', from: 'dog', to: 'cat' }] },
      {
        picture,
        drawn: { ...drawn, scheduler: 'DDIMScheduler' },
        sourcePet: named,
        from: { name: 'imagine', job: 'w-1', number: 2 },
        isOthers: true,
        caption: { text: 'a photo of {pet}', words: ['hat'], isGiven: true },
        changes: [
          { kind: 'add', words: 'a red hat' },
          { kind: 'remove', words: 'collar' },
          { kind: 'weigh', words: 'snow', factor: 2 },
        ],
        pet: named,
        unknownWords: [{ word: 'quokka' }],
        strengths: [1, 3, 5],
        petStrength: 1.5,
        keepBackground: true,
        method: 'null-text',
        seed: 2,
        isReduced: true,
        isSpoiler: true,
      },
      { picture, target: 'a cat in the snow', seed: 3 },
    ],
    upscale: [
      { picture, factor: 2 },
      { picture, factor: 3, isSpoiler: true, drawn: { job: 'w-1', seed: 4, petLabel: 'Biscuit', pet } },
    ],
    'import-pet': [{ petName: 'Biscuit', className: 'dog', lora, seed: 1 }],
  } satisfies { readonly [Name in JobName]: readonly InputOf<Name>[] };
}

const folder = await mkdtemp(join(tmpdir(), 'petbooth-messages-'));
const server = await startTestRedis();
const log = createLog({ level: 'silent', name: 'recorder' });
const redis = connectRedis(server.url, 'commands', log);
try {
  await waitForRedis(redis, 10_000);
  const config = loadConfig({ DATA_DIR: folder, CHECKPOINT: folder, LOG_LEVEL: 'silent', TRAIN_SLICE_SECONDS: '1' });
  const worker = await startWorker({
    config,
    redisUrl: server.url,
    log,
    engineModule: childModule('../../helpers/fake-engine', import.meta.url).file,
    reportIntervalMs: 0,
  });
  const blobs = openBlobs(config);
  const [picture, ...photos] = await Promise.all([0, 1, 2, 3].map(async (seed) => blobs.put(await drawPhoto(seed))));
  const lora = await blobs.put(new Uint8Array([1, 2, 3]));
  const queue = new JobQueue(redis);
  const recorded: RecordedMessages[] = [];
  for (const [job, inputs] of Object.entries(examples({ photos, picture: picture!, lora }))) {
    for (const [index, data] of inputs.entries()) {
      const name = job as JobName;
      const id = `w-${job}-${index + 1}`;
      const petFiles: PetFiles = JSON.stringify(data).includes('w-pet') ? { 'w-pet': lora } : {};
      await queue.add(name, { data: jobs[name].data.parse(data) as never, petFiles }, { id, priority: 1 });
      recorded.push({ job: name, ...(await played(redis, id)) });
    }
  }
  await queue.close();
  await worker.stop();
  const recording: Recording = { contracts: contractsNow(), messages: recorded };
  const path = join(recordingsFolder, `${readRecordings().length + 1}.json`);
  await writeFile(path, `${JSON.stringify(recording, null, 1)}\n`, { flag: 'wx' });
} finally {
  redis.disconnect();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The hash that BullMQ keeps of a job, before and after it, and the events between. */
async function played(redis: Redis, id: string) {
  const read = async () => {
    const { data, opts, returnvalue, failedReason } = await redis.hgetall(`bull:gpu:${id}`);
    return { data, opts, returnvalue, failedReason };
  };
  const { data, opts } = await read();
  for (;;) {
    const ended = await read();
    if (ended.failedReason !== undefined) throw new Error(`${id} failed: ${ended.failedReason}`);
    if (ended.returnvalue !== undefined) {
      const events = await redis.xrange('bull:gpu:events', '-', '+');
      const progress = events.flatMap(([, fields]) => {
        const event = Object.fromEntries(pairs(fields));
        return event.event === 'progress' && event.jobId === id ? [JSON.parse(event.data!)] : [];
      });
      const written = JSON.parse(ended.data!);
      return {
        data: JSON.parse(data!),
        options: JSON.parse(opts!),
        // Of a training the last place to go on from is in it.
        ...(ended.data !== data && { dataAtEnd: written }),
        progress: progress.filter((_, index) => index < 3 || index >= progress.length - 2),
        result: JSON.parse(ended.returnvalue),
      };
    }
    await sleep(20);
  }
}

function pairs(fields: readonly string[]): [string, string][] {
  return Array.from({ length: fields.length / 2 }, (_, index) => [fields[2 * index]!, fields[2 * index + 1]!]);
}
