/**
 * @file The names that LoRA files give to the layers of a UNet.
 * Names are looked up in a table made from our own list of layers: turning `_` back into `.` would be ambiguous.
 * Reference: diffusers loaders/lora_conversion_utils.py; kohya-ss/sd-scripts networks/lora.py.
 */

export type LoRAFileFormat = 'kohya' | 'kohya-sgm' | 'diffusers' | 'diffusers-attn-procs' | 'peft';

/** What a tensor of a file is. */
export interface LoRAKey {
  readonly path: string;
  readonly role: 'down' | 'up' | 'alpha';
  readonly format: LoRAFileFormat;
}

export type LoRAKeyLookup = (name: string) => LoRAKey | undefined;

const FACTOR_SUFFIXES: readonly { readonly pattern: RegExp; readonly down: string }[] = [
  { pattern: /\.lora_(down|up)\.weight$/, down: 'down' },
  { pattern: /\.lora\.(down|up)\.weight$/, down: 'down' },
  { pattern: /\.lora_linear_layer\.(down|up)\.weight$/, down: 'down' },
  { pattern: /_lora\.(down|up)\.weight$/, down: 'down' },
  { pattern: /\.lora_([AB])(?:\.[^.]{1,100})?\.weight$/, down: 'A' },
];

/** @param paths modules that may have factors, inside the UNet */
export function createLoRAKeyLookup(paths: readonly string[]): LoRAKeyLookup {
  const stems = new Map<string, { path: string; format: LoRAFileFormat }>();
  const layersPerBlock = countAttentions(paths);
  for (const path of paths) {
    stems.set(`lora_unet_${flatten(path)}`, { path, format: 'kohya' });
    const sgm = sgmPath(path, layersPerBlock);
    if (sgm) stems.set(`lora_unet_${flatten(sgm)}`, { path, format: 'kohya-sgm' });
    const attention = /^(.+\.attn[12])\.(to_q|to_k|to_v|to_out)(?:\.0)?$/.exec(path);
    for (const prefix of ['', 'unet.']) {
      stems.set(`${prefix}${path}`, { path, format: 'diffusers' });
      if (attention) {
        const stem = `${prefix}${attention[1]}.processor.${attention[2]}`;
        stems.set(stem, { path, format: 'diffusers-attn-procs' });
      }
    }
    for (const prefix of ['base_model.model.', 'base_model.model.unet.', 'unet.base_model.model.']) {
      stems.set(`${prefix}${path}`, { path, format: 'peft' });
    }
  }

  return (name) => {
    const alpha = /^(.+?)(?:\.lora)?\.alpha$/.exec(name);
    if (alpha) {
      const found = stems.get(alpha[1]!);
      return found && { ...found, role: 'alpha' };
    }
    for (const { pattern, down } of FACTOR_SUFFIXES) {
      const match = pattern.exec(name);
      const found = match && stems.get(name.slice(0, match.index));
      if (!found) continue;
      const format = down === 'A' && found.format === 'diffusers' ? 'peft' : found.format;
      return { path: found.path, format, role: match[1] === down ? 'down' : 'up' };
    }
    return undefined;
  };
}

/** The name of a module in kohya files, without `lora_unet_`. */
export const flatten = (path: string): string => path.replaceAll('.', '_');

/** Attention layers per down block: the stride of the original checkpoint's block numbers. */
function countAttentions(paths: readonly string[]): number {
  const indices = paths.map((path) => Number(/^down_blocks\.\d+\.attentions\.(\d+)\./.exec(path)?.[1] ?? -1));
  return Math.max(...indices, -1) + 1;
}

/** The module's path in the original repository's UNet, which numbers input, middle and output blocks. */
function sgmPath(path: string, layersPerBlock: number): string | undefined {
  const match = /^(down_blocks|up_blocks|mid_block)(?:\.(\d+))?\.attentions\.(\d+)\.(.+)$/.exec(path);
  if (!match || layersPerBlock === 0) return undefined;
  const [, kind, block = '0', layer, rest] = match;
  const blockStart = Number(block) * (layersPerBlock + 1) + Number(layer);
  if (kind === 'down_blocks') return `input_blocks.${blockStart + 1}.1.${rest}`;
  if (kind === 'up_blocks') return `output_blocks.${blockStart}.1.${rest}`;
  return `middle_block.1.${rest}`;
}
