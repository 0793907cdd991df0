/**
 * @file First values of parameters that are trained from nothing, by their checkpoint names.
 * Reference: `reset_parameters` of PyTorch's Linear, Conv2d and norms; `zero_module` of Rombach et al. 2022 for the last
 * layer of each residual branch, so that a fresh network starts as the identity.
 */
import type { Generator } from './random.js';

const ZERO_AT_START = /(^|\.)(conv_out|conv2|proj_out|net\.2)\.weight$/;
const EMBEDDING = /(token_embedding|position_embedding|class_embedding)(\.weight)?$/;
const NORM = /norm(?:\d|_out)?\.(weight|bias)$/;

/** Standard deviation of CLIP's token embeddings, `CLIPPreTrainedModel._init_weights` with initializer_factor 1. */
const EMBEDDING_STD = 0.02;

/**
 * @param shape PyTorch layout
 * @param options.zeroResidualBranches the last layer of each branch starts at zero (for UNets)
 */
export function initialParameter(
  name: string,
  shape: readonly number[],
  generator: Generator,
  options: { zeroResidualBranches?: boolean } = {},
): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const random = generator.fork(name);
  if (NORM.test(name)) return new Float32Array(count).fill(name.endsWith('weight') ? 1 : 0);
  if (EMBEDDING.test(name)) return random.normals(count).map((value) => value * EMBEDDING_STD);
  if (options.zeroResidualBranches && ZERO_AT_START.test(name)) return new Float32Array(count);
  if (name.endsWith('logit_scale')) return new Float32Array(count).fill(Math.log(1 / 0.07)); // Radford et al. 2021, 2.5
  if (shape.length === 1) return new Float32Array(count);
  const fanIn = count / shape[0]!;
  const bound = 1 / Math.sqrt(fanIn);
  return Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * bound);
}
