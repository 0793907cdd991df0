/** @file How strong the layers of a LoRA are, as PEFT writes it down beside the factors: in adapter_config.json, which diffusers puts into the metadata. */
import { LoRAFileError } from './lora-file-error.js';

/** Where diffusers keep PEFT's configuration in a file's metadata. */
export const ADAPTER_CONFIG_KEY = 'lora_adapter_metadata';

export interface LoRAScaling {
  /** Whether the file says how strong it is. */
  readonly isGiven: boolean;
  /** The strength is alpha / rank. */
  alphaOf(path: string, rank: number): number;
}

/** @throws LoRAFileError where it asks for what is not read */
export function readLoRAScaling(source: string, metadata: Readonly<Record<string, string>>): LoRAScaling {
  const text = metadata[ADAPTER_CONFIG_KEY];
  const field = text === undefined ? () => undefined : fieldsOf(source, text);
  const method = field('peft_type');
  if (method !== undefined && method !== 'LORA')
    throw new LoRAFileError(source, 'unsupported', `it uses ${String(method).slice(0, 40)}; only plain LoRA is read`);
  if (field('use_dora') === true)
    throw new LoRAFileError(source, 'unsupported', 'it uses DoRA; only plain LoRA is read');
  const patterns = patternsOf(source, field('alpha_pattern'));
  const alpha = field('lora_alpha');
  if (alpha !== undefined && !isNumber(alpha))
    throw new LoRAFileError(source, 'malformed', `its ${ADAPTER_CONFIG_KEY} has a lora_alpha that is no number`);
  const isByRoot = field('use_rslora') === true;
  return {
    isGiven: alpha !== undefined,
    alphaOf(path, rank) {
      const ofLayer = patterns.find(([name]) => isMeant(name, path))?.[1];
      // Rank-stabilised: the strength is alpha / √rank.
      return (ofLayer ?? alpha ?? rank) * (isByRoot ? Math.sqrt(rank) : 1);
    },
  };
}

function fieldsOf(source: string, text: string): (name: string) => unknown {
  try {
    const fields: Record<string, unknown> = Object(JSON.parse(text));
    return (name) => fields[`unet.${name}`] ?? fields[name] ?? undefined;
  } catch (error) {
    throw new LoRAFileError(source, 'malformed', `its ${ADAPTER_CONFIG_KEY} is not JSON`, { cause: error });
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isMeant = (name: string, path: string): boolean =>
  name.startsWith('^') ? path === name.slice(1) : `.${path}`.endsWith(`.${name}`);

/** A name of a layer, or the end of one. PEFT reads these as regular expressions; plain names are what its users write. */
const plainName = /^\^?[A-Za-z0-9_.]{1,200}$/;

/** Alphas of single layers, the first that fits counts. */
function patternsOf(source: string, pattern: unknown): [name: string, alpha: number][] {
  const entries = Object.entries(Object(pattern) as Record<string, unknown>);
  return entries.map(([name, alpha]) => {
    if (!plainName.test(name))
      throw new LoRAFileError(source, 'unsupported', 'its alpha_pattern has regular expressions, which are not read');
    if (!isNumber(alpha))
      throw new LoRAFileError(source, 'malformed', 'its alpha_pattern has an alpha that is no number');
    return [name, alpha];
  });
}
