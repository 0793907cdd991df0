import type { Logger } from 'pino';
import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import type { PictureJudge } from './judge-client.js';

/** A stored picture never changes, so neither does its score; a number for each of the last ones costs little. */
const maxKnown = 5000;

/** How likely stored pictures are explicit, asked once for each. */
export class PictureScores {
  readonly #blobs: Pick<BlobStore, 'get'>;
  readonly #judge: PictureJudge;
  readonly #log: Logger;
  readonly #known = new Map<BlobKey, Promise<number | undefined>>();

  constructor(blobs: Pick<BlobStore, 'get'>, judge: PictureJudge, log: Logger) {
    this.#blobs = blobs;
    this.#judge = judge;
    this.#log = log;
  }

  /** Of the most explicit one, 0…1. @returns undefined where one of them could not be judged */
  async highestOf(pictures: readonly BlobKey[]): Promise<number | undefined> {
    const scores = await Promise.all(pictures.map((picture) => this.#scoreOf(picture)));
    return scores.reduce(
      (highest, score) => (highest === undefined || score === undefined ? undefined : Math.max(highest, score)),
      0,
    );
  }

  #scoreOf(picture: BlobKey): Promise<number | undefined> {
    const known = this.#known.get(picture);
    if (known) return known;
    const asked = this.#ask(picture).then((score) => {
      if (score === undefined) this.#known.delete(picture);
      return score;
    });
    this.#known.set(picture, asked);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
    return asked;
  }

  async #ask(picture: BlobKey): Promise<number | undefined> {
    try {
      return await this.#judge.scoreOf(await this.#blobs.get(picture));
    } catch (error) {
      this.#log.warn({ err: error }, 'a picture could not be judged; it is covered');
      return undefined;
    }
  }
}
