/**
 * @file Classifier-free guidance: away from what the model draws without the prompt.
 *
 * Paper: Classifier-Free Diffusion Guidance, https://arxiv.org/abs/2207.12598
 */

/** Whether a scale changes anything: at 1 the conditional prediction is taken as it is. */
export const isGuided = (guidanceScale: number): boolean => guidanceScale > 1;

/** ε_u + w·(ε_c − ε_u) of a batch [2·P, …] that holds P unconditional rows, then P conditional ones; rows after them are ignored. */
export function guide(predictions: Float32Array, guidanceScale: number, size: number): Float32Array {
  const guided = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const unconditional = predictions[i]!;
    guided[i] = unconditional + guidanceScale * (predictions[size + i]! - unconditional);
  }
  return guided;
}
