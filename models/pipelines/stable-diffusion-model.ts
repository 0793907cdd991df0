/**
 * @file A checkpoint on an engine: what its parts compute, a compiled function each. LoRA factors are inputs and batches have
 * fixed row counts, so a handful of graphs serves every prompt and every pet.
 */

import { join } from 'node:path';
import type { CheckpointFolder } from '../loaders/checkpoint-folder.js';
import type { ActiveLoRA } from '../lora/active-lora.js';
import { adapterRank, type LoRAAdapter, packLoRA } from '../lora/lora-adapter.js';
import { createLoRALayout, type LoRALayout } from '../lora/lora-layout.js';
import { attentionProjections, type LoRAModule } from '../lora/lora-modules.js';
import type { Engine } from '../tensors/engine/engine.js';
import { CheckpointError } from '../tensors/files/checkpoint-error.js';
import { recordParameters } from '../tensors/files/weight-files.js';
import { Parameters } from '../tensors/parameters.js';
import { UNet2DConditionModel } from '../unets/unet-2d-condition.js';
import { CompiledCheckpoint } from './compiled-checkpoint.js';
import { decodeLatents } from './functions/decode-latents.js';
import { embedPicture } from './functions/embed-picture.js';
import { embedText } from './functions/embed-text.js';
import { encodeImage } from './functions/encode-image.js';
import { encodeText } from './functions/encode-text.js';
import { predictNoise } from './functions/predict-noise.js';
import { type ReadPicture, readPicture } from './functions/read-picture.js';
import type {
  InstructPix2PixComponents,
  LatentPosterior,
  StableDiffusionComponents,
} from './stable-diffusion-components.js';

/** Rows of the UNet in one call: a picture without and with guidance, and two or four pictures with it. */
const ROW_BUCKETS = [1, 2, 4, 8] as const;
/** A picture that is changed as told, without and with guidance. */
const INSTRUCTED_ROW_BUCKETS = [1, 3] as const;

export class StableDiffusionModel extends CompiledCheckpoint {
  /** Every projection that a LoRA may change. */
  readonly loraModules: readonly LoRAModule[];
  /** Whether the UNet sees a picture's latents beside the noise, as those of InstructPix2Pix do. */
  readonly seesPicture: boolean;

  constructor(checkpoint: CheckpointFolder, engine: Engine) {
    super(checkpoint, engine);
    const { unet, vae } = checkpoint.configs;
    this.seesPicture = unet.inChannels !== vae.latentChannels;
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
      predictNoise: (input) => predictNoise(this, lora, input),
    };
  }

  /** @param ids [rows, L] @returns [rows, L, D] */
  encodeText(ids: Int32Array, rows: number): Promise<Float32Array> {
    return encodeText(this, ids, rows);
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

  embedText(text: string): Promise<Float32Array> {
    return embedText(this, text);
  }

  embedPicture(pixels: Float32Array): Promise<Float32Array> {
    return embedPicture(this, pixels);
  }

  readPicture(pixels: Float32Array): Promise<ReadPicture | undefined> {
    return readPicture(this, pixels);
  }

  encodeImage(pixels: Float32Array): Promise<LatentPosterior> {
    return encodeImage(this, pixels);
  }

  decodeLatents(latents: Float32Array, rows: number): Promise<Float32Array> {
    return decodeLatents(this, latents, rows);
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
}
