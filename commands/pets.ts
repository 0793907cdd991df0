import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { isPetName, maxPetNameLength } from '#src/drawing/pet-names.js';
import { shareScopes } from '#src/pets/pet.js';
import { assertNotInTraining } from '#src/training/training-order.js';

const hidden = { ephemeral: true } as const;

export const pets = defineCommand({
  name: 'pets',
  options: {
    forget: option('pet'),
    rename: option('pet'),
    to: option('text', { max: 100 }),
    share: option('pet'),
    with: option('choice', { choices: shareScopes }),
    unshare: option('pet'),
    accept: option('text', { max: 64 }),
    export: option('pet'),
  },
  async run({ options, jobs, pets, kinds, reply }) {
    const { rename, to, share, unshare } = options;
    if (share) {
      const scope = options.with ?? 'channel';
      if (scope === 'person') return reply('invited', { name: share.name, code: await pets.invite(share) }, hidden);
      await pets.share(share, scope);
      return reply(scope === 'server' ? 'sharedWithServer' : 'sharedWithChannel', { name: share.name });
    }
    if (unshare) return reply('unshared', { name: unshare.name, count: await pets.unshare(unshare.id) });
    if (options.accept !== undefined) {
      const { name, sharedBy = '' } = await pets.accept(options.accept);
      return reply('accepted', { name, person: sharedBy }, hidden);
    }
    if (options.export) {
      const { id, name } = options.export;
      const files = [{ blob: await pets.fileOf(id), name: fileNameOf(name) }];
      return reply('exported', { name }, { ...hidden, files });
    }
    if ((rename === undefined) !== (to === undefined)) throw new UserError('renameIncomplete');
    if (rename && to !== undefined) {
      if (!isPetName(to)) throw new UserError('petNameInvalid', { name: [...to].slice(0, maxPetNameLength).join('') });
      if (kinds.isKind(to)) throw new UserError('petNameIsKind', { name: to });
      await assertNotInTraining(to, jobs);
      await pets.rename(rename.id, to);
      return reply('renamed', { name: rename.name, to });
    }
    if (options.forget) {
      await pets.remove(options.forget.id);
      return reply('forgotten', { name: options.forget.name });
    }
    const all = await pets.available();
    if (all.length === 0) return reply('none');
    return reply(
      'list',
      {},
      {
        lines: all.map(({ name, className, photoCount, sharedBy }) => {
          const kind = kinds.nameOf(className);
          if (sharedBy !== undefined) return text('commands.pets.replies.sharedLine', { name, kind, person: sharedBy });
          return photoCount === 0
            ? text('commands.pets.replies.importedLine', { name, kind })
            : text('commands.pets.replies.line', { name, kind, photos: photoCount });
        }),
        isSpoiler: all.some((pet) => pet.isSpoiler),
        pictures: all.flatMap(({ name, previews }) =>
          previews.slice(0, 1).map((blob) => ({ blob, alt: text('commands.pets.replies.picture', { name }) })),
        ),
      },
    );
  },
});

/** Letters and digits of any script. */
function fileNameOf(name: string): string {
  return `${name.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')}.safetensors`;
}
