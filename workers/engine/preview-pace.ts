const intervalMs = 1000;
/** Previews may cost at most this share of the time. */
const maxShare = 0.1;

/** When the next preview is due: now and then, and more seldom where each takes long. */
export class PreviewPace {
  #dueAt = Date.now() + intervalMs;

  /** @returns undefined where none is due */
  async run<Preview>(draw: () => Promise<Preview>): Promise<Preview | undefined> {
    const startedAt = Date.now();
    if (startedAt < this.#dueAt) return undefined;
    const preview = await draw();
    this.#dueAt = Date.now() + Math.max(intervalMs, (Date.now() - startedAt) / maxShare);
    return preview;
  }
}
