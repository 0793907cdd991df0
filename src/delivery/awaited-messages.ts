/** While a command's first answer is on its way its result waits, so that both become one message. */
export class AwaitedMessages {
  readonly #awaited = new Map<string, Promise<unknown>>();

  /** @param noted resolves when the message is known, or will not be */
  expect(id: string, noted: Promise<unknown>): void {
    const settled = noted.catch(() => {}).finally(() => this.#awaited.delete(id));
    this.#awaited.set(id, settled);
  }

  async arrival(id: string): Promise<void> {
    await this.#awaited.get(id);
  }
}
