/**
 * @file The DreamBooth loss: mean squared error over the rows of the pet plus λ times that over the rows of its class.
 * Paper: Ruiz et al. 2023, arXiv:2208.12242, eq. (2). Hang et al. 2023, arXiv:2303.09556 (Min-SNR-γ).
 * Reference: diffusers examples/dreambooth/train_dreambooth_lora.py.
 */
import * as tf from '@tensorflow/tfjs';

/**
 * Σ weightᵢ · mean((predictionᵢ − targetᵢ)²) over the rows i.
 * @param prediction [rows, h, w, C] @param target [rows, h, w, C]
 * @param rowWeights [rows], from `dreamBoothRowWeights`
 * @returns scalar
 */
export function dreamBoothLoss(prediction: tf.Tensor, target: tf.Tensor, rowWeights: tf.Tensor): tf.Scalar {
  const axes = prediction.shape.slice(1).map((_, axis) => axis + 1);
  const rowLosses = tf.mean(tf.squaredDifference(prediction, target), axes);
  return tf.sum(tf.mul(rowLosses, rowWeights)) as tf.Scalar;
}

export interface DreamBoothRows {
  /** Rows of the pet; they come first. */
  readonly instanceRows: number;
  /** Rows of the class, which keep it from turning into the pet; none without prior preservation. */
  readonly classRows: number;
}

/**
 * The two means of the loss as one weight per row: 1/n for the n instance rows, λ/m for the m class rows.
 * @param priorLossWeight λ
 * @param factors one more factor per row, such as `minSnrWeights`
 */
export function dreamBoothRowWeights(
  { instanceRows, classRows }: DreamBoothRows,
  priorLossWeight: number,
  factors?: readonly number[],
): Float32Array {
  return Float32Array.from({ length: instanceRows + classRows }, (_, row) => {
    const share = row < instanceRows ? 1 / instanceRows : priorLossWeight / classRows;
    return share * (factors?.[row] ?? 1);
  });
}

/**
 * min(SNR, γ) / SNR of each timestep, the weight of an ε-prediction loss.
 * @param alphasCumprod ᾱ by timestep; SNR = ᾱ / (1 − ᾱ)
 */
export function minSnrWeights(alphasCumprod: ArrayLike<number>, timesteps: readonly number[], gamma: number): number[] {
  return timesteps.map((timestep) => {
    const alpha = alphasCumprod[timestep]!;
    const snr = alpha / (1 - alpha);
    return Math.min(snr, gamma) / snr;
  });
}
