/** @file What is compared: each way back to noise with each way of keeping attention, and the related methods with their own. */
import type { AttentionControl } from '#models/editing/attention-control/attention-control.js';
import type { EditOptions } from '#models/editing/edit-options.js';
import { EDIT_METHODS, type EditMethod } from '#models/loaders/recommendations.js';

/** How attention is kept, and whether a mask by words keeps the rest of the picture. */
export const CONTROLLERS = [
  'refine + blend',
  'refine',
  'replace + blend',
  'none',
  'its own',
  'its own + blend',
] as const;
export type Controller = (typeof CONTROLLERS)[number];

export interface Variant {
  readonly method: EditMethod;
  readonly controller: Controller;
  /** Of each kind of edit. */
  readonly casesPerKind: number;
}

const DEFAULT_VARIANT = { method: 'direct', controller: 'refine + blend' } as const;
/** Null-text optimisation takes many times as long as the others. */
export const CASES_PER_KIND = { default: 14, compared: 7, nullText: 2 } as const;

/** Methods with a way of their own to keep the picture. DiffEdit finds its mask, too. */
const OWN_CONTROLLERS: Partial<Record<EditMethod, readonly Controller[]>> = {
  diffedit: ['its own'],
  'plug-and-play': ['its own', 'its own + blend'],
  'pix2pix-zero': ['its own', 'its own + blend'],
};
const INVERSION_CONTROLLERS: readonly Controller[] = ['refine + blend', 'refine', 'replace + blend', 'none'];

export const isDefault = ({ method, controller }: Pick<Variant, 'method' | 'controller'>): boolean =>
  method === DEFAULT_VARIANT.method && controller === DEFAULT_VARIANT.controller;

export const VARIANTS: readonly Variant[] = EDIT_METHODS.flatMap((method) =>
  (OWN_CONTROLLERS[method] ?? INVERSION_CONTROLLERS).map((controller) => ({
    method,
    controller,
    casesPerKind:
      method === 'null-text'
        ? CASES_PER_KIND.nullText
        : CASES_PER_KIND[isDefault({ method, controller }) ? 'default' : 'compared'],
  })),
);

/** @param planned what the words of the edit ask for: blend words, weights, windows */
export function controlOf(
  controller: Controller,
  planned: Partial<AttentionControl>,
): Pick<EditOptions, 'planned' | 'control'> {
  const { blend: _, ...others } = planned;
  switch (controller) {
    case 'refine + blend':
    case 'its own + blend':
      return { planned };
    case 'refine':
    case 'its own':
      return { planned: others };
    case 'replace + blend':
      return { planned, control: { alignment: 'replace' } };
    case 'none':
      return { planned: others, control: { alignment: 'none', crossReplaceSteps: 0, selfReplaceSteps: 0 } };
  }
}
