import { createHash } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { PermanentError, UserError } from '#src/core/errors.js';
import type { EditChange } from '#src/editing/edit-job.js';
import { type CreatePetEngine, PausedError } from '#workers/engine/engine-calls.js';
import { enoughCaption, extendCaption, wordsInPicture } from '#workers/engine/photo-caption.js';

/**
 * An engine without a model: a picture is one colour, drawn from prompt, seed and pet; a LoRA is the hash of the photos.
 * Words in the prompt (or the class name of a training) make it misbehave: `slow`, `very slow`, `crash once`, `crash`, `fault`, `impossible`, `frozen`, `busy`, `noted`.
 * A LoRA that begins like a zip is refused as a pickled one.
 */
export const createPetEngine: CreatePetEngine = async ({ checkpoint, engine, cacheFolder, onSession }) => {
  if (checkpoint.endsWith('broken')) throw new PermanentError(`${checkpoint}: tensor 'unet.conv_in.weight' is missing`);

  const note = (line: string) => appendFileSync(join(checkpoint, 'notes.txt'), `${line}\n`);
  const misbehave = async (words: string, step: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    if (words.includes('slow')) await sleep(words.includes('very slow') ? 1000 : 50, undefined, { signal });
    if (words.includes('busy')) {
      // Hears nothing within a step, as an engine that computes.
      for (const until = performance.now() + 400; performance.now() < until; );
      await sleep(1);
    }
    if (words.includes('frozen') && step === 2) for (;;) Math.random();
    if (words.includes('crash') && step === 3) {
      const marker = join(checkpoint, 'crashed');
      if (!words.includes('crash once') || !existsSync(marker)) {
        appendFileSync(marker, '');
        process.kill(process.pid, 'SIGKILL');
      }
    }
    if (words.includes('fault') && step === 1) throw new Error('the fake engine has a fault');
    if (words.includes('impossible')) throw new UserError('trainingDiverged');
    if (words.includes('unusable')) throw new PermanentError('the fake engine will never do this');
  };

  const inversions = new Set<string>();
  onSession?.();

  return {
    describe: () => ({ checkpoint, engine: `fake (${engine}, ${cacheFolder === '' ? 'no' : 'with'} cache)` }),
    async trainPet({ photos, className, look, steps = 20, resumeFrom }, { onProgress, onSnapshot, signal, pause }) {
      const first = resumeFrom ? Number(new TextDecoder().decode(resumeFrom)) : 0;
      note(`train from ${first}`);
      const lossHistory: number[] = [];
      for (let step = first; step < steps; step++) {
        await misbehave(className, step, signal);
        lossHistory.push(1 / (step + 1));
        const preview = step === 2 ? { preview: await drawSquare(`${className} half learnt`) } : {};
        onProgress({ step: step + 1, steps, loss: 1 / (step + 1), ...preview });
        const isPausing = pause?.aborted === true && step + 1 < steps;
        if (step % 2 === 1 || isPausing) {
          onSnapshot?.(new TextEncoder().encode(String(step + 1)));
          // What is sent just before a crash may not arrive; the tests want it to.
          await sleep(10);
        }
        if (isPausing) throw new PausedError();
      }
      const digest = createHash('sha256');
      for (const photo of photos) digest.update(photo);
      return {
        lora: digest.digest(),
        previews: [await drawSquare(className)],
        lossHistory,
        seen: { look: look ?? 'brown', places: ['in a garden'] },
      };
    },
    async edit(input, { onProgress, signal }) {
      const { picture, changes, strengths, target = '', drawn } = input;
      const wanted = wordsInPicture(changes);
      const request = { earlier: input.caption, words: wanted };
      const caption = enoughCaption(request) ?? extendCaption(input.caption?.text, wanted);
      const words = `${caption.text} ${JSON.stringify(changes)} ${target}`;
      note(`edit ${words}${drawn ? ' replayed' : ''}${input.pet?.lora ? ' with a pet' : ''}`);
      onProgress({ phase: 'caption', step: 0, steps: 1 });
      const inversion = createHash('sha256').update(picture).update(caption.text).digest('hex');
      const isInversionCached = !drawn && inversions.has(inversion);
      inversions.add(inversion);
      const steps = 10;
      for (let step = 0; step < steps; step++) {
        await misbehave(words, step, signal);
        const preview = step === 7 ? { preview: await drawSquare(words) } : {};
        onProgress({ phase: drawn || step > 5 ? 'editing' : 'inversion', step: step + 1, steps, ...preview });
      }
      const changedShare = words.includes('nothing happens') ? 0 : 0.2;
      return {
        pictures: await Promise.all(strengths.map((strength) => paint(picture, `${words} ${strength}`))),
        caption,
        targetPrompt: changes.reduce(applied, target || caption.text),
        settings: { method: drawn ? 'replay' : (input.method ?? 'direct'), steps, guidanceScale: 7.5 },
        reconstruction: words.includes('lost') ? 12 : 31.4,
        isLost: words.includes('lost'),
        scores: strengths.map(() => ({ kind: 'changed-share', value: changedShare, changedShare })),
        isInversionCached,
        evaluations: isInversionCached ? 150 : 200,
        isPromptCut: words.includes('endless'),
        isLetterboxed: false,
      };
    },
    async imagine({ prompt, lora, count, seed, steps = 10, guidanceScale = 7.5 }, { onProgress, signal }) {
      note(`imagine ${prompt}`);
      if (lora && Buffer.from(lora).subarray(0, 2).toString() === 'PK') throw new UserError('loraPickle');
      for (let step = 0; step < steps; step++) {
        await misbehave(prompt, step, signal);
        const preview = step === 2 ? { preview: await drawSquare(`${prompt} half drawn`) } : {};
        onProgress({ step: step + 1, steps, ...preview });
      }
      const words = `${prompt} ${lora ? Buffer.from(lora).toString('hex') : ''}`;
      const pictures = await Promise.all(
        Array.from({ length: count }, (_, index) => drawSquare(`${words} ${seed + index}`)),
      );
      return { pictures, settings: { seed, steps, guidanceScale }, isPromptCut: prompt.includes('endless') };
    },
  };
};

async function drawSquare(words: string): Promise<Uint8Array> {
  const [r, g, b] = createHash('sha256').update(words).digest();
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background: { r: r!, g: g!, b: b! } } });
  return new Uint8Array(await image.png().toBuffer());
}

/** The picture with a square of one colour in a corner. */
async function paint(picture: Uint8Array, words: string): Promise<Uint8Array> {
  return new Uint8Array(
    await sharp(picture)
      .composite([{ input: Buffer.from(await drawSquare(words)), left: 4, top: 4 }])
      .png()
      .toBuffer(),
  );
}

function applied(caption: string, change: EditChange): string {
  if (change.kind === 'replace') return caption.replace(change.from, change.to);
  if (change.kind === 'weigh') return caption;
  return change.kind === 'add' ? `${caption} ${change.words}` : caption.replace(change.words, '').trim();
}
