/** @file A checkpoint on an engine, and the one cache of what was compiled of it. */

import type { CheckpointFolder } from '../loaders/checkpoint-folder.js';
import {
  type CompiledFunction,
  type CompileOptions,
  type Engine,
  type HostTensors,
  type Signature,
  signatureOf,
  type TracedFunction,
} from '../tensors/engine/engine.js';
import type { HostTensor } from '../tensors/engine/host-tensor.js';
import type { Parameters } from '../tensors/parameters.js';
import { UNet2DConditionModel } from '../unets/unet-2d-condition.js';

export class CompiledCheckpoint {
  readonly checkpoint: CheckpointFolder;
  readonly latentShape: readonly [height: number, width: number, channels: number];
  readonly imageSize: readonly [height: number, width: number];
  readonly embeddingShape: readonly [length: number, width: number];
  readonly #engine: Engine;
  readonly #compiled = new Map<string, Promise<CompiledFunction>>();

  constructor(checkpoint: CheckpointFolder, engine: Engine) {
    const { unet, vae, textEncoder } = checkpoint.configs;
    this.checkpoint = checkpoint;
    this.#engine = engine;
    const scale = 2 ** (vae.blockOutChannels.length - 1);
    this.latentShape = [unet.sampleSize, unet.sampleSize, vae.latentChannels];
    this.imageSize = [unet.sampleSize * scale, unet.sampleSize * scale];
    this.embeddingShape = [textEncoder.maxPositionEmbeddings, textEncoder.hiddenSize];
  }

  /** Its UNet, inside a traced function. */
  unet(parameters: Parameters): UNet2DConditionModel {
    return new UNet2DConditionModel(this.checkpoint.configs.unet, parameters.at('unet'));
  }

  /** Runs a function of this checkpoint, compiled once per name and shapes of its inputs. */
  async run(
    name: string,
    inputs: HostTensors,
    fn: TracedFunction,
    options?: CompileOptions,
  ): Promise<Record<string, HostTensor>> {
    const compiled = await this.compile(name, signatureOf(inputs), fn, options);
    return compiled.run(inputs);
  }

  /** A function of this checkpoint, compiled once per name and signature. */
  compile(name: string, signature: Signature, fn: TracedFunction, options?: CompileOptions): Promise<CompiledFunction> {
    const key = JSON.stringify([name, signature]);
    const known = this.#compiled.get(key);
    if (known) return known;
    const compiling = this.#engine.compile(name, fn, signature, this.checkpoint.weights, options);
    this.#compiled.set(key, compiling);
    compiling.catch(() => this.#compiled.delete(key));
    return compiling;
  }

  /** Closes its sessions; the engine stays open. */
  async dispose(): Promise<void> {
    const compiled = await Promise.all(this.#compiled.values());
    this.#compiled.clear();
    for (const { dispose } of compiled) await dispose();
  }
}
