import type { Logger } from 'pino';
import type { HeldBlobs } from './blobs/held-blobs.js';
import type { Tables } from './bot-tables.js';
import { type CastAtPageOptions, castAtPage } from './contests/cast-at-page.js';
import { ContestGallery } from './contests/contest-gallery.js';
import { PagesAhead } from './contests/pages-ahead.js';
import { RunningEntries } from './contests/running-entries.js';
import { ContestPictures } from './contests/sheets/contest-pictures.js';
import type { Database } from './database/database.js';
import type { Config } from './operations/config.js';
import type { PhotoDecoder } from './photos/decoder/photo-decoder.js';
import type { PictureLook } from './photos/picture-look/picture-look.js';
import { GalleryServer } from './platforms/web/gallery/gallery-server.js';

export interface ContestPagesOptions {
  readonly config: Pick<Config, 'WEB_PUBLIC_URL' | 'WEB_PUBLIC_HOST' | 'WEB_PUBLIC_PORT'>;
  readonly database: Database;
  readonly tables: Pick<Tables, 'sheets'>;
  readonly blobs: HeldBlobs;
  readonly decoder: Pick<PhotoDecoder, 'for' | 'keepReady'>;
  readonly look: Pick<PictureLook, 'beyond'>;
  readonly facts: Omit<CastAtPageOptions, 'database' | 'running'>;
  readonly log: Logger;
}

export interface ContestPages {
  readonly pictures: ContestPictures;
  readonly gallery: ContestGallery;
  /** What chats and pages know of entries that are voted on. */
  readonly running: RunningEntries;
  /** To be called whenever voting may have begun or ended. */
  lookAhead(): void;
  /** Serves the pages, where they have an address. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What contests show beside messages: sheets, and pages for whoever has a link. */
export function openContestPages(options: ContestPagesOptions): ContestPages {
  const { config, database, tables, blobs, decoder, look, facts, log } = options;
  const { WEB_PUBLIC_URL: address, WEB_PUBLIC_HOST: host, WEB_PUBLIC_PORT: port } = config;
  const pictures = new ContestPictures({
    sheets: tables.sheets,
    blobs,
    // No page's person is called so: theirs are 22 letters.
    decoderOf: (name) => decoder.for({ platform: 'web', id: name, name }),
  });
  const publicUrl = address === undefined ? undefined : new URL(address);
  const running = new RunningEntries(database);
  const gallery = new ContestGallery({
    database,
    running,
    publicUrl,
    thumbnail: (picture) => pictures.thumbnail(picture),
    coverOf: (places, picture) => look.beyond(places, picture),
    cast: (press) => castAtPage({ database, running, ...facts }, press),
  });
  const ahead = new PagesAhead({
    database,
    prepare: (picture, places) => Promise.all([pictures.thumbnail(picture), look.beyond(places, picture)]),
    onTurning: (isTurning) => decoder.keepReady(isTurning),
    log,
  });
  const server = publicUrl && new GalleryServer({ source: gallery, blobs, publicUrl, host, port, log });
  return {
    pictures,
    gallery,
    running,
    lookAhead: () => ahead.look(),
    async start() {
      await server?.start();
      ahead.look();
    },
    async stop() {
      await server?.stop();
      await ahead.stop();
    },
  };
}
