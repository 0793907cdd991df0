/**
 * @file One step of DreamBooth with LoRA as a function of tensors: noising, prediction, loss, gradients, AdamW.
 * Everything that may differ between two trainings is an input, so one compiled graph serves all pets.
 */
import * as tf from '@tensorflow/tfjs';
import type { LoRALookup } from '../lora/lora-layer.js';
import type { LoRALayout } from '../lora/lora-layout.js';
import { loraLookup } from '../lora/lora-lookup.js';
import type { Signature, TensorSpec, TracedFunction } from '../tensors/engine/engine.js';
import { computedAfter } from '../tensors/engine/native-kernels.js';
import { adamWUpdate } from '../tensors/optimizers/adamw-update.js';
import { clipGradientsByGlobalNorm } from '../tensors/optimizers/clip-gradients.js';
import type { Parameters } from '../tensors/parameters.js';
import { dreamBoothLoss } from './loss.js';

/** What is trained through: `new UNet2DConditionModel(config, parameters)` is one. */
export interface NoisePredictor {
  /**
   * @param sample [B, h, w, C] @param timesteps [B] @param encoderHiddenStates [B, L, D]
   * @returns predicted noise, [B, h, w, C]
   */
  forward(
    sample: tf.Tensor4D,
    timesteps: tf.Tensor1D,
    encoderHiddenStates: tf.Tensor3D,
    options: { readonly lora: LoRALookup },
  ): tf.Tensor;
}

export interface DreamBoothLoRAStepOptions {
  readonly createUNet: (parameters: Parameters) => NoisePredictor;
  readonly layout: LoRALayout;
  /** Rows whose gradients are computed together; the others wait for their turn, in the memory of these. Default: all. */
  readonly rowsAtOnce?: number;
}

export interface DreamBoothLoRAShapes {
  readonly layout: LoRALayout;
  /** Instance and class rows together. */
  readonly rows: number;
  /** [h, w, C] */
  readonly latentShape: readonly [number, number, number];
  /** [L, D] */
  readonly embeddingShape: readonly [number, number];
}

/** Inputs of the step. The factors and moments are [layout.size], see `createLoRALayout`. */
export function dreamBoothLoRASignature({
  layout,
  rows,
  latentShape,
  embeddingShape,
}: DreamBoothLoRAShapes): Signature {
  const float = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });
  return {
    lora: float(layout.size),
    m: float(layout.size),
    v: float(layout.size),
    /** Number of this update, from 1. */
    step: float(),
    learning_rate: float(),
    weight_decay: float(),
    max_gradient_norm: float(),
    /** alpha / rank. */
    lora_scale: float(),
    /** z₀, with the scaling factor. */
    latents: float(rows, ...latentShape),
    noise: float(rows, ...latentShape),
    timesteps: float(rows),
    /** √ᾱ of each row's timestep. */
    signal_rates: float(rows),
    /** √(1 − ᾱ) of each row's timestep. */
    noise_rates: float(rows),
    encoder_hidden_states: float(rows, ...embeddingShape),
    /** See `dreamBoothRowWeights`. */
    row_weights: float(rows),
  };
}

/** Inputs: `dreamBoothLoRASignature`. Outputs: the next `lora`, `m`, `v`; `loss` and `gradient_norm` (before clipping) of this step. */
export function dreamBoothLoRAStep(options: DreamBoothLoRAStepOptions): TracedFunction {
  return (inputs, parameters) => {
    const input = (name: string): tf.Tensor => inputs[name]!;
    const { loss, gradient } = lossAndGradient(options, inputs, parameters);
    const { gradients, norm } = clipGradientsByGlobalNorm([gradient], input('max_gradient_norm'));
    const next = adamWUpdate({
      param: input('lora'),
      grad: gradients[0]!,
      m: input('m'),
      v: input('v'),
      step: input('step'),
      learningRate: input('learning_rate'),
      weightDecay: input('weight_decay'),
    });
    return { lora: next.param, m: next.m, v: next.v, loss, gradient_norm: norm };
  };
}

interface LossAndGradient {
  readonly loss: tf.Tensor;
  /** [layout.size] */
  readonly gradient: tf.Tensor;
}

/** Both are sums over the rows, so rows in turn give what all rows at once do. */
function lossAndGradient(
  { createUNet, layout, rowsAtOnce }: DreamBoothLoRAStepOptions,
  inputs: Readonly<Record<string, tf.Tensor>>,
  parameters: Parameters,
): LossAndGradient {
  const unet = createUNet(parameters);
  const rows = inputs.latents!.shape[0]!;
  const size = rowsAtOnce ?? rows;
  let sum: LossAndGradient | undefined;
  for (let first = 0; first < rows; first += size) {
    const some = (name: string): tf.Tensor =>
      size >= rows ? inputs[name]! : tf.slice(inputs[name]!, first, Math.min(size, rows - first));
    const inTurn = (tensor: tf.Tensor) => computedAfter(tensor, sum ? [sum.loss, sum.gradient] : []);
    const perRow = (rates: tf.Tensor) => tf.reshape(rates, [-1, 1, 1, 1]);
    const noisy = inTurn(
      tf.add(tf.mul(some('latents'), perRow(some('signal_rates'))), tf.mul(some('noise'), perRow(some('noise_rates')))),
    ) as tf.Tensor4D;
    const lossOf = (packed: tf.Tensor): tf.Scalar => {
      const lora = loraLookup(packed, layout, inputs.lora_scale!);
      const states = some('encoder_hidden_states') as tf.Tensor3D;
      const prediction = unet.forward(noisy, some('timesteps') as tf.Tensor1D, states, { lora });
      return dreamBoothLoss(prediction, some('noise'), some('row_weights'));
    };
    const { value: loss, grad: gradient } = tf.valueAndGrad(lossOf)(inTurn(inputs.lora!));
    sum = sum ? { loss: tf.add(sum.loss, loss), gradient: tf.add(sum.gradient, gradient) } : { loss, gradient };
  }
  return sum!;
}
