import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Config } from '#src/operations/config.js';

/** With pages for everybody on a port that nobody has. */
export async function withPages(config: Config): Promise<Config> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return { ...config, WEB_PUBLIC_URL: `http://localhost:${port}/`, WEB_PUBLIC_PORT: port };
}
