/**
 * @file What AdamW is told, on the host and in a graph. Without weight decay it is Adam.
 * Papers: Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2; Kingma & Ba 2014, arXiv:1412.6980, algorithm 1.
 */

/** `Decay` is a tensor where the decay is an input of a graph. */
export interface AdamWOptions<Decay = number> {
  /** Of the running mean of the gradient. Default 0.9. */
  readonly beta1?: number;
  /** Of the running mean of the squared gradient. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8; added to the root of the corrected second moment. */
  readonly epsilon?: number;
  /** Default 1e-2; decoupled: the parameter shrinks by learningRate · weightDecay, whatever its gradient. */
  readonly weightDecay?: Decay;
}

/** Of torch.optim.AdamW. */
export const ADAMW_DEFAULTS = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 1e-2,
} as const satisfies AdamWOptions;
