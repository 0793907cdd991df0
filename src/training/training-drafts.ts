import { createHash } from 'node:crypto';
import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import { isSamePerson, type Person } from '#src/core/place.js';
import type { DraftsService, TrainingDraft } from './services.js';
import type { TrainingDraftsTable } from './training-drafts-table.js';

export interface DraftsOptions {
  readonly table: TrainingDraftsTable;
  readonly blobs: Pick<BlobStore, 'delete'>;
}

/** What one invocation of one person may do with drafts. @param invocation the same id when its event is delivered again */
export function draftsServiceFor({ table, blobs }: DraftsOptions, person: Person, invocation: string): DraftsService {
  // Short, because buttons carry it.
  const ownId = createHash('sha256')
    .update(JSON.stringify([person.platform, person.id, invocation]))
    .digest('hex')
    .slice(0, 16);
  const deleteAll = async (keys: readonly BlobKey[]) => {
    await Promise.all(keys.map((key) => blobs.delete(key)));
  };
  const save = async (draft: TrainingDraft) => {
    await deleteAll(await table.save(person, draft));
    return draft;
  };
  return {
    async get(id) {
      const found = await table.get(id);
      if (!found) throw new UserError('draftGone');
      if (!isSamePerson(found.owner, person)) throw new UserError('questionNotYours');
      return found.draft;
    },
    async savedBefore() {
      return (await table.get(ownId))?.draft;
    },
    findReplacing: (petName) => table.findReplacing(person, petName),
    save: (draft) => save({ ...draft, id: ownId, isReplacing: false }),
    replaceDoubtful(draft) {
      // The numbers stay, so that they can be named again.
      const photos = draft.photos.map((photo) => {
        const { blob: _, ...rest } = photo;
        return photo.doubts.length === 0 ? photo : rest;
      });
      return save({ ...draft, photos, set: [], isReplacing: true });
    },
    finish: ({ id }) => table.finish(id),
    async forget({ id }) {
      await deleteAll(await table.remove(id));
    },
  };
}
