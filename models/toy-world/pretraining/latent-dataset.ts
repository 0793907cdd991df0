/** @file Pictures as latents with their captions as embeddings: what the UNet is trained on, made once and kept on disk. */
import { SafetensorsFile, writeSafetensors } from '../../tensors/files/safetensors.js';
import type { Generator } from '../../tensors/random.js';

export interface LatentRows {
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
}

export interface LatentDatasetContent {
  readonly count: number;
  /** Elements of one latent. */
  readonly latentElements: number;
  /** Elements of one caption's embedding, [L, D]. */
  readonly embeddingElements: number;
  /** [count, latentElements], scaled by the autoencoder's scaling factor. */
  readonly latents: Float32Array;
  /** Embeddings of the distinct captions; the last one is the empty caption. */
  readonly captionEmbeddings: Float32Array;
  /** Which caption each picture has. */
  readonly captionIndex: Float32Array;
}

/** Share of rows whose caption is dropped, so that guidance has an unconditional prediction. Ho & Salimans 2022, 3.1. */
const CAPTION_DROPOUT = 0.1;

export class LatentDataset {
  readonly content: LatentDatasetContent;

  constructor(content: LatentDatasetContent) {
    this.content = content;
  }

  sample(generator: Generator, rows: number): LatentRows {
    const { count, latentElements, embeddingElements, latents, captionEmbeddings, captionIndex } = this.content;
    const emptyCaption = captionEmbeddings.length / embeddingElements - 1;
    const result = {
      latents: new Float32Array(rows * latentElements),
      embeddings: new Float32Array(rows * embeddingElements),
    };
    for (let row = 0; row < rows; row++) {
      const index = generator.integer(count);
      const caption = generator.uniform() < CAPTION_DROPOUT ? emptyCaption : captionIndex[index]!;
      result.latents.set(latents.subarray(index * latentElements, (index + 1) * latentElements), row * latentElements);
      const embedding = captionEmbeddings.subarray(caption * embeddingElements, (caption + 1) * embeddingElements);
      result.embeddings.set(embedding, row * embeddingElements);
    }
    return result;
  }

  async save(path: string): Promise<void> {
    const { count, latentElements, embeddingElements, latents, captionEmbeddings, captionIndex } = this.content;
    const captions = captionEmbeddings.length / embeddingElements;
    await writeSafetensors(path, {
      latents: { shape: [count, latentElements], data: latents, dtype: 'F16' },
      captionEmbeddings: { shape: [captions, embeddingElements], data: captionEmbeddings, dtype: 'F16' },
      captionIndex: { shape: [count], data: captionIndex },
    });
  }

  static async open(path: string): Promise<LatentDataset> {
    const file = await SafetensorsFile.open(path);
    const [count, latentElements] = file.entries.get('latents')!.shape as [number, number];
    return new LatentDataset({
      count,
      latentElements,
      embeddingElements: file.entries.get('captionEmbeddings')!.shape[1]!,
      latents: await file.readFloat32('latents'),
      captionEmbeddings: await file.readFloat32('captionEmbeddings'),
      captionIndex: await file.readFloat32('captionIndex'),
    });
  }
}
