/**
 * @file Teaches a LoRA one subject: the loop around the compiled step. It runs on the host and knows no engine.
 * Paper: Ruiz et al. 2023, arXiv:2208.12242; Hu et al. 2021, arXiv:2106.09685.
 */
import { createHash } from 'node:crypto';
import { initializeLoRA, type LoRAAdapter, packLoRA, unpackLoRA } from '../lora/lora-adapter.js';
import type { LoRALayout } from '../lora/lora-layout.js';
import type { CompiledFunction } from '../tensors/engine/engine.js';
import { type HostTensor, hostScalar, hostTensor } from '../tensors/engine/host-tensor.js';
import { createGenerator } from '../tensors/random.js';
import {
  checkDreamBoothData,
  type DreamBoothBatchOptions,
  type DreamBoothData,
  drawDreamBoothBatch,
} from './dreambooth-batches.js';
import { type DreamBoothState, decodeSnapshot, encodeSnapshot } from './dreambooth-snapshot.js';
import { type LearningRateSchedule, learningRateFactor } from './lr-scheduler.js';

export interface DreamBoothLoRASettings extends DreamBoothBatchOptions {
  readonly rank: number;
  /** Default: the rank. */
  readonly alpha?: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Default `constant`. */
  readonly schedule?: LearningRateSchedule;
  readonly warmupSteps?: number;
  /** Default 1e-2. */
  readonly weightDecay?: number;
  /** Gradients are scaled down to this norm; default 1. */
  readonly maxGradientNorm?: number;
}

export interface DreamBoothLoRAOptions {
  /** `dreamBoothLoRAStep`, compiled with `dreamBoothLoRASignature` for these rows and shapes. */
  readonly step: CompiledFunction;
  readonly layout: LoRALayout;
  readonly data: DreamBoothData;
  readonly settings: DreamBoothLoRASettings;
  /** Tells checkpoints apart, so that no snapshot goes on with another one. */
  readonly checkpoint?: string;
}

export interface DreamBoothProgress {
  /** Updates done, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Mean loss of the last steps, at most `RUNNING_MEAN_STEPS`. */
  readonly meanLoss: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** The LoRA as it is after this step. */
  adapter(): LoRAAdapter;
}

export interface DreamBoothLoRAHandlers {
  readonly onProgress?: (progress: DreamBoothProgress) => void | Promise<void>;
  /** Bytes for `resumeFrom`. */
  readonly onSnapshot?: (snapshot: Uint8Array, step: number) => void | Promise<void>;
  /** Steps between two snapshots; default 50. A divergence goes back to the last one. */
  readonly snapshotEverySteps?: number;
  /** Stops before the next step, throwing the signal's reason. */
  readonly signal?: AbortSignal;
  /** Stops after at least one more step, with a snapshot of it. */
  readonly pause?: AbortSignal | undefined;
  readonly resumeFrom?: Uint8Array;
}

export interface TrainedLoRA {
  readonly adapter: LoRAAdapter;
  /** Loss of each step. */
  readonly lossHistory: readonly number[];
}

/** Loss or gradients were not finite, again after going back to a snapshot with half the learning rate. Trying again cannot help. */
export class TrainingDivergedError extends Error {
  readonly step: number;
  readonly loss: number;

  constructor(step: number, loss: number) {
    super(`The training diverged at step ${step} (loss ${loss}), also with a lower learning rate`);
    this.name = 'TrainingDivergedError';
    this.step = step;
    this.loss = loss;
  }
}

/** The training was asked to pause, and goes on from its last snapshot. */
export class TrainingPausedError extends Error {
  constructor(step: number) {
    super(`The training paused after step ${step}`);
    this.name = 'TrainingPausedError';
  }
}

export const RUNNING_MEAN_STEPS = 50;
const DEFAULT_SNAPSHOT_STEPS = 50;
const MAX_RESTARTS = 1;

/**
 * Trains from scratch or from a snapshot. The result depends on data, settings and engine only.
 * @throws TrainingDivergedError, TrainingPausedError, SnapshotError, or the reason of the signal
 */
export async function trainDreamBoothLoRA(
  options: DreamBoothLoRAOptions,
  handlers: DreamBoothLoRAHandlers = {},
): Promise<TrainedLoRA> {
  const { layout, data, settings } = options;
  const { onProgress, onSnapshot, signal, pause, resumeFrom, snapshotEverySteps = DEFAULT_SNAPSHOT_STEPS } = handlers;
  checkDreamBoothData(data, settings);
  const fingerprint = settingsFingerprint(options);
  let state = resumeFrom ? decodeSnapshot(resumeFrom, fingerprint, layout.size) : initialState(options);
  let safe = state;

  while (state.step < settings.steps) {
    signal?.throwIfAborted();
    const learningRate = learningRateAt(settings, state);
    const next = await runStep(options, state, learningRate);
    if (!Number.isFinite(next.loss) || !Number.isFinite(next.gradientNorm)) {
      if (safe.restarts >= MAX_RESTARTS) throw new TrainingDivergedError(state.step + 1, next.loss);
      state = safe = { ...safe, restarts: safe.restarts + 1 };
      continue;
    }
    state = next.state;
    const isPausing = pause?.aborted === true && state.step < settings.steps;
    if (state.step % snapshotEverySteps === 0 || state.step === settings.steps || isPausing) {
      safe = state;
      await onSnapshot?.(encodeSnapshot(state, fingerprint), state.step);
    }
    await onProgress?.({
      step: state.step,
      steps: settings.steps,
      loss: next.loss,
      meanLoss: meanOfLast(state.lossHistory, RUNNING_MEAN_STEPS),
      learningRate,
      gradientNorm: next.gradientNorm,
      adapter: () => unpackLoRA(next.state.lora, layout, settings),
    });
    if (isPausing) throw new TrainingPausedError(state.step);
  }
  return { adapter: unpackLoRA(state.lora, layout, settings), lossHistory: state.lossHistory };
}

function initialState({ layout, settings }: DreamBoothLoRAOptions): DreamBoothState {
  const modules = layout.slots.map(({ module }) => module);
  const fresh = initializeLoRA(modules, createGenerator(settings.seed).fork('factors'), settings);
  const zeros = () => new Float32Array(layout.size);
  return { step: 0, lora: packLoRA(fresh, layout).values, m: zeros(), v: zeros(), lossHistory: [], restarts: 0 };
}

function learningRateAt(settings: DreamBoothLoRASettings, { step, restarts }: DreamBoothState): number {
  const { learningRate, schedule = 'constant', steps, warmupSteps } = settings;
  return learningRate * learningRateFactor({ schedule, steps, warmupSteps }, step) * 0.5 ** restarts;
}

async function runStep(
  { step, layout, data, settings }: DreamBoothLoRAOptions,
  state: DreamBoothState,
  learningRate: number,
) {
  const { rank, alpha = rank, weightDecay = 1e-2, maxGradientNorm = 1 } = settings;
  const batch = drawDreamBoothBatch(data, settings, state.step);
  const rows = settings.instanceRows + settings.classRows;
  const vector = (values: Float32Array): HostTensor => hostTensor([values.length], values);
  const outputs = await step.run({
    lora: hostTensor([layout.size], state.lora),
    m: hostTensor([layout.size], state.m),
    v: hostTensor([layout.size], state.v),
    step: hostScalar(state.step + 1),
    learning_rate: hostScalar(learningRate),
    weight_decay: hostScalar(weightDecay),
    max_gradient_norm: hostScalar(maxGradientNorm),
    lora_scale: hostScalar(alpha / rank),
    latents: hostTensor([rows, ...data.latentShape], batch.latents),
    noise: hostTensor([rows, ...data.latentShape], batch.noise),
    timesteps: vector(batch.timesteps),
    signal_rates: vector(batch.signalRates),
    noise_rates: vector(batch.noiseRates),
    encoder_hidden_states: hostTensor([rows, ...data.embeddingShape], batch.encoderHiddenStates),
    row_weights: vector(batch.rowWeights),
  });
  const values = (name: string): Float32Array => outputs[name]!.data as Float32Array;
  const loss = values('loss')[0]!;
  const next: DreamBoothState = {
    step: state.step + 1,
    restarts: state.restarts,
    lora: values('lora'),
    m: values('m'),
    v: values('v'),
    lossHistory: [...state.lossHistory, loss],
  };
  return { state: next, loss, gradientNorm: values('gradient_norm')[0]! };
}

function meanOfLast(values: readonly number[], count: number): number {
  const last = values.slice(-count);
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}

/** All settings and shapes on which the course of a training depends; not the data, which engines compute a little differently. */
function settingsFingerprint({ layout, data, settings, checkpoint = '' }: DreamBoothLoRAOptions): string {
  const counts = [data.instances.length, data.classPictures.length, data.latentShape, data.embeddingShape];
  const modules = layout.slots.map(({ module }) => module);
  const fields = Object.entries({ ...settings, seed: String(settings.seed) }).filter(
    ([, value]) => value !== undefined,
  );
  const sorted = fields.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([sorted, counts, layout.rank, modules, checkpoint]);
  return createHash('sha256').update(text).digest('hex');
}
