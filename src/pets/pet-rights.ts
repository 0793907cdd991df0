import { UserError } from '#src/core/errors.js';
import type { DrawnPets, JobPet, PetFiles } from '#src/core/job-pet.js';
import { isSamePerson, type Person, type Place } from '#src/core/place.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { PetSharesTable } from './pet-shares-table.js';
import type { PetsTable } from './pets-table.js';

/** Who may draw which pet where: asked anew for each attempt, since sharing ends and pets are forgotten. */
export class PetRights {
  readonly #pets: PetsTable;
  readonly #shares: PetSharesTable;

  constructor(pets: PetsTable, shares: PetSharesTable) {
    this.#pets = pets;
    this.#shares = shares;
  }

  /**
   * What it takes to draw pets that somebody may draw at a place.
   * @throws UserError `petGone` or `petUnshared` where there is one that they may not
   */
  async filesFor(
    { person, place }: Pick<Applicant, 'person' | 'place'>,
    wanted: readonly JobPet[],
  ): Promise<DrawnPets> {
    const ids = [...new Set(wanted.map(({ id }) => id))];
    if (ids.length === 0) return { files: {} };
    const known = await this.#pets.filesOf(ids.filter((id) => id !== undefined));
    const shared = await this.#shares.visibleTo(person, place);
    const files: Record<string, PetFiles[string]> = {};
    let checkpoint: string | undefined;
    for (const id of ids) {
      const pet = known.find((one) => one.id === id);
      if (!pet) throw new UserError('petGone');
      if (!isSamePerson(pet.owner, person) && !shared.some((one) => one.id === id)) throw new UserError('petUnshared');
      files[pet.id] = pet.lora;
      checkpoint ??= pet.checkpoint;
    }
    return { files, ...(checkpoint !== undefined && { checkpoint }) };
  }

  /**
   * Whether a picture of pets may be shown at all of these places: one's own may, others' where they are shared with everybody there.
   * @throws UserError `petGone` or `petNotSharedThere`
   */
  async assertShowable(person: Person, shown: readonly JobPet[], places: readonly Place[]): Promise<void> {
    const ids = [...new Set(shown.flatMap(({ id }) => id ?? []))];
    const known = await this.#pets.filesOf(ids);
    for (const id of ids) {
      const pet = known.find((one) => one.id === id);
      if (!pet) throw new UserError('petGone');
      if (isSamePerson(pet.owner, person)) continue;
      for (const place of places)
        if (!(await this.#shares.isSharedAt(id, place))) throw new UserError('petNotSharedThere');
    }
  }
}
