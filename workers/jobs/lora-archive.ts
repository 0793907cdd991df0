/** @file LoRA files as sites hand them out: in a ZIP archive, and PEFT's with their configuration beside them. */
import { ADAPTER_CONFIG_KEY } from '#models/loaders/lora-scaling.js';
import { MAX_LORA_BYTES } from '#models/loaders/lora-state-dict.js';
import { addSafetensorsMetadata, SafetensorsError } from '#models/tensors/files/safetensors.js';
import { type ZipEntry, zipEntries } from './zip-entries.js';

const maxConfigBytes = 1024 * 1024;
const configName = 'adapter_config.json';

/** @returns the one LoRA file of an archive, with what stands beside it about its strength; anything else as it is, for the engine to say why not */
export async function unpackLoRA(given: Uint8Array): Promise<Uint8Array> {
  if (given[0] !== 0x50 || given[1] !== 0x4b) return given;
  try {
    const entries = zipEntries(given).filter(({ name }) => !isResourceFork(name));
    const [file, ...others] = entries.filter(({ name }) => name.toLowerCase().endsWith('.safetensors'));
    if (!file || others.length > 0) return given;
    const lora = await file.read(MAX_LORA_BYTES);
    const config = await entries.find(({ name }) => name === besides(file))?.read(maxConfigBytes);
    return config ? addSafetensorsMetadata(lora, { [ADAPTER_CONFIG_KEY]: new TextDecoder().decode(config) }) : lora;
  } catch (error) {
    if (error instanceof RangeError || error instanceof SafetensorsError) return given;
    throw error;
  }
}

/** What macOS puts into archives beside the files. */
const isResourceFork = (name: string): boolean => /(?:^|\/)(?:__MACOSX\/|\._)/.test(name);

const besides = ({ name }: ZipEntry): string => name.slice(0, name.lastIndexOf('/') + 1) + configName;
