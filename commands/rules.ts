import { defineCommand, option } from '#src/command/define-command.js';
import { rulesReplyOf } from '#src/contests/contest-telling.js';

/** ℹ below a post: what holds in a contest, and how one takes part, for whoever presses. */
export const rules = defineCommand({
  name: 'rules',
  internal: true,
  options: {
    c: option('text', { required: true, max: 64 }),
  },
  async run({ options, place, entries }) {
    return { ...rulesReplyOf(await entries.choose(options.c, 'show'), place.platform), ephemeral: true };
  },
});
