/** @file The linear layers of a UNet that a LoRA changes, and how each is called and shaped. */

/** A linear layer, by its path inside the UNet. */
export interface LoRAModule {
  /** Such as `down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`. */
  readonly path: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

const ATTENTION_PROJECTION = /\.attn[12]\.to_(?:q|k|v|out\.0)$/;

/**
 * Queries, keys, values and outputs of all self- and cross-attention, in the order of their paths: what diffusers' LoRA
 * training scripts adapt.
 * @param shapes names and shapes of all parameters, as `recordParameters` finds them
 * @param prefix path of the UNet in these names, such as `unet`
 */
export function attentionProjections(shapes: ReadonlyMap<string, readonly number[]>, prefix = ''): LoRAModule[] {
  const start = prefix === '' ? '' : `${prefix}.`;
  const modules: LoRAModule[] = [];
  for (const [name, shape] of shapes) {
    if (!name.startsWith(start) || !name.endsWith('.weight')) continue;
    const path = name.slice(start.length, -'.weight'.length);
    if (!ATTENTION_PROJECTION.test(path)) continue;
    const [outFeatures, inFeatures] = shape as [number, number];
    modules.push({ path, inFeatures, outFeatures });
  }
  return modules.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
