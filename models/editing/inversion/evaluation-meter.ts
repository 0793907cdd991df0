/** @file Counts how often the UNet is asked: the cost of an edit, in rows. */
import type { EditingComponents } from '../editing-components.js';

export class EvaluationMeter {
  /** The components it was made for, counted. */
  readonly components: EditingComponents;
  #forward = 0;
  #backward = 0;

  constructor(components: EditingComponents) {
    this.components = {
      ...components,
      predictNoise: (input) => {
        this.#forward += input.rows;
        return components.predictNoise(input);
      },
      predictControlled: (input) => {
        this.#forward += input.rows.count;
        return components.predictControlled(input);
      },
      nullTextGradient: (input) => {
        this.#forward += 1;
        this.#backward += 1;
        return components.nullTextGradient(input);
      },
      crossAttentionGradient: (input) => {
        this.#forward += 2;
        this.#backward += 1;
        return components.crossAttentionGradient(input);
      },
    };
  }

  /** Passes forward so far. */
  get forward(): number {
    return this.#forward;
  }

  /** Passes backward so far. */
  get backward(): number {
    return this.#backward;
  }
}
