/**
 * @file A checkpoint on an engine: its parts as compiled functions. Batches have fixed row counts, and LoRA factors are
 * inputs, so a handful of graphs serves every prompt and every pet.
 */

import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { AutoencoderKLConfig } from '../autoencoders/autoencoder-kl.js';
import { AutoencoderKL } from '../autoencoders/autoencoder-kl.js';
import {
  AttributeReader,
  answersOf,
  READ_ATTRIBUTES,
  type ReadAnswer,
  type ReadAttribute,
} from '../clip/attribute-reader.js';
import { CLIPTextModel, CLIPTextModelWithProjection } from '../clip/modeling-clip.js';
import { CLIPVisionModelWithProjection } from '../clip/modeling-clip-vision.js';
import type { CheckpointFolder } from '../loaders/checkpoint-folder.js';
import { adapterRank, type LoRAAdapter, packLoRA } from '../lora/lora-adapter.js';
import { createLoRALayout, type LoRALayout, loraLookup } from '../lora/lora-layout.js';
import { attentionProjections, type LoRAModule } from '../lora/lora-modules.js';
import { concatenate } from '../tensors/concatenate.js';
import type { CompiledFunction, Engine, Signature, TracedFunction } from '../tensors/engine/engine.js';
import { hostScalar, hostTensor } from '../tensors/engine/host-tensor.js';
import { CheckpointError } from '../tensors/files/checkpoint-error.js';
import { recordParameters } from '../tensors/files/weight-files.js';
import { Parameters } from '../tensors/parameters.js';
import { UNet2DConditionModel } from '../unets/unet-2d-condition.js';
import type {
  InstructPix2PixComponents,
  LatentPosterior,
  StableDiffusionComponents,
} from './stable-diffusion-components.js';

/** LoRA factors for sampling, in the layout of their rank bucket. */
export interface ActiveLoRA {
  readonly layout: LoRALayout;
  /** [layout.size] */
  readonly values: Float32Array;
  /** alpha / rank, times the strength. */
  readonly scale: number;
}

/** Rows of the UNet in one call: a picture without and with guidance, and two or four pictures with it. */
const ROW_BUCKETS = [1, 2, 4, 8] as const;
/** A picture that is changed as told, without and with guidance. */
const INSTRUCTED_ROW_BUCKETS = [1, 3] as const;

export class StableDiffusionModel {
  readonly checkpoint: CheckpointFolder;
  /** Every projection that a LoRA may change. */
  readonly loraModules: readonly LoRAModule[];
  readonly latentShape: readonly [height: number, width: number, channels: number];
  /** Whether the UNet sees a picture's latents beside the noise, as those of InstructPix2Pix do. */
  readonly seesPicture: boolean;
  readonly imageSize: readonly [height: number, width: number];
  readonly embeddingShape: readonly [length: number, width: number];
  readonly #engine: Engine;
  readonly #compiled = new Map<string, Promise<CompiledFunction>>();

  constructor(checkpoint: CheckpointFolder, engine: Engine) {
    const { unet, vae, textEncoder } = checkpoint.configs;
    this.checkpoint = checkpoint;
    this.#engine = engine;
    const scale = vaeScale(vae);
    this.latentShape = [unet.sampleSize, unet.sampleSize, vae.latentChannels];
    this.seesPicture = unet.inChannels !== vae.latentChannels;
    this.imageSize = [unet.sampleSize * scale, unet.sampleSize * scale];
    this.embeddingShape = [textEncoder.maxPositionEmbeddings, textEncoder.hiddenSize];
    const shapes = recordParameters((source) => new UNet2DConditionModel(unet, new Parameters(source)));
    this.loraModules = attentionProjections(shapes);
  }

  /**
   * What a pipeline needs, drawing with `lora` or with the checkpoint as it is.
   * @throws CheckpointError where the UNet wants a picture beside the noise
   */
  components(lora?: ActiveLoRA): StableDiffusionComponents {
    this.checkDrawsFromText();
    return this.#components(lora);
  }

  /** What `StableDiffusionInstructPix2PixPipeline` needs. @throws CheckpointError where the UNet sees no picture */
  instructPix2PixComponents(lora?: ActiveLoRA): InstructPix2PixComponents {
    if (!this.seesPicture) throw this.#wrongInput(2, 'for pictures that are changed as told');
    return {
      ...this.#components(lora),
      rowBuckets: INSTRUCTED_ROW_BUCKETS,
      encodeImage: async (pixels) => (await this.encodeImage(pixels)).mean,
    };
  }

  /** @throws CheckpointError where the UNet wants a picture beside the noise: it neither draws from text nor learns a pet */
  checkDrawsFromText(): void {
    if (this.seesPicture) throw this.#wrongInput(1, 'for pictures from text');
  }

  #wrongInput(latentsExpected: number, purpose: string): CheckpointError {
    const { vae, unet } = this.checkpoint.configs;
    const found = this.seesPicture ? `${unet.inChannels}, of an InstructPix2Pix checkpoint` : String(unet.inChannels);
    const expected = `${latentsExpected * vae.latentChannels}, ${purpose}`;
    return new CheckpointError({
      file: join(this.checkpoint.path, 'unet', 'config.json'),
      key: 'in_channels',
      expected,
      found,
    });
  }

  #components(lora?: ActiveLoRA): StableDiffusionComponents {
    const { checkpoint, latentShape, imageSize } = this;
    return {
      tokenizer: checkpoint.tokenizer,
      schedulerConfig: checkpoint.schedulerConfig,
      scalingFactor: checkpoint.configs.vae.scalingFactor,
      latentShape,
      imageSize,
      rowBuckets: ROW_BUCKETS,
      encodeText: (ids, rows) => this.encodeText(ids, rows),
      decodeLatents: (latents, rows) => this.decodeLatents(latents, rows),
      predictNoise: async ({ latents, timestep, embeddings, rows }) => {
        const layout = lora?.layout;
        const predict = await this.#predictor(rows, layout);
        const { noise } = await predict.run({
          sample: hostTensor([rows, ...this.#inputShape], latents),
          timesteps: hostTensor([rows], new Float32Array(rows).fill(timestep)),
          embeddings: hostTensor([rows, ...this.embeddingShape], embeddings),
          ...(lora ? { lora: hostTensor([lora.layout.size], lora.values), scale: hostScalar(lora.scale) } : {}),
        });
        return noise!.data as Float32Array;
      },
    };
  }

  /** @param ids [rows, L] @returns [rows, L, D] */
  async encodeText(ids: Int32Array, rows: number): Promise<Float32Array> {
    const [length, width] = this.embeddingShape;
    const encode = await this.compile(
      'text encoder',
      1,
      { ids: { shape: [1, length], dtype: 'int32' } },
      ({ ids: tokens }, parameters) => {
        const model = new CLIPTextModel(this.checkpoint.configs.textEncoder, parameters.at('text_encoder'));
        return { states: model.forward(tokens as tf.Tensor2D) };
      },
    );
    const result = new Float32Array(rows * length * width);
    for (let row = 0; row < rows; row++) {
      const { states } = await encode.run({
        ids: hostTensor([1, length], ids.slice(row * length, (row + 1) * length)),
      });
      result.set(states!.data as Float32Array, row * length * width);
    }
    return result;
  }

  /** The embedding of one text, [L, D]. */
  encodePrompt(prompt: string): Promise<Float32Array> {
    return this.encodeText(this.checkpoint.tokenizer.encodePadded(prompt).ids, 1);
  }

  /** Whether texts and pictures can be compared: the checkpoint brings the image encoder of its text encoder, for pictures of its size. */
  get canCompare(): boolean {
    const { imageEncoder } = this.checkpoint.configs;
    return (
      imageEncoder !== undefined &&
      this.imageSize.every((side) => side === imageEncoder.imageSize) &&
      this.checkpoint.weights.lookup('text_encoder.text_projection.weight') !== undefined
    );
  }

  /** A text as a point in the space that texts and pictures share. @returns [P], not normalised */
  async embedText(text: string): Promise<Float32Array> {
    const [length] = this.embeddingShape;
    const embed = await this.compile(
      'text embedding',
      1,
      { ids: { shape: [1, length], dtype: 'int32' } },
      ({ ids }, parameters) => {
        const config = this.checkpoint.configs.textEncoder;
        const model = new CLIPTextModelWithProjection(config, parameters.at('text_encoder'));
        return { point: model.embed(ids as tf.Tensor2D) };
      },
    );
    const { ids } = this.checkpoint.tokenizer.encodePadded(text);
    const { point } = await embed.run({ ids: hostTensor([1, length], ids) });
    return point!.data as Float32Array;
  }

  /** @param pixels one picture, [H, W, 3] in [-1, 1] @returns [P], not normalised */
  async embedPicture(pixels: Float32Array): Promise<Float32Array> {
    const shape = [1, ...this.imageSize, 3];
    const embed = await this.compile(
      'picture embedding',
      1,
      { pixels: { shape, dtype: 'float32' } },
      (inputs, parameters) => {
        const config = this.checkpoint.configs.imageEncoder!;
        const model = new CLIPVisionModelWithProjection(config, parameters.at('image_encoder'));
        return { point: model.forward(inputs.pixels as tf.Tensor4D) };
      },
    );
    const { point } = await embed.run({ pixels: hostTensor(shape, pixels) });
    return point!.data as Float32Array;
  }

  /**
   * What a picture shows, by the checkpoint's own reader: for each question all answers, the most probable first.
   * @param pixels one picture, [H, W, 3] in [-1, 1] @returns undefined where the checkpoint has no reader for pictures of its size
   */
  async readPicture(pixels: Float32Array): Promise<Readonly<Record<ReadAttribute, readonly ReadAnswer[]>> | undefined> {
    const { reader } = this.checkpoint.configs;
    if (!reader || this.imageSize.some((side) => side !== reader.imageSize)) return undefined;
    const shape = [1, ...this.imageSize, 3];
    const read = await this.compile(
      'picture reader',
      1,
      { pixels: { shape, dtype: 'float32' } },
      (inputs, parameters) => new AttributeReader(reader, parameters.at('reader')).forward(inputs.pixels!),
    );
    const logits = await read.run({ pixels: hostTensor(shape, pixels) });
    const answers = READ_ATTRIBUTES.map((name) => [name, answersOf(reader[name], logits[name]!.data as Float32Array)]);
    return Object.fromEntries(answers) as Record<ReadAttribute, ReadAnswer[]>;
  }

  /** @param pixels one picture, [H, W, 3] in [-1, 1] */
  async encodeImage(pixels: Float32Array): Promise<LatentPosterior> {
    const shape = [1, ...this.imageSize, 3];
    const encode = await this.compile(
      'autoencoder encode',
      1,
      { pixels: { shape, dtype: 'float32' } },
      ({ pixels: image }, parameters) => {
        const { mean, std } = this.#autoencoder(parameters).encode(image as tf.Tensor4D);
        return { mean, std };
      },
    );
    const { mean, std } = await encode.run({ pixels: hostTensor(shape, pixels) });
    return { mean: mean!.data as Float32Array, std: std!.data as Float32Array };
  }

  /** @param latents [rows, h, w, C], not scaled @returns [rows, H, W, 3] in about [-1, 1] */
  async decodeLatents(latents: Float32Array, rows: number): Promise<Float32Array> {
    const shape = [1, ...this.latentShape];
    const size = latents.length / rows;
    const decode = await this.compile(
      'autoencoder decode',
      1,
      { latents: { shape, dtype: 'float32' } },
      ({ latents: z }, parameters) => ({
        pixels: this.#autoencoder(parameters).decode(z as tf.Tensor4D),
      }),
    );
    const parts: Float32Array[] = [];
    for (let row = 0; row < rows; row++) {
      const { pixels } = await decode.run({ latents: hostTensor(shape, latents.slice(row * size, (row + 1) * size)) });
      parts.push(pixels!.data as Float32Array);
    }
    return concatenate(parts);
  }

  /** A LoRA ready to draw with. One rank bucket for training and drawing keeps the number of graphs low. */
  activate(adapter: LoRAAdapter): ActiveLoRA {
    const layout = this.layout(Math.max(adapterRank(adapter), this.checkpoint.recommendations.training.rank));
    return { layout, ...packLoRA(adapter, layout) };
  }

  /** Where the factors of a LoRA lie. @param rank is rounded up to its bucket */
  layout(rank: number): LoRALayout {
    return createLoRALayout(this.loraModules, rank);
  }

  /** Closes its sessions; the engine stays open. */
  async dispose(): Promise<void> {
    const compiled = await Promise.all(this.#compiled.values());
    this.#compiled.clear();
    for (const { dispose } of compiled) await dispose();
  }

  /** Of the UNet. */
  get #inputShape(): readonly [height: number, width: number, channels: number] {
    const [height, width] = this.latentShape;
    return [height, width, this.checkpoint.configs.unet.inChannels];
  }

  #predictor(rows: number, layout?: LoRALayout): Promise<CompiledFunction> {
    const signature: Signature = {
      sample: { shape: [rows, ...this.#inputShape], dtype: 'float32' },
      timesteps: { shape: [rows], dtype: 'float32' },
      embeddings: { shape: [rows, ...this.embeddingShape], dtype: 'float32' },
      ...(layout ? { lora: { shape: [layout.size], dtype: 'float32' }, scale: { shape: [], dtype: 'float32' } } : {}),
    };
    return this.compile(
      layout ? `unet with lora, rank ${layout.rank}` : 'unet',
      rows,
      signature,
      (inputs, parameters) => ({
        noise: this.unet(parameters).forward(
          inputs.sample as tf.Tensor4D,
          inputs.timesteps as tf.Tensor1D,
          inputs.embeddings as tf.Tensor3D,
          layout ? { lora: loraLookup(inputs.lora!, layout, inputs.scale!) } : {},
        ),
      }),
    );
  }

  /** Its UNet, inside a traced function. */
  unet(parameters: Parameters): UNet2DConditionModel {
    return new UNet2DConditionModel(this.checkpoint.configs.unet, parameters.at('unet'));
  }

  #autoencoder(parameters: Parameters): AutoencoderKL {
    return new AutoencoderKL(this.checkpoint.configs.vae, parameters.at('vae'));
  }

  /** A function of this checkpoint, compiled once per name and number of rows. */
  compile(name: string, rows: number, signature: Signature, fn: TracedFunction): Promise<CompiledFunction> {
    const key = `${name}, ${rows} rows`;
    const known = this.#compiled.get(key);
    if (known) return known;
    const compiling = this.#engine.compile(key, fn, signature, this.checkpoint.weights);
    this.#compiled.set(key, compiling);
    compiling.catch(() => this.#compiled.delete(key));
    return compiling;
  }
}

/** Pixels per latent along each side. */
const vaeScale = (vae: AutoencoderKLConfig) => 2 ** (vae.blockOutChannels.length - 1);
