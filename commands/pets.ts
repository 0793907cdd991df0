import { defineCommand, option, text } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { isPetName, maxPetNameLength } from './pet-names.js';

export const pets = defineCommand({
  name: 'pets',
  options: {
    forget: option('pet'),
    rename: option('pet'),
    to: option('text', { max: 100 }),
  },
  async run({ options, pets, kinds, reply }) {
    const { rename, to } = options;
    if ((rename === undefined) !== (to === undefined)) throw new UserError('renameIncomplete');
    if (rename && to !== undefined) {
      if (!isPetName(to)) throw new UserError('petNameInvalid', { name: [...to].slice(0, maxPetNameLength).join('') });
      if (kinds.isKind(to)) throw new UserError('petNameIsKind', { name: to });
      await pets.rename(rename.id, to);
      return reply('renamed', { name: rename.name, to });
    }
    if (options.forget) {
      await pets.remove(options.forget.id);
      return reply('forgotten', { name: options.forget.name });
    }
    const all = await pets.list();
    if (all.length === 0) return reply('none');
    return reply(
      'list',
      {},
      {
        lines: all.map(({ name, className, photoCount }) =>
          text('commands.pets.replies.line', { name, kind: kinds.nameOf(className), photos: photoCount }),
        ),
        pictures: all.flatMap(({ name, previews }) =>
          previews.slice(0, 1).map((blob) => ({ blob, alt: text('commands.pets.replies.picture', { name }) })),
        ),
      },
    );
  },
});
