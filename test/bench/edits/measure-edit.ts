/** @file One edit of one case, and what became of it. */
import { AttentionControlError } from '#models/editing/attention-control/attention-control.js';
import { type EditInstruction, planEdit } from '#models/editing/attention-control/edit-instruction.js';
import type { EvaluationCount } from '#models/editing/edit-options.js';
import type { Inversion } from '#models/editing/inversion/inversion.js';
import type { PromptToPromptPipeline } from '#models/editing/pipeline-prompt-to-prompt.js';
import { maskedFeatureDistance, maskedPsnr, maskedSsim } from '#models/evaluation/masked-similarity.js';
import { imagesToPixels, type RgbImage } from '#models/pipelines/image-processor.js';
import { type EditCase, editMask } from '#models/toy-world/edit-cases.js';
import type { Attribute } from '#models/toy-world/judges/judge.js';
import type { Judges } from '#models/toy-world/judges/judges.js';
import type { LineUp } from '#models/toy-world/judges/line-up.js';
import { TOY_PIXELS } from '#models/toy-world/pretraining/toy-pets-configuration.js';
import { drawScene } from '#models/toy-world/render.js';
import { describeScene } from '#models/toy-world/scene.js';
import { missedBy } from '#workers/engine/edit-verdict.js';
import { type PhotoCaptioner, wordsInPicture } from '#workers/engine/photo-caption.js';
import { controlOf, type Variant } from './variants.js';

/** Half of what one latent covers: an edit cannot have finer borders. */
const MASK_MARGIN = 4;

export interface MeasuredEdit {
  /** Outside the true mask, against the picture as posted. Null where the mask is all of it. */
  readonly background: { readonly psnr: number; readonly ssim: number; readonly distance: number } | null;
  /** What was asked for is there. */
  readonly isDone: boolean;
  /** What was not mentioned is as it was. */
  readonly isRestKept: boolean;
  readonly evaluations: EvaluationCount;
  readonly inversionSeconds: number;
  readonly editSeconds: number;
  readonly reconstructionPsnr: number;
  /** Whether the picture changed as the words did, −1…1. */
  readonly direction: number;
  readonly caption: string;
  /** Whether the person would have been told that it missed. Absent with given captions. */
  readonly isToldMissed?: boolean;
}

export interface EditBench {
  readonly judges: Judges;
  /** Reads captions as the chat does; without it the true ones are given. */
  readonly captioner?: PhotoCaptioner;
  readonly leastDirection: number;
  readonly lineUp: LineUp;
  /** @param subject position of the pet in the line-up */
  pipelineFor(subject: number | undefined): PromptToPromptPipeline;
  /** What stands for the pet in a prompt. */
  wordsOf(subject: number): string;
}

export interface PosedEdit {
  readonly edit: EditCase;
  /** Position in the line-up of the pet that is swapped in. */
  readonly subject?: number;
}

/**
 * @param inversions of this picture so far, by method; a new one is added
 * @returns undefined where the controller does not fit the prompts
 */
export async function measureEdit(
  bench: EditBench,
  { edit, subject }: PosedEdit,
  { method, controller }: Pick<Variant, 'method' | 'controller'>,
  inversions: Map<
    string,
    { readonly inversion: Inversion; readonly seconds: number; readonly evaluations: EvaluationCount }
  >,
): Promise<{ readonly measured: MeasuredEdit; readonly picture: RgbImage } | undefined> {
  const instructions = edit.instructions.map((instruction) =>
    instruction.kind === 'replace' && instruction.to === '{pet}'
      ? { ...instruction, to: bench.wordsOf(subject!) }
      : instruction,
  );
  const image = { rgb: drawScene(edit.source, TOY_PIXELS), width: TOY_PIXELS, height: TOY_PIXELS };
  const sourceCaption = bench.captioner ? await read(bench.captioner, image, instructions) : edit.sourceCaption;
  const { targetPrompt, control } =
    instructions.length === 0 ? { targetPrompt: sourceCaption, control: {} } : planEdit(sourceCaption, instructions);
  const known = inversions.get(method);
  const startedAt = performance.now();
  let invertedAt = startedAt;
  let inversion = known?.inversion;
  const result = await bench
    .pipelineFor(subject)
    .edit({
      source: { kind: 'posted', image, prompt: sourceCaption, ...(inversion && { inversion }) },
      targetPrompt,
      ...controlOf(controller, control),
      method,
      onInversion(made) {
        invertedAt = performance.now();
        inversion = made;
      },
    })
    .catch((error: unknown) => {
      if (error instanceof AttentionControlError && error.problem === 'word-counts-differ') return undefined;
      throw error;
    });
  if (!result) return undefined;
  const editSeconds = (performance.now() - invertedAt) / 1000;
  if (!known)
    inversions.set(method, {
      inversion: inversion!,
      seconds: (invertedAt - startedAt) / 1000,
      evaluations: { ...result.evaluations, editing: 0 },
    });
  const made = inversions.get(method)!;
  const isToldMissed =
    bench.captioner &&
    (
      await missedBy(result, {
        captioner: bench.captioner,
        changes: instructions,
        hasPet: subject !== undefined,
        leastDirection: bench.leastDirection,
      })
    ).length > 0;
  return {
    picture: result.picture,
    measured: {
      background: await compareOutside(bench.judges, edit, image, result.picture),
      ...(await judge(bench, edit, subject, result.picture)),
      evaluations: {
        inversion: made.evaluations.inversion,
        backward: made.evaluations.backward,
        editing: result.evaluations.editing,
      },
      inversionSeconds: made.seconds,
      editSeconds,
      reconstructionPsnr: result.reconstructionPsnr,
      direction: result.score.value,
      caption: sourceCaption,
      ...(isToldMissed !== undefined && { isToldMissed }),
    },
  };
}

async function read(captioner: PhotoCaptioner, image: RgbImage, instructions: readonly EditInstruction[]) {
  const words = wordsInPicture(instructions);
  const { text } = await captioner.describe(imagesToPixels([image]), { words }, new AbortController().signal);
  return text;
}

async function compareOutside(judges: Judges, edit: EditCase, before: RgbImage, after: RgbImage) {
  const counted = editMask(edit, TOY_PIXELS, MASK_MARGIN).map((value) => 1 - value);
  if (counted.every((value) => value === 0)) return null;
  const compared = { one: before.rgb, other: after.rgb, width: TOY_PIXELS, height: TOY_PIXELS, counted };
  const [one] = await judges.features(imagesToPixels([before]));
  const [other] = await judges.features(imagesToPixels([after]));
  return {
    psnr: maskedPsnr(compared),
    ssim: maskedSsim(compared),
    distance: maskedFeatureDistance(one!, other!, compared),
  };
}

/** A change is done where the judge sees the new attributes; a swap, where the line-up names the pet. */
async function judge(bench: EditBench, edit: EditCase, subject: number | undefined, picture: RgbImage) {
  const pixels = imagesToPixels([picture]);
  const [answer] = await bench.judges.attributes(pixels);
  const before = describeScene(edit.source);
  const wanted = describeScene(edit.target);
  const names = Object.keys(wanted) as Attribute[];
  const isRight = (name: Attribute) => answer![name] === wanted[name];
  const isChanged = (name: Attribute) => before[name] !== wanted[name];
  if (subject !== undefined) {
    const [recognised] = await bench.lineUp.identify(pixels);
    return { isDone: recognised === subject, isRestKept: (['clothes', 'setting'] as const).every(isRight) };
  }
  const changed = names.filter(isChanged);
  const kept = names.filter((name) => !isChanged(name));
  // Where nothing is to change, keeping everything is what was asked for.
  return { isDone: (changed.length === 0 ? kept : changed).every(isRight), isRestKept: kept.every(isRight) };
}
