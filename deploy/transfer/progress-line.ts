/** Written over on a terminal; elsewhere now and then, a line each. */
export class ProgressLine {
  readonly #output: NodeJS.WriteStream;
  readonly #intervalMs: number;
  readonly #startedAt = performance.now();
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(output: NodeJS.WriteStream = process.stderr) {
    this.#output = output;
    this.#intervalMs = output.isTTY ? 200 : 10_000;
  }

  tell(what: string, { bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }): void {
    const now = performance.now();
    if (now - this.#toldAt < this.#intervalMs) return;
    this.#toldAt = now;
    const line = describeProgress(what, { bytes, totalBytes, elapsedMs: now - this.#startedAt });
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  end(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }
}

export function describeProgress(
  what: string,
  { bytes, totalBytes, elapsedMs }: { readonly bytes: number; readonly totalBytes: number; readonly elapsedMs: number },
): string {
  const percent = totalBytes === 0 ? 100 : Math.min(100, Math.floor((bytes / totalBytes) * 100));
  const leftMs = bytes > 0 ? (elapsedMs / bytes) * Math.max(0, totalBytes - bytes) : undefined;
  const left = leftMs === undefined ? '' : `, ${describeDuration(leftMs)} left`;
  return `${what}: ${describeBytes(bytes)} of ${describeBytes(totalBytes)} (${percent} %)${left}`;
}

export function describeBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function describeDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
