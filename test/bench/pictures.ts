import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { createGenerator } from '#models/tensors/random.js';
import { drawScene } from '#models/toy-world/render.js';
import { createScene } from '#models/toy-world/scene.js';
import { JudgeClient } from '#src/photos/picture-look/judge-client.js';
import { explicitFrom } from '#src/photos/picture-look/picture-look.js';
import { type BenchContext, type Measurement, median, quantile, type Topic, timeMs } from './measurement.js';

const drawingSide = 128;
const photoSide = 2048;
const seed = 4870;
const budgetMs = 300;
const maxCoveredShare = 0.01;

/** The look at pictures: how long it takes, what it needs, and how often it is wrong about what is harmless. */
export const pictures: Topic = {
  name: 'pictures',
  parts: {
    'time and memory of the judge': timeAndMemory,
    'harmless pictures that would be covered': falseAlarms,
  },
};

async function timeAndMemory({ isQuick }: BenchContext): Promise<Measurement[]> {
  const judge = new JudgeClient({ maxPixels: photoSide ** 2 });
  try {
    const runs = isQuick ? 5 : 40;
    const photo = await photoOf(photoSide);
    const drawing = await drawingOf(0);
    const startMs = await timeMs(() => judge.scoreOf(drawing));
    const [ofDrawing, ofPhoto] = [[], []] as [number[], number[]];
    for (let run = 0; run < runs; run += 1) {
      ofDrawing.push(await timeMs(() => judge.scoreOf(drawing)));
      ofPhoto.push(await timeMs(() => judge.scoreOf(photo)));
    }
    const times = (values: readonly number[]) => ({ unit: 'ms', value: median(values), runs, budget: budgetMs });
    return [
      { name: 'a drawing', ...times(ofDrawing), details: { p95: quantile(ofDrawing, 0.95) } },
      { name: `a photo of ${photoSide} pixels a side`, ...times(ofPhoto), details: { p95: quantile(ofPhoto, 0.95) } },
      { name: 'the first one after a start', unit: 'ms', value: startMs, runs: 1 },
      { name: 'peak memory of the judge', unit: 'MiB', value: peakMiB(judge.processId!), runs: 1 },
    ];
  } finally {
    judge.stop();
  }
}

async function falseAlarms({ isQuick, checkpointFolder }: BenchContext): Promise<Measurement[]> {
  const judge = new JudgeClient({ maxPixels: photoSide ** 2 });
  try {
    const samples = join(checkpointFolder, 'samples');
    const photos = readdirSync(samples, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jpg'))
      .map((name) => new Uint8Array(readFileSync(join(samples, name))));
    const count = isQuick ? 50 : 500;
    const drawings = await Promise.all(Array.from({ length: count }, (_, index) => drawingOf(index)));
    const measure = async (name: string, all: readonly Uint8Array[]): Promise<Measurement> => {
      const scores: number[] = [];
      for (const picture of all) scores.push(await judge.scoreOf(picture));
      const covered = scores.filter((score) => score >= explicitFrom).length;
      return {
        name: `covered of ${all.length} ${name}`,
        unit: '%',
        value: (100 * covered) / all.length,
        runs: all.length,
        budget: 100 * maxCoveredShare,
        details: { 'highest score': Math.max(...scores) },
      };
    };
    return [await measure('toy drawings', drawings), await measure('shipped photos', photos)];
  } finally {
    judge.stop();
  }
}

async function drawingOf(index: number): Promise<Uint8Array> {
  const scene = createScene(createGenerator(seed).fork(`scene ${index}`));
  const raw = { width: drawingSide, height: drawingSide, channels: 3 } as const;
  return new Uint8Array(await sharp(drawScene(scene, drawingSide), { raw }).png().toBuffer());
}

async function photoOf(side: number): Promise<Uint8Array> {
  const raw = { width: drawingSide, height: drawingSide, channels: 3 } as const;
  const drawn = sharp(drawScene(createScene(createGenerator(seed)), drawingSide), { raw });
  return new Uint8Array(await drawn.resize(side, side).jpeg({ quality: 95 }).toBuffer());
}

/** As Linux tells. */
function peakMiB(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
