/** Brackets as people write them for more or less: `(`…`)`, `(`…`:1.3)`, `[`…`]`. What they are worth is the model's business. */
export interface WrittenWeight {
  readonly opens: string;
  readonly closes: string;
}

interface Bracketed extends WrittenWeight {
  readonly start: number;
  readonly end: number;
}

const partners: Readonly<Record<string, string>> = { ')': '(', ']': '[' };
const given = /:\s{0,4}[+-]?[\d.]{1,8}\s{0,4}$/;
const maxGivenLength = 24;
/** Around one word; more of them say nothing more. */
const maxNested = 4;

/** `(dog:1.3)` → `(dog)` */
export function withoutFactors(text: string): string {
  return text.replace(/:\s{0,4}[+-]?[\d.]{1,8}\s{0,4}\)/g, ')');
}

/** @returns what stands around a part of the text, all brackets of it in one, as another word is to have them */
export function weightsIn(text: string): (start: number, end: number) => WrittenWeight | undefined {
  const bracketed = pairs(text);
  return (start, end) => {
    const around = bracketed.filter((one) => one.start < start && end <= one.end).slice(0, maxNested);
    if (around.length === 0) return undefined;
    return {
      opens: around.map(({ opens }) => opens).reduceRight((all, one) => all + one, ''),
      closes: around.map(({ closes }) => closes).join(''),
    };
  };
}

/** The inner before the outer. */
function pairs(text: string): Bracketed[] {
  const opened: number[] = [];
  const found: Bracketed[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '\\') {
      at += 1;
    } else if (character === '(' || character === '[') {
      opened.push(at);
    } else if (partners[character] !== undefined && text[opened.at(-1) ?? -1] === partners[character]) {
      const start = opened.pop()!;
      const within = text.slice(Math.max(start + 1, at - maxGivenLength), at);
      const factor = character === ')' ? (given.exec(within)?.[0] ?? '') : '';
      found.push({ start, end: at, opens: text[start]!, closes: factor + character });
    }
  }
  return found;
}
