import type { ClientAddress } from './client-address.js';
import { RequestError } from './request-guard.js';

export interface Allowance {
  readonly photos: number;
  readonly bytes: number;
}

interface Held {
  photos: number;
  bytes: number;
}

/** What is stored for each address, and in all: a person is one cookie, and cookies cost nothing. */
export class UploadTally {
  readonly #perAddress: Allowance;
  readonly #inAll: Allowance;
  readonly #held = new Map<ClientAddress, Held>();
  readonly #total: Held = { photos: 0, bytes: 0 };

  constructor(perAddress: Allowance, inAll: Allowance) {
    this.#perAddress = perAddress;
    this.#inAll = inAll;
  }

  /** @throws RequestError where one more photo would be too much */
  begin(address: ClientAddress): void {
    const held = this.#held.get(address) ?? { photos: 0, bytes: 0 };
    const { photos, bytes } = this.#allowanceOf(address);
    if (held.photos >= photos || held.bytes >= bytes) throw tooManyFrom();
    if (this.#total.photos >= this.#inAll.photos || this.#total.bytes >= this.#inAll.bytes) throw noRoom();
    this.countOne(address, 0);
  }

  /** One more, without a look at what is allowed. */
  countOne(address: ClientAddress, bytes: number): void {
    const held = this.#held.get(address) ?? { photos: 0, bytes: 0 };
    this.#held.set(address, held);
    held.photos += 1;
    held.bytes += bytes;
    this.#total.photos += 1;
    this.#total.bytes += bytes;
  }

  /** @throws RequestError where these bytes are too many */
  add(address: ClientAddress, bytes: number): void {
    const held = this.#held.get(address)!;
    held.bytes += bytes;
    this.#total.bytes += bytes;
    if (held.bytes > this.#allowanceOf(address).bytes) throw tooManyFrom();
    if (this.#total.bytes > this.#inAll.bytes) throw noRoom();
  }

  /** One photo is gone. */
  end(address: ClientAddress, bytes: number): void {
    const held = this.#held.get(address);
    if (!held) return;
    held.photos -= 1;
    held.bytes -= bytes;
    this.#total.photos -= 1;
    this.#total.bytes -= bytes;
    if (held.photos === 0) this.#held.delete(address);
  }

  #allowanceOf(address: ClientAddress): Allowance {
    return address === undefined ? this.#inAll : this.#perAddress;
  }
}

const tooManyFrom = () =>
  new RequestError(429, 'photos-address', 'Too many photos wait to be sent from where you are. Try again later.');
const noRoom = () => new RequestError(503, 'photos-full', 'Too many photos wait to be sent. Try again in a moment.');
