/** Who plays in the demo's contest, and what they enter. */
export const contestTitle = 'Spring outing';
export const theme = 'Your pet, out and about in spring';

interface Entrant {
  readonly name: string;
  readonly prompt: string;
}

export const cast = {
  discord: {
    community: 'Paw Prints',
    moderator: 'Mona',
    entrants: [
      { name: 'Anna', prompt: 'a brown dog in the grass with sunflowers' },
      { name: 'Ben', prompt: 'an orange cat in a garden' },
      { name: 'Carla', prompt: 'a white rabbit wearing a blue scarf in a garden' },
      { name: 'Dev', prompt: 'a yellow duck in a garden' },
      { name: 'Elif', prompt: 'a grey elephant in the jungle' },
      { name: 'Finn', prompt: 'a green turtle on the beach' },
    ],
    voters: ['Gwen', 'Hugo', 'Ines', 'Jon'],
  },
  telegram: {
    community: 'Park Friends',
    moderator: 'Kofi',
    entrants: [
      { name: 'Lena', prompt: 'a black dog with a mountain in the background' },
      { name: 'Mats', prompt: 'a brown bear wearing a green scarf in a garden' },
      { name: 'Nora', prompt: 'a pink rabbit jumping' },
      { name: 'Omar', prompt: 'a white cat wearing a red hat in the snow' },
      { name: 'Pia', prompt: 'a grey cat in front of a window' },
      { name: 'Quim', prompt: 'an orange dog surfing a wave' },
    ],
    voters: ['Rosa', 'Sven', 'Tess', 'Uli'],
  },
} as const satisfies Record<
  string,
  {
    readonly community: string;
    readonly moderator: string;
    readonly entrants: readonly Entrant[];
    readonly voters: readonly string[];
  }
>;

export const seed = 11;
/** Most like it best, and moderators take it out: it shows winter. */
export const disqualified = { name: 'Omar', reason: 'It snows in it, and the theme is spring.' };
/** As many marks for the one as for the other. */
export const alike = ['Anna', 'Mats'] as const;
/** Votes on the page, where there is a browser. */
export const voterOnPage = 'Tess';
