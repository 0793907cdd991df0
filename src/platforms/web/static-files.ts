import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { packageRoot } from '#src/core/package-root.js';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page's own files, read once: nothing that a request says becomes a path. */
export class StaticFiles {
  readonly #files = new Map<string, { readonly bytes: Buffer; readonly type: string; readonly tag: string }>();

  // Pages are plain JavaScript, which the build does not copy: they are served from the sources.
  constructor(folder = 'page', names: readonly string[] = readdirSync(folderOf(folder))) {
    for (const name of names) {
      const type = contentTypes[extname(name)];
      if (type === undefined) continue;
      const bytes = readFileSync(join(folderOf(folder), name));
      const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 16)}"`;
      this.#files.set(name === 'page.html' ? '/' : `/${name}`, { bytes, type, tag });
    }
  }

  /** @returns whether there is such a file */
  serve(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const file = this.#files.get(path);
    if (!file) return false;
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('ETag', file.tag);
    if (request.headers['if-none-match'] === file.tag) {
      response.writeHead(304).end();
      return true;
    }
    response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.byteLength });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
    return true;
  }
}

/** @param folder within that of the web platform */
function folderOf(folder: string): string {
  return join(packageRoot, 'src/platforms/web', folder);
}
