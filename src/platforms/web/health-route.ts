import type { ServerResponse } from 'node:http';
import type { HealthReport } from '#src/core/health-report.js';
import { RequestError, sendJson } from './request-guard.js';

const path = /^\/healthz(?:\/([a-z]+))?$/;

/**
 * `/healthz`: 503 where a new start may help, 200 otherwise, so that nobody starts a bot again because of a wrong token.
 * `/healthz/discord`: 503 while that platform does not work, for watchers that read nothing but the status.
 * @returns whether it was asked for
 */
export async function answerHealth(
  pathname: string,
  response: ServerResponse,
  health: () => Promise<HealthReport>,
): Promise<boolean> {
  const match = path.exec(pathname);
  if (!match) return false;
  const report = await health();
  const name = match[1];
  if (name === undefined) {
    sendJson(response, report.status === 'failing' ? 503 : 200, report);
    return true;
  }
  const platform = Object.entries(report.platforms).find(([known]) => known === name)?.[1];
  if (!platform) throw new RequestError(404, 'path', 'This platform is not switched on.');
  sendJson(response, platform.state === 'working' ? 200 : 503, platform);
  return true;
}
