import { defineCommand, option } from '#src/command/define-command.js';

/** Which of several pets of one name was meant; the command that asked goes on. */
export const choose = defineCommand({
  name: 'choose',
  internal: true,
  asked: true,
  options: {
    question: option('text', { required: true, max: 64 }),
    number: option('integer', { required: true, min: 1, max: 5 }),
  },
  run: ({ options, goOn }) => goOn(options.question, options.number),
});
