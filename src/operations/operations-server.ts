import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { collectDefaultMetrics, type Registry } from 'prom-client';

export interface OperationsServerOptions {
  /** Loopback, unless others watch over this machine: what it tells is for the host alone. */
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  /** How the process is. `isFailing`: a new start may help. `isReady`: it can do its work now. */
  readonly look: () => Promise<OperationsReport>;
}

export interface OperationsReport {
  readonly isFailing: boolean;
  readonly isReady: boolean;
  /** As JSON, for a person who looks. Holds no secret and nothing of anybody. */
  readonly details: object;
}

export interface OperationsServer {
  readonly port: number;
  stop(): Promise<void>;
}

const requestTimeoutMs = 10_000;

/** `/healthz`: whether to start it again. `/readyz`: whether it works. `/metrics`: Prometheus' text format. */
export async function startOperationsServer(options: OperationsServerOptions): Promise<OperationsServer> {
  // Node's own are measured where somebody reads them: the garbage collector and the event loop are watched for it.
  collectDefaultMetrics({ register: options.registry });
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (request, response) => {
      answer(request, response, options).catch(() =>
        respond(response, 500, 'text/plain', 'This could not be found out.\n'),
      );
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
  { registry, look }: OperationsServerOptions,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return respond(response, 405, 'text/plain', 'GET only.\n');
  switch (url.split('?')[0]) {
    case '/metrics':
      return respond(response, 200, registry.contentType, await registry.metrics());
    case '/healthz': {
      const { isFailing, details } = await look();
      return respond(response, isFailing ? 503 : 200, 'application/json', `${JSON.stringify(details)}\n`);
    }
    case '/readyz': {
      const { isReady, details } = await look();
      return respond(response, isReady ? 200 : 503, 'application/json', `${JSON.stringify(details)}\n`);
    }
    default:
      return respond(response, 404, 'text/plain', '/healthz, /readyz and /metrics are here.\n');
  }
}

function respond(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
