import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const cookieName = 'petbooth';
const cookieMaxAgeSeconds = 400 * 24 * 3600; // the longest that browsers keep one
const secretBytes = 32;

/** Knows a browser again by a cookie that only this server can have signed. There are no accounts and no passwords. */
export class Identity {
  readonly #secret: Buffer;

  constructor(secret: Buffer) {
    if (secret.byteLength < secretBytes)
      throw new Error(`cookie secret: expected ${secretBytes} bytes, got ${secret.byteLength}`);
    this.#secret = secret;
  }

  /** The secret lives beside the transcripts, so that people are still known after a restart. */
  static async open(folder: string): Promise<Identity> {
    const path = join(folder, 'cookie-secret');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(path, randomBytes(secretBytes), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    return new Identity(await readFile(path));
  }

  /** @returns the person's id, if the cookie is genuine */
  recognise(cookieHeader: string | undefined): string | undefined {
    for (const part of (cookieHeader ?? '').split(';')) {
      const [name, value] = part.trim().split('=');
      if (name !== cookieName || value === undefined) continue;
      const match = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(value);
      if (match && timingSafeEqual(Buffer.from(match[2]!), Buffer.from(this.#sign(match[1]!)))) return match[1];
    }
    return undefined;
  }

  /** A new person. Lax, not Strict: whoever follows a link to the page from elsewhere is to find the old chat. */
  issue(): { readonly id: string; readonly cookie: string } {
    const id = randomBytes(16).toString('base64url');
    return {
      id,
      cookie: `${cookieName}=${id}.${this.#sign(id)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${cookieMaxAgeSeconds}`,
    };
  }

  #sign(id: string): string {
    return createHmac('sha256', this.#secret).update(`web-person:${id}`).digest('base64url');
  }
}
