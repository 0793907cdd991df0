import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createEditCase } from '#models/toy-world/edit-cases.js';
import { TOY_PIXELS } from '#models/toy-world/pretraining/toy-pets-configuration.js';
import { drawScene } from '#models/toy-world/render.js';
import type { PageMessage } from '#src/platforms/web/render-reply.js';
import { type PhotoFile, WebClient } from '#src/platforms/web/web-client.js';
import { type Measurement, median, type Topic } from './measurement.js';
import { type BenchFolder, withServiceFolder } from './service.js';

const TRAINING_BUDGET_SECONDS = 90;
const FIRST_IMAGE_BUDGET_SECONDS = 3;
const FIRST_EDIT_BUDGET_SECONDS = 6;
const LATER_EDIT_BUDGET_SECONDS = 4;
/** As phones take them, roughly. */
const PHOTO_PIXELS = 1600;
const QUICK_TRAINING_STEPS = 40;
const ANSWER_TIMEOUT_MS = 20 * 60_000;

/** Says a line and waits for its result. @returns seconds that the worker needed, from taking the job to its end */
async function secondsOf(folder: BenchFolder, client: WebClient, line: string, photos: readonly PhotoFile[] = []) {
  const done = async () => (await folder.logEntries()).filter(({ msg }) => msg === 'job done');
  const before = (await done()).length;
  const known = new Set(client.messages.map(({ id }) => id));
  // A finished training is announced too, which is no answer.
  const isAnswer = ({ id, author, kind }: PageMessage) =>
    author === 'bot' && !known.has(id) && (kind === 'result' || kind === 'error');
  await client.send(line, photos);
  const answer = await client.waitFor(isAnswer, ANSWER_TIMEOUT_MS);
  const entry = (await done())[before];
  if (answer.kind !== 'result' || entry?.milliseconds === undefined) throw new Error(`${line}: ${answer.text}`);
  return entry.milliseconds / 1000;
}

async function visit(url: string, cookie?: string): Promise<WebClient> {
  const client = await WebClient.open(url, { language: 'en', ...(cookie !== undefined && { cookie }) });
  await client.waitFor(({ author }) => author === 'bot', ANSWER_TIMEOUT_MS);
  return client;
}

async function samplePhotos(checkpointFolder: string): Promise<PhotoFile[]> {
  const folder = join(checkpointFolder, 'samples', 'biscuit');
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) })));
}

/** A photo of a toy scene, and two edits of it. */
async function photoToEdit(index: number): Promise<{ photo: PhotoFile; first: string; second: string }> {
  const { source, instructions } = createEditCase('change object', index);
  const [instruction] = instructions;
  if (instruction?.kind !== 'replace') throw new Error('an animal is swapped for another');
  const raw = { width: TOY_PIXELS, height: TOY_PIXELS, channels: 3 } as const;
  const bytes = await sharp(drawScene(source, TOY_PIXELS), { raw }).resize(PHOTO_PIXELS).jpeg().toBuffer();
  return {
    photo: { name: `photo-${index}.jpg`, bytes: new Uint8Array(bytes) },
    first: `/edit ${instruction.from} → ${instruction.to}`,
    second: '/edit + wearing a red hat',
  };
}

export const jobs: Topic = {
  name: 'jobs',
  parts: {
    'a pet, taught and drawn': ({ isQuick, onLine, checkpointFolder }) =>
      withServiceFolder(async (folder) => {
        const photos = await samplePhotos(checkpointFolder);
        const settings = isQuick ? { TRAIN_STEPS: String(QUICK_TRAINING_STEPS) } : { TRAIN_STEPS: '' };
        const draw = (client: WebClient, words: string) =>
          secondsOf(folder, client, `/imagine ${words} surfing a wave seed: 7`);

        const client = await visit((await folder.start(settings)).url);
        const trainingSeconds = await secondsOf(folder, client, '/train name: Biscuit kind: dog', photos);
        onLine(`training ${trainingSeconds.toFixed(1)} s`);
        const runs = isQuick ? 3 : 7;
        const warm: number[] = [];
        for (let run = 0; run < runs; run++) warm.push(await draw(client, 'Biscuit'));
        client.close();

        // A fresh engine has to build its sessions first.
        const coldPet: number[] = [];
        const coldDog: number[] = [];
        for (let run = 0; run < (isQuick ? 1 : 3); run++) {
          for (const [words, times] of [
            ['Biscuit', coldPet],
            ['a dog', coldDog],
          ] as const) {
            const again = await visit((await folder.start(settings)).url, client.cookie);
            times.push(await draw(again, words));
            again.close();
          }
          onLine(`first picture ${coldPet.at(-1)!.toFixed(1)} s, later pictures ${median(warm).toFixed(1)} s`);
        }
        const image = (name: string, times: readonly number[]): Measurement => ({
          name,
          unit: 's',
          value: median(times),
          runs: times.length,
          budget: FIRST_IMAGE_BUDGET_SECONDS,
        });
        return [
          isQuick
            ? { name: `train a pet, ${QUICK_TRAINING_STEPS} steps only`, unit: 's', value: trainingSeconds, runs: 1 }
            : {
                name: 'train a pet from 6 photos, with previews',
                unit: 's',
                value: trainingSeconds,
                runs: 1,
                budget: TRAINING_BUDGET_SECONDS,
              },
          image('first image of a pet after a start', coldPet),
          image('first image without a pet after a start', coldDog),
          image('first image of a pet, sessions built', warm),
        ];
      }),
    'a photo, edited twice': ({ isQuick, onLine }) =>
      withServiceFolder(async (folder) => {
        const client = await visit((await folder.start({})).url);
        const times = { first: [] as number[], later: [] as number[] };
        let afterStart: number | undefined;
        // The first photo builds the sessions.
        for (let index = 0; index <= (isQuick ? 3 : 9); index++) {
          const { photo, first, second } = await photoToEdit(index);
          const firstSeconds = await secondsOf(folder, client, first, [photo]);
          const laterSeconds = await secondsOf(folder, client, second, [photo]);
          onLine(`first edit of a photo ${firstSeconds.toFixed(1)} s, second ${laterSeconds.toFixed(1)} s`);
          if (afterStart === undefined) {
            afterStart = firstSeconds;
            continue;
          }
          times.first.push(firstSeconds);
          times.later.push(laterSeconds);
        }
        client.close();
        const edits = (name: string, seconds: readonly number[], budget: number): Measurement => ({
          name,
          unit: 's',
          value: median(seconds),
          runs: seconds.length,
          budget,
          details: { slowest: Math.max(...seconds), afterStart: afterStart! },
        });
        return [
          edits('first edit of a photo', times.first, FIRST_EDIT_BUDGET_SECONDS),
          edits('second edit of a photo, its inversion known', times.later, LATER_EDIT_BUDGET_SECONDS),
        ];
      }),
  },
};
