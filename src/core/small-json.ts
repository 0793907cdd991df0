import { open } from 'node:fs/promises';

const maxConfigBytes = 64 * 1024;

/** Of a checkpoint: a description, never weights. */
export async function readSmallJson(path: string): Promise<unknown> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(maxConfigBytes + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxConfigBytes) throw new RangeError(`${path}: expected at most ${maxConfigBytes} bytes`);
    return JSON.parse(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
