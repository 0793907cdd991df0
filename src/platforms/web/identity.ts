import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Note, Notes } from '#src/core/notes.js';

const kind = 'cookie-secret';
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

  /** The secret is noted, so that people are still known by the next process. */
  static async open(notes: Notes): Promise<Identity> {
    const [known] = await notes.read(kind);
    if (known) return new Identity(Buffer.from(String(known.value), 'base64'));
    const secret = randomBytes(secretBytes);
    await notes.put(noteOfSecret(secret));
    return new Identity(secret);
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

export function noteOfSecret(secret: Buffer): Note {
  return { kind, key: 'cookies', at: Date.now(), value: secret.toString('base64') };
}
