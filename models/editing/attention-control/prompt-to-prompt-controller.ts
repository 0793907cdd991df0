/**
 * @file Prompt-to-Prompt inside the UNet: the target's row takes attention from the source's row of the same batch, by
 * weights that are inputs of the graph (see `control-schedule.ts` for the formula).
 * Paper: Hertz et al. 2022, arXiv:2208.01626, algorithm 1.
 */
import * as tf from '@tensorflow/tfjs';
import type { AttentionController, AttentionSite, QueriesAndKeys } from '../../transformers/attention-processor.js';

/** Which rows of a batch stand for what; the others (unconditional ones) are left alone. */
export interface RowRoles {
  readonly count: number;
  /** The source prompt's row. */
  readonly source: number;
  /** The target prompt's row. */
  readonly target: number;
}

export interface PromptToPromptControllerOptions {
  readonly rows: RowRoles;
  /** h of the latents: what level 0 of the UNet has. */
  readonly latentHeight: number;
  /** Level whose cross-attention is for blending; where it has none, the next finer one that has. */
  readonly blendLevel: number;
  /** [L, L] */
  readonly mapper: tf.Tensor2D;
  /** [L] */
  readonly sourceGain: tf.Tensor1D;
  /** [L] */
  readonly targetGain: tf.Tensor1D;
  /** [levels], 1 or 0 */
  readonly selfReplace: tf.Tensor1D;
}

export class PromptToPromptController implements AttentionController {
  readonly #options: PromptToPromptControllerOptions;
  readonly #collected: { readonly map: tf.Tensor; readonly level: number; readonly site: AttentionSite }[] = [];

  constructor(options: PromptToPromptControllerOptions) {
    this.#options = options;
  }

  /** A row with the source's queries and keys has the source's self-attention, exactly, without a map being built. */
  beforeAttention({ q, k }: QueriesAndKeys, site: AttentionSite): QueriesAndKeys {
    if (site.kind !== 'self') return { q, k };
    const weight = this.selfWeight(site);
    const swap = (x: tf.Tensor4D) =>
      this.#withTarget(x, (source, target) => tf.add(target, tf.mul(tf.sub(source, target), weight)));
    return { q: swap(q), k: swap(k) };
  }

  /** 1 where self-attention is the source's, [1]. */
  protected selfWeight(site: AttentionSite): tf.Tensor {
    return tf.slice(this.#options.selfReplace, levelOf(site, this.#options.latentHeight), 1);
  }

  wantsMap(site: AttentionSite): boolean {
    return site.kind === 'cross';
  }

  attend(probabilities: tf.Tensor4D, site: AttentionSite): tf.Tensor4D {
    const { mapper, sourceGain, targetGain, rows, latentHeight } = this.#options;
    const edited = this.#withTarget(probabilities, (source, target) => {
      const [, heads, queries, length] = source.shape;
      const mapped = tf.reshape(tf.matMul(tf.reshape(source, [heads! * queries!, length!]), mapper), source.shape);
      return tf.add(tf.mul(mapped, sourceGain), tf.mul(target, targetGain));
    });
    const parts = [rowOf(edited, rows.source), rowOf(edited, rows.target)];
    const map = tf.mean(tf.concat(parts, 0), 1); // [2, Q, L]
    this.#collected.push({ map, site, level: levelOf(site, latentHeight) });
    return edited;
  }

  /**
   * Cross-attention of the blending level after a forward pass, averaged over heads and layers.
   * @returns [2, h', w', L]: source, target
   */
  crossMaps(): tf.Tensor4D {
    const levels = this.#collected.map(({ level }) => level);
    const level = Math.max(...levels.filter((candidate) => candidate <= this.#options.blendLevel), Math.min(...levels));
    const chosen = this.#collected.filter((entry) => entry.level === level);
    const mean = tf.div(tf.addN(chosen.map(({ map }) => map)), chosen.length);
    return tf.reshape(mean, [2, ...chosen[0]!.site.resolution, mean.shape.at(-1)!]);
  }

  /** The batch with another target row. */
  #withTarget(x: tf.Tensor4D, edit: (source: tf.Tensor4D, target: tf.Tensor4D) => tf.Tensor): tf.Tensor4D {
    const { source, target, count } = this.#options.rows;
    const edited = edit(rowOf(x, source), rowOf(x, target));
    const others = (from: number, to: number) =>
      to > from ? [tf.slice(x, [from, 0, 0, 0], [to - from, ...x.shape.slice(1)])] : [];
    return tf.concat([...others(0, target), edited, ...others(target + 1, count)], 0) as tf.Tensor4D;
  }
}

const rowOf = (x: tf.Tensor4D, row: number): tf.Tensor4D =>
  tf.slice(x, [row, 0, 0, 0], [1, ...x.shape.slice(1)]) as tf.Tensor4D;

/** How often the latents were halved, odd sides rounded up, to get the size of the site. */
export function levelOf({ resolution: [siteHeight] }: AttentionSite, latentHeight: number): number {
  let level = 0;
  for (let height = latentHeight; height > siteHeight; height = Math.ceil(height / 2)) level += 1;
  return level;
}
