/**
 * @file Edits a picture by its words: walk the picture back to noise, then draw it with the new words while attention,
 * taken from the old ones, keeps it in place.
 * Papers: Hertz et al. 2022, arXiv:2208.01626; Ju et al. 2023, arXiv:2310.01506.
 */
import type { AttentionControl } from '../attention-control/attention-control.js';
import { type ControlSchedule, createControlSchedule } from '../attention-control/control-schedule.js';
import { LocalBlend } from '../attention-control/local-blend.js';
import { imagesToPixels, pixelsToImages, type RgbImage } from '../image-processor.js';
import { invertDDIM, latentsAt } from '../inversion/ddim-inversion.js';
import { firstEditFriendlyStep, invertEditFriendly } from '../inversion/edit-friendly-inversion.js';
import { EvaluationMeter } from '../inversion/evaluation-meter.js';
import type { Inversion, InversionKind } from '../inversion/inversion.js';
import { optimizeNullText } from '../inversion/null-text-inversion.js';
import {
  ddimTrack,
  directTrack,
  editFriendlyTrack,
  negativePromptTrack,
  nullTextTrack,
  proximalTrack,
  replayTrack,
  type SourceTrack,
} from '../inversion/source-track.js';
import { clipDirection } from '../metrics/clip-direction.js';
import { changedShare, psnr } from '../metrics/psnr.js';
import { createGenerator } from '../random.js';
import type {
  DrawnSource,
  EditMethod,
  EditOptions,
  EditProgress,
  EditResult,
  EditScore,
  EditSettings,
  PostedPicture,
} from './edit-options.js';
import type { EditingComponents } from './editing-components.js';
import { type EditedLatents, runEditLoop } from './prompt-to-prompt-loop.js';

const TRACKS = {
  direct: directTrack,
  ddim: ddimTrack,
  'negative-prompt': negativePromptTrack,
  proximal: proximalTrack,
  'null-text': nullTextTrack,
  'edit-friendly': editFriendlyTrack,
} satisfies Record<EditMethod, unknown>;

/** A picture ready to be edited. */
interface PreparedSource {
  readonly track: SourceTrack;
  /** The picture after encoding and decoding, which the source's row is measured against; undefined where that row is our own drawing. */
  readonly roundTrip?: Float32Array;
  readonly usedCachedInversion: boolean;
}

export class PromptToPromptPipeline {
  private readonly components: EditingComponents;

  constructor(components: EditingComponents) {
    this.components = components;
  }

  /**
   * @throws AttentionControlError where words of the control are not in the prompts; RangeError for options out of range;
   * NotFiniteError; the signal's reason (an AbortError by default) after an abort
   */
  async edit(options: EditOptions): Promise<EditResult> {
    const { source, signal, onProgress } = options;
    signal?.throwIfAborted();
    const settings = resolveSettings(options, this.components);
    // 1. what is asked for must fit the prompts, before anything is computed
    const schedule = this.createSchedule(settings);
    const blend = this.createBlend(settings, schedule);
    // 2. text
    const meter = new EvaluationMeter(this.components);
    const run: EditRun = {
      options,
      settings,
      components: meter.components,
      embeddings: await this.encode(settings, source),
    };
    // 3. the way back to noise
    const prepared = source.kind === 'drawn' ? this.replay(run, source) : await this.invert(run, source);
    const inversion = { forward: meter.forward, backward: meter.backward };
    // 4. the edit
    const { track } = prepared;
    const inversionSteps = stepsOfInversion(settings, prepared.usedCachedInversion, source.kind);
    const total = inversionSteps + settings.steps - track.firstStep;
    const latents = await runEditLoop({
      components: meter.components,
      track,
      schedule,
      ...(blend ? { blend } : {}),
      embeddings: run.embeddings,
      guidanceScale: settings.guidanceScale,
      loraScales: this.loraScales(source),
      ...(signal ? { signal } : {}),
      onStep: (step, original) =>
        onProgress?.({
          stage: 'editing',
          step: inversionSteps + step,
          steps: total,
          preview: () => this.decode(original()),
        }),
    });
    // 5. pictures and scores
    signal?.throwIfAborted();
    const pictures = await this.decodePictures(latents, prepared);
    const [height, width] = this.components.latentShape;
    return {
      ...pictures,
      latents: latents.target,
      score: await this.score(settings, pictures.reconstruction, pictures.picture),
      ...(blend?.mask ? { mask: { height, width, values: blend.mask } } : {}),
      evaluations: {
        inversion: inversion.forward,
        editing: meter.forward - inversion.forward,
        backward: meter.backward,
      },
      usedCachedInversion: prepared.usedCachedInversion,
      settings,
      truncatedPrompts: [settings.sourcePrompt, settings.targetPrompt].filter(
        (prompt) => this.components.tokenizer.encodePadded(prompt).truncated,
      ),
    };
  }

  private createSchedule({ sourcePrompt, targetPrompt, control, steps }: EditSettings): ControlSchedule {
    const { tokenizer, levels } = this.components;
    return createControlSchedule({ tokenizer, levels, sourcePrompt, targetPrompt, control, steps });
  }

  private createBlend({ control, steps }: EditSettings, { source, target }: ControlSchedule): LocalBlend | undefined {
    const { latentShape, recommendations } = this.components;
    if (!control.blend) return undefined;
    const words = { threshold: recommendations.blendThreshold, ...control.blend };
    return new LocalBlend({ words, source, target, steps, latentShape });
  }

  private async encode(settings: EditSettings, source: EditOptions['source']): Promise<EditEmbeddings> {
    const encode = (text: string) => {
      const { ids } = this.components.tokenizer.encodePadded(text);
      return this.components.encodeText(ids, 1);
    };
    return {
      empty: await encode(source.kind === 'drawn' ? (source.negativePrompt ?? '') : ''),
      source: await encode(settings.sourcePrompt),
      target: await encode(settings.targetPrompt),
    };
  }

  private replay({ embeddings, settings }: EditRun, source: DrawnSource): PreparedSource {
    const { schedulerConfig, latentShape } = this.components;
    const track = replayTrack(schedulerConfig, {
      scheduler: source.scheduler,
      steps: settings.steps,
      seed: source.seed,
      index: source.index ?? 0,
      eta: source.eta ?? 0,
      guidanceScale: source.guidanceScale,
      unconditional: embeddings.empty,
      latentSize: latentShape.reduce((product, side) => product * side, 1),
    });
    return { track, usedCachedInversion: false };
  }

  private async invert(run: EditRun, source: PostedPicture): Promise<PreparedSource> {
    const { options, settings, embeddings, components } = run;
    const method = settings.method as EditMethod;
    const cached = this.usable(source.inversion, settings) ? source.inversion : undefined;
    const total = stepsOfInversion(settings, cached !== undefined, 'posted') + editingSteps(settings);
    const report = (done: number) =>
      options.onProgress?.({ stage: 'inversion', step: done, steps: total } satisfies EditProgress);
    let inversion = cached ?? (await this.walkBack(run, source, report));
    let isNew = cached === undefined;
    if (method === 'null-text' && inversion.nullText?.guidanceScale !== settings.guidanceScale) {
      inversion = await optimizeNullText({
        components,
        inversion,
        conditional: embeddings.source,
        unconditional: embeddings.empty,
        guidanceScale: settings.guidanceScale,
        ...(options.signal ? { signal: options.signal } : {}),
        onStep: (step) => report((cached ? 0 : settings.steps) + step),
      });
      isNew = true;
    }
    if (isNew) await options.onInversion?.(inversion);
    return {
      track: TRACKS[method](components.schedulerConfig, inversion, embeddings),
      roundTrip: latentsAt(inversion, 0),
      usedCachedInversion: cached !== undefined,
    };
  }

  private async walkBack(
    { options, settings, embeddings, components }: EditRun,
    source: PostedPicture,
    onStep: (step: number) => void | Promise<void> | undefined,
  ): Promise<Inversion> {
    const mean = await components.encodeImage(imagesToPixels([source.image]));
    const shared = {
      components,
      latents: mean.map((value) => value * components.scalingFactor),
      prompt: settings.sourcePrompt,
      embedding: embeddings.source,
      steps: settings.steps,
      ...(options.signal ? { signal: options.signal } : {}),
      onStep: async (step: number) => onStep(step),
    };
    return inversionKind(settings.method) === 'ddim'
      ? invertDDIM(shared)
      : invertEditFriendly({ ...shared, generator: createGenerator(settings.seed).fork('edit-friendly inversion') });
  }

  private usable(inversion: Inversion | undefined, { method, sourcePrompt, steps }: EditSettings): boolean {
    return (
      inversion !== undefined &&
      inversion.kind === inversionKind(method) &&
      inversion.prompt === sourcePrompt &&
      inversion.steps === steps &&
      inversion.latentShape.join() === this.components.latentShape.join()
    );
  }

  private loraScales(source: EditOptions['source']) {
    const { hasLoRA } = this.components;
    return { source: hasLoRA && source.kind === 'drawn' && source.hasLoRA ? 1 : 0, target: hasLoRA ? 1 : 0 };
  }

  private async decodePictures({ source, target }: EditedLatents, { roundTrip }: PreparedSource) {
    const picture = await this.decode(target);
    const reconstruction = await this.decode(source);
    const isExact = !roundTrip || roundTrip.every((value, index) => value === source[index]);
    const expected = isExact ? reconstruction : await this.decode(roundTrip);
    return { picture, reconstruction, reconstructionPsnr: psnr(reconstruction, expected) };
  }

  private async decode(latents: Float32Array): Promise<RgbImage> {
    const { scalingFactor, imageSize } = this.components;
    const pixels = await this.components.decodeLatents(
      latents.map((value) => value / scalingFactor),
      1,
    );
    return pixelsToImages(pixels, ...imageSize)[0]!;
  }

  private async score(settings: EditSettings, before: RgbImage, after: RgbImage): Promise<EditScore> {
    const { compare } = this.components;
    const share = changedShare(before, after);
    if (!compare) return { kind: 'changed-share', value: share, changedShare: share };
    const pictures = [
      await compare.embedPicture(imagesToPixels([before])),
      await compare.embedPicture(imagesToPixels([after])),
    ] as const;
    const texts = [
      await compare.embedText(settings.sourcePrompt),
      await compare.embedText(settings.targetPrompt),
    ] as const;
    return { kind: 'direction', value: clipDirection(pictures, texts), changedShare: share };
  }
}

/** Embeddings of the texts of an edit, [L, D]; `empty` is what is guided away from. */
interface EditEmbeddings {
  readonly empty: Float32Array;
  readonly source: Float32Array;
  readonly target: Float32Array;
}

interface EditRun {
  readonly options: EditOptions;
  readonly settings: EditSettings;
  /** Counted. */
  readonly components: EditingComponents;
  readonly embeddings: EditEmbeddings;
}

const inversionKind = (method: EditSettings['method']): InversionKind =>
  method === 'edit-friendly' ? 'edit-friendly' : 'ddim';

const editingSteps = ({ method, steps }: EditSettings): number =>
  method === 'edit-friendly' ? steps - firstEditFriendlyStep(steps) : steps;

function stepsOfInversion(settings: EditSettings, isCached: boolean, kind: EditOptions['source']['kind']): number {
  if (kind === 'drawn') return 0;
  const optimisation = settings.method === 'null-text' ? settings.steps : 0;
  return (isCached ? 0 : editingSteps(settings)) + optimisation;
}

function resolveSettings(options: EditOptions, { recommendations, hasLoRA }: EditingComponents): EditSettings {
  const { source, targetPrompt } = options;
  if (source.kind === 'drawn' && source.hasLoRA && !hasLoRA) {
    throw new RangeError('the picture was drawn with a LoRA, and none is given');
  }
  const { crossReplaceSteps, selfReplaceSteps, selfReplaceLevel } = recommendations;
  const control: AttentionControl = {
    alignment: 'refine',
    crossReplaceWords: [],
    equalizer: [],
    crossReplaceSteps,
    selfReplaceSteps,
    selfReplaceLevel,
    ...options.control,
  };
  const guidanceScale =
    options.guidanceScale ?? (source.kind === 'drawn' ? source.guidanceScale : recommendations.guidanceScale);
  if (!Number.isFinite(guidanceScale)) throw new RangeError(`guidanceScale must be a number, got ${guidanceScale}`);
  return {
    sourcePrompt: source.prompt,
    targetPrompt,
    method: source.kind === 'drawn' ? 'replay' : (options.method ?? recommendations.method),
    steps: source.kind === 'drawn' ? source.steps : (options.steps ?? recommendations.steps),
    guidanceScale,
    seed: createGenerator(options.seed ?? 0).seed,
    control,
  };
}
