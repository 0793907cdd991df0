/** @file What the editing pipeline is asked for, and what it answers: plain data, but for callbacks and the signal. */

import type { EditMethod } from '../loaders/recommendations.js';
import type { RgbImage } from '../pipelines/image-processor.js';
import type { SchedulerName } from '../schedulers/scheduling-base.js';
import type { AttentionControl } from './attention-control/attention-control.js';
import type { Inversion } from './inversion/inversion.js';

/** A picture from outside. */
export interface PostedPicture {
  readonly kind: 'posted';
  /** Of the checkpoint's own size. */
  readonly image: RgbImage;
  /** What it shows, in words that the checkpoint knows. */
  readonly prompt: string;
  /** Of an earlier edit of this picture; it is used where it fits (kind, prompt, steps) and made again where not. */
  readonly inversion?: Inversion;
}

/** A picture that this checkpoint has drawn; drawn again beside its edit, it needs no inversion. */
export interface DrawnSource {
  readonly kind: 'drawn';
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly seed: number | bigint;
  /** Index among the pictures of the seed. Default 0. */
  readonly index?: number;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly scheduler: SchedulerName;
  /** Noise of DDIM. Default 0. */
  readonly eta?: number;
  /** Whether the LoRA of the edit had a part in drawing it. */
  readonly hasLoRA: boolean;
}

/** How much of the source's attention is kept, against what is usual. */
export type KeptShares = Readonly<Record<'crossReplaceSteps' | 'selfReplaceSteps', number>>;

export interface EditOptions {
  readonly source: PostedPicture | DrawnSource;
  /** What the edited picture shall show. */
  readonly targetPrompt: string;
  /** What counts whatever the method is. What is left out comes from `planned`, the method and the checkpoint's recommendations; `blend` is off unless given. */
  readonly control?: Partial<AttentionControl>;
  /** What the words of the edit ask for, see `planEdit`. Its windows are for Prompt-to-Prompt: a method with windows of its own keeps those. */
  readonly planned?: Partial<AttentionControl>;
  /** How long the windows are, as factors of their lengths. Default 1. */
  readonly keptShares?: KeptShares;
  /** Of a posted picture. Default: as the checkpoint recommends. */
  readonly method?: EditMethod;
  /** Of a posted picture; a drawn one is edited with its own. Default: as the checkpoint recommends. */
  readonly steps?: number;
  /** Weight of the target prompt. Default: as recommended, or the drawn picture's own. */
  readonly guidanceScale?: number;
  /** Of `direct`, 0…1. Default: as the checkpoint recommends, or 1 where both prompts are the same. */
  readonly negativeSourceShare?: number;
  /** Of `edit-friendly` and `diffedit`, which draw random numbers. Default 0. */
  readonly seed?: number | bigint;
  /** Called after every step of inversion and editing, and awaited. */
  readonly onProgress?: (progress: EditProgress) => void | Promise<void>;
  /** Called once a new inversion is there, before the editing: what a cache keeps. */
  readonly onInversion?: (inversion: Inversion) => void | Promise<void>;
  /** Looked at before every evaluation of the model; an abort rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface EditProgress {
  readonly stage: 'inversion' | 'editing';
  /** Steps done, of all stages that this edit needs. */
  readonly step: number;
  readonly steps: number;
  /** Decodes what the edit now looks like; while editing only. */
  preview?(): Promise<RgbImage>;
}

/** Passes of one row through the UNet: what an edit costs. */
export interface EvaluationCount {
  readonly inversion: number;
  readonly editing: number;
  /** Passes backward through it, of null-text optimisation and pix2pix-zero. */
  readonly backward: number;
}

/** How far the edit went. */
export type EditScore =
  /** Cosine between the change of the picture and that of the text, −1…1; above about 0.1 the edit is visible. The checkpoint compares texts and pictures. */
  | { readonly kind: 'direction'; readonly value: number; readonly changedShare: number }
  /** Share of pixels that changed visibly, 0…1; the checkpoint cannot compare texts and pictures. */
  | { readonly kind: 'changed-share'; readonly value: number; readonly changedShare: number };

/** Where the picture was allowed to change. */
export interface EditMask {
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  /** [height, width], 1 where it was allowed. */
  readonly values: Uint8Array;
}

/** How a checkpoint takes a picture from outside. */
export interface PictureKnowledge {
  /** Of the picture after encoding and decoding against the picture itself, in decibels, at most 100. */
  readonly roundTripPsnr: number;
  /** Whether that is as much as the checkpoint recommends. */
  readonly isKnown: boolean;
  /**
   * Of the noise that DDIM inversion ended in, which draws of noise have at 0 and 1. What is usual depends on checkpoint and
   * steps, and words that do not fit the picture change it too. Absent with `edit-friendly`, which draws its noise.
   */
  readonly noise?: { readonly mean: number; readonly deviation: number };
}

/** Everything that decided the result, for repeating and changing it. */
export interface EditSettings {
  readonly sourcePrompt: string;
  readonly targetPrompt: string;
  /** `replay`: the picture was one of ours. */
  readonly method: EditMethod | 'replay';
  readonly steps: number;
  readonly guidanceScale: number;
  /** What is guided away from: 0 the empty text, 1 the source's prompt. */
  readonly negativeSourceShare: number;
  readonly seed: bigint;
  readonly control: AttentionControl;
}

export interface EditResult {
  readonly picture: RgbImage;
  /** [h, w, C], unit variance. */
  readonly latents: Float32Array;
  /** The source beside it, decoded from its own row. */
  readonly reconstruction: RgbImage;
  /**
   * Of the source row against the picture after encoding and decoding, in decibels, at most 100; below about 25 the inversion
   * has failed. Methods that write over the source's row have 100, whatever the picture: see `known`.
   */
  readonly reconstructionPsnr: number;
  /** Of a posted picture: whether the checkpoint knows such pictures, which no method can make up for. */
  readonly known?: PictureKnowledge;
  readonly score: EditScore;
  /** Of the last step; absent without `blend`. */
  readonly mask?: EditMask;
  readonly evaluations: EvaluationCount;
  /** Whether the inversion came from `source.inversion`. */
  readonly usedCachedInversion: boolean;
  readonly settings: EditSettings;
  /** Prompts of which the model saw only the beginning. */
  readonly truncatedPrompts: readonly string[];
}
