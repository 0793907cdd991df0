import type { HeldBlobs } from './blobs/held-blobs.js';
import type { AskAboutVoters } from './bot-ballots.js';
import type { Tables } from './bot-tables.js';
import { Communities } from './contests/communities.js';
import type { ContestClock } from './contests/contest-clock.js';
import { type Entrant, type EntriesServiceOptions, entriesServiceFor } from './contests/entries-service.js';
import type { EntriesService } from './contests/services.js';
import { BlobMissingError } from './core/blob-store.js';
import type { PlatformName } from './core/place.js';
import type { Database } from './database/database.js';
import { MadePictures } from './jobs/made-pictures.js';
import { type KnownModerators, stillModerates } from './moderation/known-moderators.js';
import type { Rights } from './moderation/rights-service.js';
import type { PetRights } from './pets/pet-rights.js';
import type { PhotoDecoder } from './photos/decoder/photo-decoder.js';
import type { Platform } from './platforms/platform.js';

export interface EntriesOptions {
  readonly database: Database;
  readonly clock: ContestClock;
  readonly tables: Pick<Tables, 'records' | 'pets'>;
  readonly communities: Communities;
  readonly blobs: HeldBlobs;
  readonly rights: Rights;
  readonly petRights: PetRights;
  readonly moderators: KnownModerators;
  readonly decoder: PhotoDecoder;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
}

/** What entering a contest takes of everything else. */
export function openEntries(options: EntriesOptions): (entrant: Entrant) => EntriesService {
  const { database, clock, tables, communities, blobs, rights, petRights, moderators, decoder, platforms } = options;
  const pictures = new MadePictures(tables.records);
  const parts: EntriesServiceOptions = {
    database,
    clock,
    communities,
    blobs,
    rights,
    findPicture: (job, number) => pictures.find(job, number),
    hashOf: (person, picture) =>
      decoder
        .for(person)('hash', async () => ({ bytes: await blobs.get(picture) }))
        .catch((error: unknown) => {
          if (error instanceof BlobMissingError) return undefined;
          throw error;
        }),
    assertShowable: (person, pets, places) => petRights.assertShowable(person, pets, places),
    petOf: (id) => tables.pets.nameOf(id),
    communityName: async (server) => platforms.get(server.platform)?.communityName?.(server),
    isModeratedByOthers: async (place, person) => (await moderators.at(place, person, 1)).length > 0,
  };
  return (entrant) => entriesServiceFor(parts, entrant);
}

/** Asks services, and where they do not say, our records. */
export function openCommunities({
  database,
  facts: { memberOf },
  records,
  platforms,
}: {
  readonly database: Database;
  readonly facts: Pick<AskAboutVoters, 'memberOf'>;
  readonly records: Pick<Tables['records'], 'seenAs'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
}): Communities {
  return new Communities({
    database,
    memberOf,
    moderates: (person, place) => stillModerates(platforms, person, place),
    accountCreatedAt: ({ platform, id }) => platforms.get(platform)?.accountCreatedAt?.(id),
    seenAs: (account, server, since) => records.seenAs(account, server, since),
  });
}
