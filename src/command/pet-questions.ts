import { createHash } from 'node:crypto';
import type { BlobStore } from '#src/core/blob-store.js';
import { type QuestionError, UserError } from '#src/core/errors.js';
import type { IncomingImage } from '#src/core/files.js';
import type { Person } from '#src/core/place.js';
import type { Button, Reply } from '#src/core/reply.js';
import type { FilesService } from '#src/photos/services.js';
import type { IncomingCommand } from '#src/platforms/platform.js';
import type { Command } from './define-command.js';
import type { KeptOption } from './pet-question.js';
import type { PetQuestionsTable } from './pet-questions-table.js';

export interface PetQuestionsOptions {
  readonly table: PetQuestionsTable;
  readonly filesFor: (person: Person) => Pick<FilesService, 'keepPhoto'>;
  readonly blobs: Pick<BlobStore, 'get' | 'delete'>;
}

/** Buttons for more would be a list to read. */
const maxOffered = 5;

/** Asks which of several things is meant, such as pets of one name, and goes on with the command that stopped for it. */
export class PetQuestions {
  readonly #options: PetQuestionsOptions;

  constructor(options: PetQuestionsOptions) {
    this.#options = options;
  }

  /**
   * @param asked.id the same when its event is delivered again
   * @returns undefined where the command cannot be told which, or there are too many or none
   */
  async ask(
    command: Command | undefined,
    asked: { readonly id: string; readonly incoming: IncomingCommand },
    { question, answers, others }: QuestionError,
  ): Promise<Reply | undefined> {
    const { table, blobs } = this.#options;
    const { person, options: given } = asked.incoming;
    const isAskable = answers.every((answer) => Object.keys(answer.options).every((name) => command?.options[name]));
    if (!command || answers.length + others.length === 0 || answers.length > maxOffered || !isAskable) return undefined;
    const options: Record<string, KeptOption> = {};
    for (const [name, value] of Object.entries(given))
      options[name] = typeof value === 'object' ? await this.#keep(person, value) : value;
    // Short, because buttons carry it.
    const id = createHash('sha256')
      .update(JSON.stringify([person.platform, person.id, asked.id]))
      .digest('hex')
      .slice(0, 16);
    const meant = answers.map((answer) => answer.options);
    const unused = await table.save(person, { id, command: command.name, options, answers: meant });
    for (const key of unused) await blobs.delete(key);
    return {
      text: question,
      buttons: [
        ...answers.map(
          ({ label, params }, index): Button => ({
            for: 'asker',
            label,
            ...(params && { params }),
            command: 'choose',
            options: { question: id, number: index + 1 },
          }),
        ),
        ...others,
      ],
      ephemeral: 'preferably',
    };
  }

  /**
   * The command once more, with what was meant.
   * @throws UserError where the question is over, or somebody else's
   */
  async answered(id: string, number: number, person: Person): Promise<Pick<IncomingCommand, 'command' | 'options'>> {
    const found = await this.#options.table.get(id);
    const answer = found?.question.answers[number - 1];
    if (!found || answer === undefined) throw new UserError('questionGone');
    const { question, owner } = found;
    if (owner.platform !== person.platform || owner.id !== person.id) throw new UserError('questionNotYours');
    const options = Object.entries(question.options).map(
      ([name, value]) =>
        [name, typeof value === 'object' ? value.map((kept) => this.#readLater(kept)) : value] as const,
    );
    return { command: question.command, options: { ...Object.fromEntries(options), ...answer } };
  }

  #keep(person: Person, images: readonly IncomingImage[]): Promise<KeptOption & object> {
    const files = this.#options.filesFor(person);
    return Promise.all(
      images.map(async (image) => {
        const { blob } = await files.keepPhoto(image);
        return { name: image.name, blob, ...(image.isSpoiler && { isSpoiler: true as const }) };
      }),
    );
  }

  #readLater({ name, blob, isSpoiler }: (KeptOption & object)[number]): IncomingImage {
    return { name, ...(isSpoiler && { isSpoiler }), read: () => this.#options.blobs.get(blob) };
  }
}
