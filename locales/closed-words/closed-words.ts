/** Words of one language for what a checkpoint of few words can draw; the English ones are what it has learnt. Lower case, accents are free. */
export interface ClosedWords {
  /** Whether a colour stands after what has it. */
  readonly colourAfter: boolean;
  readonly kinds: Readonly<
    Record<'dog' | 'cat' | 'rabbit' | 'bear' | 'duck' | 'turtle' | 'elephant', readonly string[]>
  >;
  readonly colours: Readonly<
    Record<
      'white' | 'black' | 'grey' | 'brown' | 'orange' | 'yellow' | 'red' | 'pink' | 'blue' | 'green',
      readonly string[]
    >
  >;
  readonly clothes: Readonly<Record<'hat' | 'shirt' | 'tuxedo' | 'scarf', readonly string[]>>;
  readonly settings: Readonly<Record<ClosedSetting, readonly string[]>>;
  /** Articles, prepositions and verbs that say nothing by themselves. */
  readonly fillers: readonly string[];
}

export type ClosedSetting =
  | 'jungle'
  | 'snow'
  | 'beach'
  | 'wooden floor'
  | 'mountain'
  | 'city'
  | 'house'
  | 'window'
  | 'sunflowers'
  | 'red carpet'
  | 'sidewalk'
  | 'taj mahal'
  | 'bath'
  | 'wave'
  | 'space'
  | 'jumping'
  | 'bed'
  | 'garden'
  | 'cushion'
  | 'white background';
