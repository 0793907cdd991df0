import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that one process alone goes, so that a test knows when it asked for something. */
export interface RequestGate {
  /** The same address, by this way. */
  through(address: string): string;
  /** When it was asked for the first time, as `performance.now()` has it; never, as infinity. */
  readonly firstUse: number;
  /** Whether anything was asked since a moment. */
  wasUsedSince(moment: number): boolean;
  close(): void;
}

/** @param address of a server on this machine, e.g. `http://127.0.0.1:4870` */
export async function openGate(address: string): Promise<RequestGate> {
  const { hostname, port, host } = new URL(address);
  const sockets = new Set<Socket>();
  let firstUse = Number.POSITIVE_INFINITY;
  let lastUse = 0;
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    incoming.on('data', () => {
      lastUse = performance.now();
      firstUse = Math.min(firstUse, lastUse);
    });
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    through: (wanted) => wanted.replace(host, `127.0.0.1:${(server.address() as AddressInfo).port}`),
    get firstUse() {
      return firstUse;
    },
    wasUsedSince: (moment) => lastUse >= moment,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
