import { expect, test } from 'vitest';
import { type Command, offeredCommands, option } from '#src/command/define-command.js';

const run = async () => {
  throw new Error('not run here');
};
const commands: readonly Command[] = [
  {
    name: 'train',
    options: { name: option('text', { required: true }), draft: option('text', { internal: true }) },
    freeText: 'name',
    run,
  },
  { name: 'again', internal: true, options: { job: option('text') }, run },
];

test('people are offered neither commands nor options that are for buttons only', () => {
  expect(offeredCommands(commands)).toEqual([
    { name: 'train', options: { name: { kind: 'text', required: true } }, freeText: 'name', run },
  ]);
});
