/** The engine's side of an edit: a photo of any size in, the same photo with something changed out. */
import type { StepWindow } from '#models/editing/attention-control/attention-control.js';
import type { EditOptions, EditResult } from '#models/editing/edit-options.js';
import { editingComponents } from '#models/editing/editing-components.js';
import {
  decodeInversion,
  encodeInversion,
  type Inversion,
  InversionFileError,
} from '#models/editing/inversion/inversion.js';
import { PromptToPromptPipeline } from '#models/editing/pipeline-prompt-to-prompt.js';
import { psnr } from '#models/evaluation/psnr.js';
import type { ActiveLoRA } from '#models/lora/active-lora.js';
import { imagesToPixels, type RgbImage } from '#models/pipelines/image-processor.js';
import { NotFiniteError } from '#models/pipelines/pipeline-stable-diffusion.js';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import type { EditCaption } from '#src/editing/edit-job.js';
import { asUserError, type EditPlan, guidanceOfStrength, keptOfStrength, planOf } from './edit-plan.js';
import { everything, type Missed, missedBy, missedByAll } from './edit-verdict.js';
import type { EditInput, EditOutput, EngineHooks, PetEngineOptions } from './engine-calls.js';
import type { InversionCache } from './inversion-cache.js';
import type { InversionKey } from './inversion-files.js';
import { encode, PhotoCanvas } from './photo-canvas.js';
import { type PhotoCaptioner, wordsInPicture } from './photo-caption.js';
import { PreviewPace } from './preview-pace.js';

/** A pet as the model knows it. */
export interface ActivePet {
  /** `token class`. */
  readonly name: string;
  readonly className: string;
  readonly lora?: ActiveLoRA;
}

export interface EditPhotoOptions {
  readonly model: StableDiffusionModel;
  readonly captioner: PhotoCaptioner;
  readonly inversions: InversionCache;
  readonly log: PetEngineOptions['log'];
  readonly sourcePet: ActivePet | undefined;
  readonly pet: ActivePet | undefined;
}

/** Below this, in decibels, the walk back to noise and out again has gone wrong. */
const LEAST_OF_INVERSION = 25;
/** Above this a picture that was drawn again is the same but for rounding. */
const LEAST_OF_REPLAY = 40;

export async function editPhoto(
  options: EditPhotoOptions,
  input: EditInput,
  hooks: EngineHooks<'edit'>,
): Promise<EditOutput> {
  const { model } = options;
  hooks.onProgress({ phase: 'caption', step: 0, steps: 1 });
  const canvas = await PhotoCanvas.open(input.picture, model.imageSize);
  try {
    const run = new EditRun(options, input, hooks, canvas);
    const replayed = input.drawn && (await run.replay(input.drawn));
    if (replayed) return replayed;
    const inverted = await run.invert();
    return input.drawn ? { ...inverted, replayObstacle: 'drawn-otherwise' } : inverted;
  } catch (error) {
    // The same seed would end the same way.
    throw error instanceof NotFiniteError ? new UserError('editDiverged') : error;
  }
}

class EditRun {
  readonly #options: EditPhotoOptions;
  readonly #input: EditInput;
  readonly #hooks: EngineHooks<'edit'>;
  readonly #canvas: PhotoCanvas;
  readonly #pace = new PreviewPace();

  constructor(options: EditPhotoOptions, input: EditInput, hooks: EngineHooks<'edit'>, canvas: PhotoCanvas) {
    this.#options = options;
    this.#input = input;
    this.#hooks = hooks;
    this.#canvas = canvas;
  }

  /** @returns undefined where the picture does not come out the same, e.g. because the checkpoint is another one since */
  async replay(drawn: NonNullable<EditInput['drawn']>): Promise<EditOutput | undefined> {
    const { model, sourcePet, pet, log } = this.#options;
    const name = (sourcePet ?? pet)?.name ?? '';
    const lora = (sourcePet ?? pet)?.lora;
    const plan = this.#plan(drawn.prompt, name, name);
    const results = await this.#editEach(
      plan,
      lora,
      drawn.guidanceScale,
      () => ({
        kind: 'drawn',
        prompt: plan.sourcePrompt,
        negativePrompt: drawn.negativePrompt,
        seed: drawn.seed,
        index: drawn.index,
        steps: drawn.steps,
        guidanceScale: drawn.guidanceScale,
        scheduler: drawn.scheduler ?? model.checkpoint.recommendations.sampling.scheduler,
        hasLoRA: sourcePet !== undefined,
      }),
      (first) => psnr(first.reconstruction, this.#canvas.square) >= LEAST_OF_REPLAY,
    );
    if (!results) {
      log.warn({}, 'a picture could not be drawn again exactly, and is edited like a photo');
      return undefined;
    }
    const pictures = await Promise.all(results.map(({ picture }) => encode(picture)));
    return this.#output(plan, { text: drawn.prompt, words: [], isGiven: true }, results, pictures);
  }

  async invert(): Promise<EditOutput> {
    const { model, captioner, sourcePet, pet } = this.#options;
    const { changes, caption: earlier, method = model.checkpoint.recommendations.editing.method, seed } = this.#input;
    const { square } = this.#canvas;
    const caption = await captioner.describe(
      imagesToPixels([square]),
      { earlier, words: wordsInPicture(changes) },
      this.#hooks.signal,
    );
    const sourceName = sourcePet?.className ?? '';
    const plan = this.#plan(caption.text, sourceName, pet?.name ?? sourceName);
    const { steps } = model.checkpoint.recommendations.editing;
    const kind = method === 'edit-friendly' ? method : 'ddim';
    const key: InversionKey = {
      picture: blobKeyOf(this.#input.picture),
      parts: [
        model.checkpoint.fingerprint,
        plan.sourcePrompt,
        steps,
        kind,
        ...(kind === 'edit-friendly' ? [seed] : []),
      ],
    };
    let inversion = await this.#cached(key);
    const { guidanceScale } = model.checkpoint.recommendations.editing;
    const results = await this.#editEach(
      plan,
      pet?.lora,
      guidanceScale,
      () => ({
        kind: 'posted',
        image: square,
        prompt: plan.sourcePrompt,
        ...(inversion && { inversion }),
      }),
      () => true,
      {
        method,
        seed,
        onInversion: async (made) => {
          inversion = made;
          await this.#keep(key, made);
        },
      },
    );
    const pictures = await Promise.all(
      results!.map(({ picture, reconstruction }) => this.#canvas.paste(reconstruction, picture)),
    );
    return this.#output(plan, caption, results!, pictures);
  }

  #plan(caption: string, sourceName: string, targetName: string): EditPlan {
    const { changes, target, keepBackground } = this.#input;
    const { editing } = this.#options.model.checkpoint.recommendations;
    return planOf({ caption, changes, target, keepBackground, sourceName, targetName, editing });
  }

  /** @returns undefined where the first result is not what was expected */
  async #editEach(
    plan: EditPlan,
    lora: ActiveLoRA | undefined,
    guidanceScale: number,
    sourceOf: () => EditOptions['source'],
    isExpected: (first: EditResult) => boolean,
    more: Pick<EditOptions, 'method' | 'seed' | 'onInversion'> = {},
  ): Promise<[EditResult, ...EditResult[]] | undefined> {
    const { model } = this.#options;
    const { strengths, petStrength } = this.#input;
    const scaled = lora && { ...lora, scale: lora.scale * petStrength };
    const pipeline = new PromptToPromptPipeline(editingComponents(model, scaled));
    const results: EditResult[] = [];
    for (const [index, strength] of strengths.entries()) {
      const result = await pipeline
        .edit({
          ...more,
          source: sourceOf(),
          targetPrompt: plan.targetPrompt,
          planned: plan.control,
          keptShares: keptOfStrength(strength, petStrength),
          guidanceScale: guidanceOfStrength(strength, guidanceScale),
          signal: this.#hooks.signal,
          onProgress: ({ stage, step, steps, preview }) =>
            this.#report({ stage, step: index * steps + step, steps: strengths.length * steps, preview }),
        })
        .catch((error: unknown) => {
          throw asUserError(error, plan.sourcePrompt);
        });
      if (index === 0 && !isExpected(result)) return undefined;
      results.push(result);
    }
    return results as [EditResult, ...EditResult[]];
  }

  async #report({
    stage,
    step,
    steps,
    preview,
  }: {
    readonly stage: 'inversion' | 'editing';
    readonly step: number;
    readonly steps: number;
    readonly preview: (() => Promise<RgbImage>) | undefined;
  }): Promise<void> {
    const progress = { phase: stage, step, steps };
    const isDrawn = preview && step < steps;
    const picture = isDrawn && (await this.#pace.run(async () => this.#canvas.preview(await preview())));
    this.#hooks.onProgress({ ...progress, ...(picture && { preview: picture }) });
  }

  async #cached(key: InversionKey): Promise<Inversion | undefined> {
    const bytes = await this.#options.inversions.get(key);
    if (!bytes) return undefined;
    try {
      return decodeInversion(bytes, this.#options.model.latentShape);
    } catch (error) {
      if (!(error instanceof InversionFileError)) throw error;
      this.#options.log.warn({ err: error }, 'an inversion is not usable and is made again');
      return undefined;
    }
  }

  /** A full disk costs the next edit its head start, not this one its result. */
  async #keep(key: InversionKey, inversion: Inversion): Promise<void> {
    await this.#options.inversions.put(key, encodeInversion(inversion)).catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'an inversion could not be kept');
    });
  }

  async #output(
    plan: EditPlan,
    caption: EditCaption,
    results: readonly [EditResult, ...EditResult[]],
    pictures: readonly Uint8Array[],
  ): Promise<EditOutput> {
    const [first] = results;
    const { method, steps, guidanceScale } = first.settings;
    const missed = await this.#missed(results);
    const isOptimised = method === 'null-text' && first.evaluations.backward > 0;
    return {
      pictures,
      caption,
      targetPrompt: plan.markedTarget,
      settings: {
        method,
        steps,
        guidanceScale,
        control: this.#toldControl(first.settings.control),
        byStrength: results.map(({ settings: { guidanceScale, control } }) => ({
          guidanceScale,
          crossReplaceSteps: toldWindow(control.crossReplaceSteps),
          selfReplaceSteps: toldWindow(control.selfReplaceSteps),
        })),
      },
      reconstruction: psnr(first.reconstruction, this.#canvas.square),
      isLost: first.reconstructionPsnr < LEAST_OF_INVERSION,
      isUnknown: first.known?.isKnown === false,
      scores: results.map(({ score }) => score),
      ...(missed && { missed }),
      isInversionCached: first.usedCachedInversion && !isOptimised,
      evaluations: results.reduce(
        (sum, { evaluations: { inversion, editing, backward } }) => sum + inversion + editing + backward,
        0,
      ),
      isPromptCut: first.truncatedPrompts.length > 0,
      isLetterboxed: this.#canvas.isLetterboxed,
      isSqueezed: this.#canvas.isSqueezed,
    };
  }

  /** What the strongest of the pictures shows, where none of them shows all that was asked for. */
  async #missed(results: readonly EditResult[]): Promise<EditOutput['missed']> {
    const { captioner, model, pet } = this.#options;
    const { leastDirection } = model.checkpoint.recommendations.editing;
    const { changes } = this.#input;
    const options = { captioner, changes, hasPet: pet !== undefined, leastDirection };
    const verdicts: Missed[] = [];
    for (const result of results) verdicts.push(await missedBy(result, options));
    const missed = missedByAll(verdicts, changes.length);
    if (missed.length === 0) return undefined;
    const pixels = imagesToPixels([results.at(-1)!.picture]);
    const { text } = await captioner.describe(pixels, { words: [] }, this.#hooks.signal);
    return { seen: text, ...(missed !== everything && { parts: [...missed] }) };
  }

  #toldControl({ alignment, selfReplaceLevel, blend }: EditResult['settings']['control']) {
    const { model, sourcePet, pet } = this.#options;
    const { blendThreshold } = model.checkpoint.recommendations.editing;
    const marked = (words: readonly string[]) =>
      words.map((one) =>
        [sourcePet, pet].reduce((text, of) => (of?.lora ? text.replaceAll(of.name, petMarker) : text), one),
      );
    return {
      alignment,
      selfReplaceLevel,
      ...(blend && {
        blend: {
          source: marked(blend.source),
          target: marked(blend.target),
          subtract: marked([...(blend.subtractSource ?? []), ...(blend.subtractTarget ?? [])]),
          threshold: blend.threshold ?? blendThreshold,
        },
      }),
    };
  }
}

function toldWindow(window: StepWindow): number | [number, number] {
  return typeof window === 'number' ? window : [window[0], window[1]];
}
