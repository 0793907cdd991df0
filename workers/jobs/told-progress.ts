import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';

interface Means<Progress> {
  readonly blobs: Pick<BlobStore, 'put'>;
  readonly log: { warn(details: object, message: string): void };
  report(progress: Progress & { readonly preview?: BlobKey }): void;
}

/** Tells progress at once, and the newest again when a preview of it is stored. */
export class ToldProgress<Progress extends object> {
  readonly #means: Means<Progress>;
  #preview: BlobKey | undefined;
  #newest: Progress | undefined;
  #storing: Promise<unknown> = Promise.resolve();

  /** @param preview of an earlier slice or attempt */
  constructor(means: Means<Progress>, preview?: BlobKey) {
    this.#means = means;
    this.#preview = preview;
  }

  tell(progress: Progress, preview?: Uint8Array): void {
    this.#newest = progress;
    this.#report(progress);
    if (!preview) return;
    this.inOrder(async () => {
      this.#preview = await this.#means.blobs.put(preview);
      // Later steps may have been told meanwhile.
      this.#report(this.#newest ?? progress);
    });
  }

  /** Does something after what is being stored. Previews and snapshots are a convenience: no reason to lose a job. */
  inOrder(store: () => Promise<void>): void {
    this.#storing = this.#storing.then(store).catch((error: unknown) => {
      this.#means.log.warn({ err: error }, 'a preview or snapshot could not be stored');
    });
  }

  /** Resolves when all is stored or given up. */
  async stored(): Promise<void> {
    await this.#storing;
  }

  #report(progress: Progress): void {
    this.#means.report({ ...progress, ...(this.#preview && { preview: this.#preview }) });
  }
}
