/**
 * @file LoRA files: writes the layout that other tools read (kohya), reads the layouts that people exchange.
 * Files may come from anybody: sizes are bounded, every key is known, every shape checked, no number is infinite.
 */
import type { LoRAAdapter, LoRAWeights } from '../lora/lora-adapter.js';
import { MAX_LORA_RANK } from '../lora/lora-layout.js';
import type { LoRAModule } from '../lora/lora-modules.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  isGitLfsPointer,
  SafetensorsError,
  type SafetensorsTensor,
} from '../tensors/files/safetensors.js';
import { LoRAFileError } from './lora-file-error.js';
import { createLoRAKeyLookup, flatten, type LoRAFileFormat, type LoRAKey } from './lora-key-names.js';
import { type LoRAScaling, readLoRAScaling } from './lora-scaling.js';
import { kohyaMetadata, type LoRATrainingFacts } from './lora-training-metadata.js';

export interface DecodeLoRAOptions {
  /** The layers that the model can adapt. */
  readonly modules: readonly LoRAModule[];
  /** For messages. */
  readonly source?: string;
  readonly maxBytes?: number;
  /** What to do with factors of the text encoder, which are not applied here; default: refuse the file. */
  readonly textEncoder?: 'refuse' | 'ignore';
}

export interface DecodedLoRA {
  readonly adapter: LoRAAdapter;
  readonly format: LoRAFileFormat;
  readonly metadata: Readonly<Record<string, string>>;
  /** Layers of the text encoder that were left out. */
  readonly ignoredLayers: readonly string[];
  /** Whether alpha was taken as equal to the rank, because PEFT keeps it in another file. */
  readonly isAlphaAssumed: boolean;
}

export const MAX_LORA_BYTES = 128 * 2 ** 20; // rank 128 on all attention layers of Stable Diffusion 1.x takes 49 MiB in F16
const MAX_HEADER_BYTES = 16 * 2 ** 20; // kohya writes the captions' tag counts into the header
const MAX_TENSORS = 20_000;

/** @throws LoRAFileError */
export function decodeLoRA(bytes: Uint8Array, options: DecodeLoRAOptions): DecodedLoRA {
  const { modules, source = 'LoRA file', textEncoder = 'refuse', maxBytes = MAX_LORA_BYTES } = options;
  checkEnvelope(bytes, source, maxBytes);
  const { tensors, metadata } = parse(bytes, source);
  if (tensors.size > MAX_TENSORS)
    throw new LoRAFileError(source, 'too-large', `${tensors.size} tensors, at most ${MAX_TENSORS} are read`);

  const lookup = createLoRAKeyLookup(modules.map(({ path }) => path));
  const found = new Map<string, FoundFactors>();
  const ignoredLayers = new Set<string>();
  const unknown: string[] = [];
  let format: LoRAFileFormat | undefined;
  for (const [name, tensor] of tensors) {
    refuseOtherMethods(source, name);
    if (TEXT_ENCODER_KEY.test(name)) {
      if (textEncoder === 'refuse') {
        throw new LoRAFileError(
          source,
          'text-encoder',
          `it also changes the text encoder (${name}), which is not supported`,
        );
      }
      ignoredLayers.add(stemOf(name));
      continue;
    }
    const key = lookup(name);
    if (!key) {
      unknown.push(name);
      continue;
    }
    format ??= key.format;
    collect(source, found, key, name, tensor);
  }
  refuseUnknown(source, unknown, format !== undefined);
  if (format === undefined && ignoredLayers.size > 0)
    throw new LoRAFileError(source, 'text-encoder', 'it changes the text encoder alone, which is not supported');
  if (format === undefined) throw new LoRAFileError(source, 'malformed', 'it holds no LoRA factors');

  const scaling = readLoRAScaling(source, metadata);
  const layers = new Map<string, LoRAWeights>();
  for (const module of modules) {
    const factors = found.get(module.path);
    if (factors) layers.set(module.path, joinFactors(source, module, factors, scaling));
  }
  const hasAlpha = scaling.isGiven || [...found.values()].some(({ alpha }) => alpha);
  const isAlphaAssumed = format === 'peft' && !hasAlpha;
  return { adapter: { layers }, format, metadata, ignoredLayers: [...ignoredLayers], isAlphaAssumed };
}

interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type FoundFactors = Partial<Record<LoRAKey['role'], Values & { readonly name: string }>>;

function checkEnvelope(bytes: Uint8Array, source: string, maxBytes: number): void {
  if (bytes.length > maxBytes)
    throw new LoRAFileError(source, 'too-large', `${bytes.length} bytes, at most ${maxBytes} are read`);
  const [first, second, third, fourth] = bytes;
  const isZip = first === 0x50 && second === 0x4b && third === 0x03 && fourth === 0x04;
  const isPickle = first === 0x80 && second !== undefined && second >= 1 && second <= 5 && bytes[8] !== 0x7b;
  if (isGitLfsPointer(bytes)) {
    throw new LoRAFileError(source, 'git-lfs', 'it is a Git LFS pointer, not the file itself; run `git lfs pull`');
  }
  // PyTorch's own files are archives, too, and have their pickle inside.
  if (isZip && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('data.pkl')) {
    throw new LoRAFileError(source, 'zip', 'it is a ZIP archive; unpack it');
  }
  if (isZip || isPickle) {
    throw new LoRAFileError(
      source,
      'pickle',
      'it is a pickle (.bin, .pt, .ckpt), which can run code when opened; only safetensors files are read',
    );
  }
  if (looksLikeJson(bytes)) throw new LoRAFileError(source, 'json', 'it is JSON, such as an adapter_config.json');
  if (bytes.length < 8)
    throw new LoRAFileError(source, 'malformed', `${bytes.length} bytes are too few for a safetensors file`);
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (headerBytes > BigInt(MAX_HEADER_BYTES) && headerBytes <= BigInt(bytes.length)) {
    throw new LoRAFileError(
      source,
      'too-large',
      `a header of ${headerBytes} bytes, at most ${MAX_HEADER_BYTES} are read`,
    );
  }
}

/** Read as the length of a header, eight letters are more than any file has. */
function looksLikeJson(bytes: Uint8Array): boolean {
  const beginning = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (!/^[{[]/.test(beginning)) return false;
  if (bytes.length < 8) return true;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true) > BigInt(bytes.length);
}

function parse(bytes: Uint8Array, source: string) {
  try {
    return decodeSafetensors(bytes, source);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new LoRAFileError(source, 'malformed', error.message.replace(`${source}: `, ''), { cause: error });
  }
}

const TEXT_ENCODER_KEY = /^(?:lora_te\d?_|text_encoder(?:_2)?\.|base_model\.model\.text_model\.)/;

const OTHER_METHODS: readonly { readonly pattern: RegExp; readonly method: string }[] = [
  { pattern: /\.hada_/, method: 'LoHa (LyCORIS)' },
  { pattern: /\.lokr_/, method: 'LoKr (LyCORIS)' },
  { pattern: /\.(?:oft_|boft_)/, method: 'OFT' },
  { pattern: /\.(?:on_input|a1\.weight|a2\.weight)$/, method: 'IA3 or GLoRA (LyCORIS)' },
  { pattern: /\.(?:diff|diff_b)$/, method: 'full differences of weights' },
  { pattern: /\.(?:dora_scale|lora_magnitude_vector(?:\.[^.]{1,100})?(?:\.weight)?)$/, method: 'DoRA' },
  { pattern: /\.lora_mid\.weight$/, method: 'LoCon with a Tucker core (LyCORIS)' },
  { pattern: /^(?:unet|text_encoder):\d+:/, method: 'the positional layout of cloneofsimo/lora' },
];

/** @param fits whether other keys of the file are layers that the model adapts: then it was made for this kind of model */
function refuseUnknown(source: string, unknown: readonly string[], fits: boolean): void {
  const [first] = unknown;
  if (first === undefined) return;
  if (!fits) throw new LoRAFileError(source, 'mismatch', `unknown key ${first}: the model has no such adaptable layer`);
  const names = [...new Set(unknown.map(layerOf))];
  throw new LoRAFileError(source, 'layers', `it adapts layers that are not used here: ${names.join(', ')}`, {
    facts: { names: names.length > MAX_NAMED_LAYERS ? [...names.slice(0, MAX_NAMED_LAYERS), '…'] : names },
  });
}

const MAX_NAMED_LAYERS = 6;

/** `lora_unet_…_transformer_blocks_0_ff_net_0_proj.lora_down.weight` → `ff_net_0_proj` */
function layerOf(name: string): string {
  const parts = stemOf(name)
    .slice(0, 300)
    .split(/(?:transformer_blocks|attentions|resnets)[._]\d{1,3}[._]/);
  return parts.at(-1)!.slice(0, 60);
}

/** The layer that a factor belongs to: `….lora_down.weight`, `….lora.up.weight`, `…_lora.down.weight`, `….alpha` */
function stemOf(name: string): string {
  const [stem = name] = name.split(/[._](?:lora[._]|alpha$)/);
  return stem;
}

function refuseOtherMethods(source: string, name: string): void {
  const other = OTHER_METHODS.find(({ pattern }) => pattern.test(name));
  if (other)
    throw new LoRAFileError(source, 'unsupported', `it uses ${other.method} (${name}); only plain LoRA is read`);
}

function collect(source: string, found: Map<string, FoundFactors>, key: LoRAKey, name: string, tensor: Values): void {
  const factors = found.get(key.path) ?? {};
  const earlier = factors[key.role];
  if (earlier) throw new LoRAFileError(source, 'malformed', `${earlier.name} and ${name} are the same factor`);
  if (!tensor.data.every(Number.isFinite))
    throw new LoRAFileError(source, 'malformed', `${name} has values that are not finite`);
  found.set(key.path, { ...factors, [key.role]: { ...tensor, name } });
}

function joinFactors(source: string, module: LoRAModule, factors: FoundFactors, scaling: LoRAScaling): LoRAWeights {
  const { path, inFeatures, outFeatures } = module;
  const { down, up } = factors;
  if (!down || !up) {
    throw new LoRAFileError(
      source,
      'malformed',
      `${path} has ${down ? 'no up' : up ? 'no down' : 'neither a down nor an up'} factor`,
    );
  }
  const [rank = 0] = down.shape;
  if (rank < 1 || rank > MAX_LORA_RANK) {
    throw new LoRAFileError(
      source,
      'rank',
      `${down.name} has shape [${down.shape}]; ranks from 1 to ${MAX_LORA_RANK} are read`,
      {
        facts: { rank, maxRank: MAX_LORA_RANK },
      },
    );
  }
  checkShape(source, down.name, down.shape, [rank, inFeatures]);
  checkShape(source, up.name, up.shape, [outFeatures, rank]);
  const stored = factors.alpha?.data;
  if (stored && stored.length !== 1)
    throw new LoRAFileError(source, 'malformed', `${factors.alpha!.name} has ${stored.length} values, expected 1`);
  const alpha = stored?.[0] ?? scaling.alphaOf(path, rank);
  return { rank, alpha, down: down.data, up: up.data };
}

/** A linear layer may be stored as a 1×1 convolution. */
function checkShape(source: string, name: string, shape: readonly number[], expected: readonly number[]): void {
  const isPointwise = shape.length === 4 && shape[2] === 1 && shape[3] === 1;
  const sizes = isPointwise ? shape.slice(0, 2) : shape;
  if (sizes.length !== 2 || sizes[0] !== expected[0] || sizes[1] !== expected[1]) {
    const reason = `${name} has shape [${shape}], expected [${expected}]: it was made for another kind of checkpoint`;
    throw new LoRAFileError(source, 'mismatch', reason);
  }
}

export interface EncodeLoRAOptions {
  /** F16 halves the file; F32 keeps every bit. Default F16. */
  readonly dtype?: 'F16' | 'F32';
  readonly facts: LoRATrainingFacts;
  /** Further metadata, such as the name of the pet. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** @returns a safetensors file with kohya's keys; equal input gives equal bytes */
export function encodeLoRA(
  adapter: LoRAAdapter,
  modules: readonly LoRAModule[],
  options: EncodeLoRAOptions,
): Uint8Array {
  const { dtype = 'F16', facts, metadata = {} } = options;
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const tensors: Record<string, SafetensorsTensor> = {};
  for (const path of [...adapter.layers.keys()].sort()) {
    const module = byPath.get(path);
    if (!module) throw new Error(`encodeLoRA: the model has no layer ${path}`);
    const { rank, alpha, down, up } = adapter.layers.get(path)!;
    checkRange(path, down, dtype);
    checkRange(path, up, dtype);
    const stem = `lora_unet_${flatten(path)}`;
    tensors[`${stem}.lora_down.weight`] = { shape: [rank, module.inFeatures], data: down, dtype };
    tensors[`${stem}.lora_up.weight`] = { shape: [module.outFeatures, rank], data: up, dtype };
    tensors[`${stem}.alpha`] = { shape: [], data: new Float32Array([alpha]), dtype: 'F32' };
  }
  return encodeSafetensors(tensors, { ...metadata, ...kohyaMetadata(adapter, tensors, facts) });
}

function checkRange(path: string, values: Float32Array, dtype: 'F16' | 'F32'): void {
  const limit = dtype === 'F16' ? 65504 : Number.MAX_VALUE;
  if (!values.every((value) => Math.abs(value) <= limit))
    throw new RangeError(`encodeLoRA: ${path} has values that ${dtype} cannot hold`);
}
