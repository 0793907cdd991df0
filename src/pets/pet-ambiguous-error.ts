import { QuestionError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { type Pet, petLabel } from './pet.js';

/** Several pets have one name: which of them is asked, not guessed. */
export class PetAmbiguousError extends QuestionError<'petAmbiguous'> {
  constructor(candidates: readonly Pet[]) {
    const { name } = candidates[0]!;
    super(
      'petAmbiguous',
      { name, names: candidates.map(petLabel).join(', ') },
      {
        question: text('commands.choose.replies.which', { name }),
        answers: candidates.map((pet) => ({
          label: 'pet',
          params: { pet: petLabel(pet) },
          options: { pet: `#${pet.id}` },
        })),
      },
    );
  }
}
