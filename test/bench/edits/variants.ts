/** @file What is compared: each way back to noise with each way of keeping attention. */
import type { AttentionControl } from '#models/attention-control/attention-control.js';
import { EDIT_METHODS, type EditMethod } from '#models/pipelines/edit-options.js';

/** How attention is kept, and whether a mask keeps the rest of the picture. */
export const CONTROLLERS = ['refine + blend', 'refine', 'replace + blend', 'none'] as const;
export type Controller = (typeof CONTROLLERS)[number];

export interface Variant {
  readonly method: EditMethod;
  readonly controller: Controller;
  /** Of each kind of edit; null-text optimisation takes minutes where the others take seconds. */
  readonly casesPerKind: number;
}

export const DEFAULT_VARIANT = { method: 'direct', controller: 'refine + blend' } as const;
const CASES_PER_KIND = 14;
const NULL_TEXT_CASES_PER_KIND = 2;

export const VARIANTS: readonly Variant[] = EDIT_METHODS.flatMap((method) =>
  CONTROLLERS.map((controller) => ({
    method,
    controller,
    casesPerKind: method === 'null-text' ? NULL_TEXT_CASES_PER_KIND : CASES_PER_KIND,
  })),
);

/** @param planned what the words of the edit ask for: blend words, weights */
export function controlOf(controller: Controller, planned: Partial<AttentionControl>): Partial<AttentionControl> {
  const { blend, ...others } = planned;
  switch (controller) {
    case 'refine + blend':
      return planned;
    case 'refine':
      return others;
    case 'replace + blend':
      return { ...planned, alignment: 'replace' };
    case 'none':
      return { ...others, alignment: 'none', crossReplaceSteps: 0, selfReplaceSteps: 0 };
  }
}
