export type Fault =
  /** Refused in Discord's words, and nothing done. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: number; readonly message: string }
  | { readonly kind: 'rate limited'; readonly retryAfterSeconds: number; readonly isGlobal?: boolean }
  /** A proxy's page instead of an answer. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection goes before anything is done. */
  | { readonly kind: 'dropped' }
  /** Done, but the answer never arrives: the connection goes, or hangs. */
  | { readonly kind: 'answer dropped' }
  | { readonly kind: 'hangs' }
  /** Done at once, and answered later. */
  | { readonly kind: 'late'; readonly byMs: number };

/** What will go wrong, by method and template such as `PATCH /channels/{channel_id}/messages/{message_id}`; `download` for the CDN. */
export class Faults {
  /** What met a request, in order. */
  readonly fired: { readonly route: string; readonly kind: Fault['kind'] }[] = [];
  readonly #waiting: { readonly route: string; readonly fault: Fault }[] = [];

  add(route: string, fault: Fault, times: number): void {
    for (let count = 0; count < times; count += 1) this.#waiting.push({ route, fault });
  }

  take(route: string): Fault | undefined {
    const index = this.#waiting.findIndex((waiting) => waiting.route === route);
    if (index < 0) return undefined;
    const { fault } = this.#waiting.splice(index, 1)[0]!;
    this.fired.push({ route, kind: fault.kind });
    return fault;
  }

  get pending(): number {
    return this.#waiting.length;
  }
}
