const firstWaitMs = 500;
const longestWaitMs = 8000;

/** Listens to the server, and connects again for as long as the page is open. */
export function startConnection({ address, onEvent, onState, onUnknown }) {
  let waitMs = firstWaitMs;
  const connect = () => {
    const socket = new WebSocket(address());
    socket.addEventListener('open', () => {
      waitMs = firstWaitMs;
      onState(true);
    });
    socket.addEventListener('message', ({ data }) => onEvent(JSON.parse(data)));
    socket.addEventListener('close', async () => {
      onState(false);
      setTimeout(connect, waitMs);
      waitMs = Math.min(longestWaitMs, waitMs * 2);
      // A failed handshake does not tell its status to a page.
      const response = await fetch('/api/completions', { cache: 'no-store' }).catch(() => undefined);
      if (response?.status === 401) onUnknown();
    });
  };
  connect();
  // After a night's sleep, at once rather than at the next attempt.
  addEventListener('online', () => {
    waitMs = firstWaitMs;
  });
}

/** A request that repeats itself while the connection is broken; the event's id keeps it from counting twice. */
export async function post(path, body) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { ok: response.ok, status: response.status, ...(await response.json().catch(() => ({}))) };
    } catch {
      if (attempt === 3) return { ok: false, status: 0, code: 'unreachable' };
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }
}

export function newEvent() {
  // randomUUID exists in secure contexts only; a page opened by an address in the local network is none.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
