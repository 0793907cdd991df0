/**
 * @file Edits a picture by its words: walk the picture back to noise, then draw it with the new words while attention,
 * taken from the old ones, keeps it in place.
 * Papers: Hertz et al. 2022, arXiv:2208.01626; Ju et al. 2023, arXiv:2310.01506.
 */

import { readPromptWeights } from '../clip/prompt-weights.js';
import { clipDirection } from '../evaluation/clip-direction.js';
import { momentsOf } from '../evaluation/moments.js';
import { changedShare, psnr } from '../evaluation/psnr.js';
import { encodePrompt } from '../pipelines/encode-prompt.js';
import { imagesToPixels, pixelsToImages, type RgbImage } from '../pipelines/image-processor.js';
import type { AttentionControl } from './attention-control/attention-control.js';
import { type ControlSchedule, createControlSchedule } from './attention-control/control-schedule.js';
import { CROSS_ATTENTION_GUIDANCE } from './attention-control/cross-attention-guidance.js';
import { type LatentMask, LocalBlend } from './attention-control/local-blend.js';
import { PLUG_AND_PLAY_FEATURE_STEPS } from './attention-control/plug-and-play-controller.js';
import type { EditOptions, EditResult, EditScore, EditSettings, PictureKnowledge } from './edit-options.js';
import { resolveEditSettings } from './edit-settings.js';
import { type EditRun, invertSource, type PreparedSource, replaySource } from './edit-source.js';
import type { EditingComponents } from './editing-components.js';
import { EvaluationMeter } from './inversion/evaluation-meter.js';
import { type EditedLatents, runEditLoop } from './prompt-to-prompt-loop.js';

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
    const { source, signal } = options;
    signal?.throwIfAborted();
    // 1. what is asked for must fit the prompts, before anything is computed
    const settings = resolveEditSettings(options, this.components);
    const schedule = this.createSchedule(settings);
    const blend = this.createBlend(settings, schedule);
    // 2. text
    const meter = new EvaluationMeter(this.components);
    const embeddings = await this.encodePrompts(settings, source);
    const run: EditRun = { options, settings, components: meter.components, embeddings };
    // 3. the way back to noise
    const prepared = source.kind === 'drawn' ? replaySource(run, source) : await invertSource(run, source);
    const inversionEvaluations = meter.forward;
    // 4. the edit
    // A method that finds the place by itself is not told another.
    const mask = prepared.mask ?? blend;
    const latents = await this.editLatents(run, prepared, schedule, mask);
    // 5. pictures and scores
    signal?.throwIfAborted();
    const { known, ...pictures } = await this.decodePictures(latents, prepared, source);
    const [height, width] = this.components.latentShape;
    return {
      ...pictures,
      ...(known ? { known } : {}),
      latents: latents.target,
      score: await this.score(settings, pictures.reconstruction, pictures.picture),
      ...(mask?.mask ? { mask: { height, width, values: mask.mask } } : {}),
      evaluations: {
        inversion: inversionEvaluations,
        editing: meter.forward - inversionEvaluations,
        backward: meter.backward,
      },
      usedCachedInversion: prepared.usedCachedInversion,
      settings,
      truncatedPrompts: [settings.sourcePrompt, settings.targetPrompt].filter(
        (prompt) => this.components.tokenizer.encodePadded(readPromptWeights(prompt).text).truncated,
      ),
    };
  }

  private createSchedule({ sourcePrompt, targetPrompt, control, steps }: EditSettings): ControlSchedule {
    const { tokenizer, levels } = this.components;
    return createControlSchedule({
      tokenizer,
      levels,
      sourcePrompt: readPromptWeights(sourcePrompt).text,
      targetPrompt: readPromptWeights(targetPrompt).text,
      control: plainControl(control),
      steps,
    });
  }

  private createBlend({ control, steps }: EditSettings, { source, target }: ControlSchedule): LocalBlend | undefined {
    const { latentShape, recommendations } = this.components;
    if (!control.blend) return undefined;
    const { blendThreshold } = recommendations;
    const words = { threshold: blendThreshold, subtractThreshold: blendThreshold, ...plainControl(control).blend! };
    return new LocalBlend({ words, source, target, steps, latentShape });
  }

  private async encodePrompts(
    { sourcePrompt, targetPrompt }: EditSettings,
    source: EditOptions['source'],
  ): Promise<EditRun['embeddings']> {
    const encode = async (text: string) => (await encodePrompt(this.components, text)).embedding;
    return {
      empty: await encode(source.kind === 'drawn' ? (source.negativePrompt ?? '') : ''),
      source: await encode(sourcePrompt),
      target: await encode(targetPrompt),
    };
  }

  private editLatents(
    { options, settings, components, embeddings }: EditRun,
    { track, steps: stepsBefore }: PreparedSource,
    schedule: ControlSchedule,
    blend: LatentMask | undefined,
  ): Promise<EditedLatents> {
    const { source, signal, onProgress } = options;
    const { hasLoRA } = components;
    return runEditLoop({
      components,
      track,
      schedule,
      embeddings,
      guidanceScale: settings.guidanceScale,
      loraScales: {
        source: source.kind === 'drawn' && source.hasLoRA ? 1 : 0,
        target: hasLoRA ? 1 : 0,
      },
      ...(blend ? { blend } : {}),
      ...(settings.method === 'plug-and-play' ? { featureSteps: PLUG_AND_PLAY_FEATURE_STEPS } : {}),
      ...(settings.method === 'pix2pix-zero' ? { crossAttentionGuidance: CROSS_ATTENTION_GUIDANCE } : {}),
      ...(signal ? { signal } : {}),
      onStep: (step, original) =>
        onProgress?.({
          stage: 'editing',
          step: stepsBefore + step,
          steps: stepsBefore + settings.steps - track.firstStep,
          preview: () => this.decode(original()),
        }),
    });
  }

  private async decodePictures(
    { source, target }: EditedLatents,
    { latents, noise }: PreparedSource,
    before: EditOptions['source'],
  ) {
    const picture = await this.decode(target);
    const reconstruction = await this.decode(source);
    const isExact = !latents || latents.every((value, index) => value === source[index]);
    const roundTrip = isExact ? reconstruction : await this.decode(latents);
    return {
      picture,
      reconstruction,
      reconstructionPsnr: psnr(reconstruction, roundTrip),
      ...(before.kind === 'posted' ? { known: this.knowledge(before.image, roundTrip, noise) } : {}),
    };
  }

  private knowledge(image: RgbImage, roundTrip: RgbImage, noise: Float32Array | undefined): PictureKnowledge {
    const roundTripPsnr = psnr(roundTrip, image);
    const isKnown = roundTripPsnr >= this.components.recommendations.leastRoundTripPsnr;
    return { roundTripPsnr, isKnown, ...(noise ? { noise: momentsOf(noise) } : {}) };
  }

  private async decode(latents: Float32Array): Promise<RgbImage> {
    const { scalingFactor, imageSize } = this.components;
    const unscaled = latents.map((value) => value / scalingFactor);
    const pixels = await this.components.decodeLatents(unscaled, 1);
    return pixelsToImages(pixels, ...imageSize)[0]!;
  }

  private async score(settings: EditSettings, before: RgbImage, after: RgbImage): Promise<EditScore> {
    const { compare } = this.components;
    const share = changedShare(before, after);
    if (!compare) return { kind: 'changed-share', value: share, changedShare: share };
    const pictureOf = (image: RgbImage) => compare.embedPicture(imagesToPixels([image]));
    const pictures = [await pictureOf(before), await pictureOf(after)] as const;
    const { sourcePrompt, targetPrompt } = settings;
    const textOf = (prompt: string) => compare.embedText(readPromptWeights(prompt).text);
    const texts = [await textOf(sourcePrompt), await textOf(targetPrompt)] as const;
    return { kind: 'direction', value: clipDirection(pictures, texts), changedShare: share };
  }
}

/** Words are looked for in prompts without the signs of weights. */
function plainControl(control: AttentionControl): AttentionControl {
  const plain = (words: string) => readPromptWeights(words).text;
  const plainOf = <Entry extends { readonly words: string }>(entry: Entry): Entry => ({
    ...entry,
    words: plain(entry.words),
  });
  const { blend } = control;
  return {
    ...control,
    crossReplaceWords: control.crossReplaceWords.map(plainOf),
    equalizer: control.equalizer.map(plainOf),
    ...(blend && {
      blend: {
        ...blend,
        source: blend.source.map(plain),
        target: blend.target.map(plain),
        ...(blend.subtractSource && { subtractSource: blend.subtractSource.map(plain) }),
        ...(blend.subtractTarget && { subtractTarget: blend.subtractTarget.map(plain) }),
      },
    }),
  };
}
