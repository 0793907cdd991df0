const latin = /\p{Script=Latin}/u;
const marks = /\p{M}/gu;

/** A text as phrases are looked up in it: lower case, Latin letters without accents, straight apostrophes. Parts of it are given back as written. */
export class FoldedText {
  readonly folded: string;
  readonly #text: string;
  /** For each unit of the folded text, where in the text its character begins; one more for the end. */
  readonly #starts: number[] = [];

  constructor(text: string) {
    this.#text = text;
    let folded = '';
    let position = 0;
    for (const character of text) {
      const plain = fold(character);
      for (let unit = 0; unit < plain.length; unit += 1) this.#starts.push(position);
      folded += plain;
      position += character.length;
    }
    this.#starts.push(text.length);
    this.folded = folded;
  }

  /** What was written from one place of the folded text to another. */
  slice(start: number, end = this.folded.length): string {
    return this.#text.slice(this.#starts[start], this.#starts[end]).trim();
  }
}

/** As `FoldedText` has it. */
export function fold(text: string): string {
  let folded = '';
  for (const character of text.toLowerCase()) folded += latin.test(character) ? foldLatin(character) : other(character);
  return folded;
}

function foldLatin(letter: string): string {
  return letter === 'ß' ? 'ss' : letter.normalize('NFD').replace(marks, '');
}

function other(character: string): string {
  if (character === '’' || character === '‘' || character === '´' || character === '`') return "'";
  return /[\u0300-\u036F]/.test(character) ? '' : character;
}
