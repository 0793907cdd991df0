import type { BlobStore } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import { channelIdOf, isSamePerson } from '#src/core/place.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { Rights } from '#src/moderation/rights-service.js';
import { petLabel, petNameKey } from './pet.js';
import { PetAmbiguousError } from './pet-ambiguous-error.js';
import type { PetRights } from './pet-rights.js';
import type { PetSharesTable } from './pet-shares-table.js';
import type { PetsTable } from './pets-table.js';
import type { PetsService } from './services.js';

export interface PetsServiceOptions {
  readonly pets: PetsTable;
  readonly shares: PetSharesTable;
  readonly blobs: Pick<BlobStore, 'delete'>;
  readonly rights: Pick<Rights, 'use'>;
  readonly petRights: PetRights;
  /** Stops what was asked for of a pet by those who may not draw it any more. */
  readonly onRevoked: (pet: string) => Promise<void>;
  readonly maxPetsPerPerson: number;
}

/**
 * What one person may do with pets in one place.
 * @param asker.id of the event: the same one again counts once
 */
export function petsServiceFor(
  { pets, shares, blobs, rights, petRights, onRevoked, maxPetsPerPerson }: PetsServiceOptions,
  asker: Applicant & { readonly id: string },
): PetsService {
  const { id: eventId, person, place } = asker;
  const available = async () => [...(await pets.list(person)), ...(await shares.visibleTo(person, place))];
  return {
    list: () => pets.list(person),
    available,
    find: (name) => pets.find(person, name),
    async findAvailable(name) {
      const key = petNameKey(name);
      const all = await available();
      if (name.startsWith('#')) return all.find(({ id }) => id === name.slice(1));
      const labelled = all.find((pet) => petNameKey(petLabel(pet)) === key);
      if (labelled) return labelled;
      const named = all.filter((pet) => petNameKey(pet.name) === key);
      if (named.length > 1) throw new PetAmbiguousError(named);
      return named[0];
    },
    remove: async (id) => {
      const unused = await pets.remove(person, id);
      await onRevoked(id);
      await Promise.all((unused ?? []).map((blob) => blobs.delete(blob)));
      return unused !== undefined;
    },
    fileOf: async (id) => {
      const file = (await pets.filesOf([id])).find(({ owner }) => isSamePerson(owner, person));
      if (!file) throw new UserError('petGone');
      return file.lora;
    },
    assertMayDraw: async (pet) => {
      await petRights.filesFor(asker, [pet]);
    },
    rename: async (id, name) => {
      if (!(await pets.rename(person, id, name))) throw new UserError('petExists', { name });
    },
    share: async ({ id }, scope) => {
      const target = scope === 'server' ? place.server : channelIdOf(place);
      if (target === undefined) throw new UserError('shareNoServer');
      await rights.use(eventId, 'share', asker);
      await shares.share(id, { scope, platform: place.platform, target }, person.name);
    },
    invite: async ({ id }) => {
      await rights.use(eventId, 'share', asker);
      return shares.invite(id, person.name);
    },
    accept: async (code) => {
      const pet = await shares.accept(person, code.trim().toLowerCase());
      if (!pet) throw new UserError('shareCodeUnknown');
      return pet;
    },
    unshare: async (id) => {
      const count = await shares.unshare(id);
      await onRevoked(id);
      return count;
    },
    maxCount: maxPetsPerPerson,
  };
}
