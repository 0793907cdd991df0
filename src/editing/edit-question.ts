import { type Answer, QuestionError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { type EditChange, writtenChange } from './edit-job.js';

/** Of a button's label. */
const maxLabelLength = 60;
const maxChanges = 4;

/** Words look like an instruction, but not for certain: each thing that they may mean is a button. */
export class EditQuestionError extends QuestionError<'editUnclear'> {
  readonly #part: string;
  readonly #changes: readonly string[];
  readonly #description: string | undefined;

  /**
   * @param changes what the part may ask for
   * @param description the whole, if it may be drawn as it is
   */
  constructor(part: string, changes: readonly (EditChange | string)[], description?: string) {
    const written = changes
      .slice(0, maxChanges)
      .map((change) => (typeof change === 'string' ? change : writtenChange(change)));
    const answers: Answer[] = written.map((change) => ({
      label: 'answer',
      params: { answer: shorten(change) },
      options: { change },
    }));
    if (description !== undefined)
      answers.push({ label: 'asDescription', options: { change: description, whole: true } });
    super(
      'editUnclear',
      { part: shorten(part) },
      { question: text('commands.choose.replies.whichEdit', { part: shorten(part) }), answers },
    );
    this.#part = part;
    this.#changes = written;
    this.#description = description;
  }

  /** @param place puts what a part may mean where the part stands */
  within(place: (words: string) => string): EditQuestionError {
    return new EditQuestionError(this.#part, this.#changes.map(place), this.#description);
  }
}

function shorten(words: string): string {
  const characters = [...words];
  return characters.length > maxLabelLength ? `${characters.slice(0, maxLabelLength - 1).join('')}…` : words;
}
