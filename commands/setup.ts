import { defineCommand, option } from '#src/command/define-command.js';
import { isRuleName } from '#src/contests/services.js';
import { choicesOf, setupOf } from '#src/contests/setup-telling.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';

const forAsker = { ephemeral: 'preferably' } as const;

/** The message with a contest's rules, where each press sets one of them or starts it. */
export const setup = defineCommand({
  name: 'setup',
  internal: true,
  inPlace: true,
  forModerators: true,
  impersonal: true,
  options: {
    c: option('text', { required: true, max: 64 }),
    rule: option('text', { max: 64 }),
    to: option('text', { max: 64 }),
    start: option('boolean'),
  },
  async run({ options, hosting }) {
    const { c: contest, rule, to, start } = options;
    if (start) {
      const { title } = await hosting.start(contest);
      return { text: text('commands.host.replies.started', { title }), ...forAsker };
    }
    if (rule === undefined) return { ...setupOf(await hosting.find(contest)), ...forAsker };
    if (!isRuleName(rule)) throw new UserError('buttonBroken');
    if (to === undefined) return { ...choicesOf(await hosting.find(contest), rule), ...forAsker };
    return { ...setupOf(await hosting.setRule(contest, rule, to)), ...forAsker };
  },
});
