import type { HeldBlobs } from './blobs/held-blobs.js';
import type { Tables } from './bot-tables.js';
import { communityOf } from './contests/contest.js';
import type { ContestClock } from './contests/contest-clock.js';
import { type Entrant, type EntriesServiceOptions, entriesServiceFor } from './contests/entries-service.js';
import { takesEntriesAt } from './contests/life-cycle.js';
import type { EntriesService } from './contests/services.js';
import { BlobMissingError } from './core/blob-store.js';
import type { Place } from './core/place.js';
import type { Database } from './database/database.js';
import { MadePictures } from './jobs/made-pictures.js';
import type { KnownModerators } from './moderation/known-moderators.js';
import type { Rights } from './moderation/rights-service.js';
import type { PetRights } from './pets/pet-rights.js';
import type { PhotoDecoder } from './photos/decoder/photo-decoder.js';

export interface EntriesOptions {
  readonly database: Database;
  readonly clock: ContestClock;
  readonly tables: Pick<Tables, 'records' | 'contests' | 'pets'>;
  readonly blobs: HeldBlobs;
  readonly rights: Rights;
  readonly petRights: PetRights;
  readonly moderators: KnownModerators;
  readonly decoder: PhotoDecoder;
}

/** What entering a contest takes of everything else. */
export function openEntries(options: EntriesOptions): (entrant: Entrant) => EntriesService {
  const { database, clock, tables, blobs, rights, petRights, moderators, decoder } = options;
  const pictures = new MadePictures(tables.records);
  const parts: EntriesServiceOptions = {
    database,
    clock,
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
    isModeratedByOthers: async (place, person) => (await moderators.at(place, person, 1)).length > 0,
  };
  return (entrant) => entriesServiceFor(parts, entrant);
}

/** Whether 🏆 belongs below what is posted at a place now. */
export function takesEntries({ contests }: Pick<Tables, 'contests'>): (place: Place) => Promise<boolean> {
  return async (place) => {
    const now = new Date();
    return (await contests.seenIn(communityOf(place), ['open'])).some((contest) => takesEntriesAt(contest, now));
  };
}
