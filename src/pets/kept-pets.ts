import type { BlobKey } from '#src/core/blob-key.js';
import type { KeptData } from '#src/core/kept-data.js';
import type { PetSharesTable } from './pet-shares-table.js';
import type { PetsTable } from './pets-table.js';

export interface KeptPetsOptions {
  readonly pets: Pick<PetsTable, 'everythingOf' | 'list' | 'remove'>;
  readonly shares: Pick<PetSharesTable, 'removeFor'>;
  /** Stops what anybody has asked for of a pet that is gone. */
  readonly onRemoved: (pet: string) => Promise<void>;
}

export function keptPets({ pets, shares, onRemoved }: KeptPetsOptions): KeptData {
  return {
    name: 'pets',
    async everythingOf(person) {
      const rows = await pets.everythingOf(person);
      return { rows, files: rows.flatMap(({ lora, photos, previews }) => [lora, ...photos, ...previews]) };
    },
    async forget(person) {
      const unused: BlobKey[] = [];
      for (const { id } of await pets.list(person)) {
        unused.push(...((await pets.remove(person, id)) ?? []));
        await onRemoved(id);
      }
      await shares.removeFor(person);
      return unused;
    },
  };
}
