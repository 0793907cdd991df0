import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { isLocalAddress } from './client-address.js';

export interface ServerLimits {
  readonly maxConnectionsPerAddress: number;
  readonly maxConnections: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** Takes no more connections than it bears, in all and of each address, and none that says nothing. */
export function createBoundedServer(limits: ServerLimits, log: Logger): Server {
  const { headersTimeoutMs, requestTimeoutMs, maxConnections, maxConnectionsPerAddress } = limits;
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(2000, headersTimeoutMs),
    keepAliveTimeout: 5000,
    maxHeaderSize: 16 * 1024,
  });
  server.maxConnections = maxConnections;
  const connections = new Map<string, number>();
  server.on('connection', (socket) => boundConnections(socket, connections, maxConnectionsPerAddress));
  server.on('drop', () => log.warn({ maxConnections }, 'a connection was refused: too many are open'));
  return server;
}

/** @param setting to be changed where the port is taken */
export async function listen(
  server: Server,
  { host, port, setting }: { readonly host: string; readonly port: number; readonly setting: string },
): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Error(`port ${port} on ${host} is taken: stop what listens there, or set ${setting}`, { cause: error });
    }
    throw error;
  }
}

/** A proxy on this machine brings everybody's. */
function boundConnections(socket: Socket, connections: Map<string, number>, max: number): void {
  const address = socket.remoteAddress ?? '';
  if (isLocalAddress(address)) return;
  const count = (connections.get(address) ?? 0) + 1;
  if (count > max) {
    socket.destroy();
    return;
  }
  connections.set(address, count);
  socket.once('close', () => {
    const others = connections.get(address)! - 1;
    if (others === 0) connections.delete(address);
    else connections.set(address, others);
  });
}
