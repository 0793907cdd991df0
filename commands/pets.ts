import { defineCommand, option, text } from '#src/command.js';

export const pets = defineCommand({
  name: 'pets',
  options: {
    forget: option('pet'),
  },
  async run({ options, pets, reply }) {
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
          text('commands.pets.replies.line', { name, kind: className, photos: photoCount }),
        ),
        pictures: all.flatMap(({ name, previews }) =>
          previews.slice(0, 1).map((blob) => ({ blob, alt: text('commands.pets.replies.picture', { name }) })),
        ),
      },
    );
  },
});
