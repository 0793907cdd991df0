import { fold } from './folded-text.js';

export type ParameterName = 'from' | 'to' | 'words' | 'whom' | 'look';

/** Where a parameter stands in a folded text. */
export type Span = readonly [start: number, end: number];
export type Found = Partial<Record<ParameterName, Span>>;

/** Words that are given, each in several ways, with up to two parameters between: `replace {from} (with|by) {to}`. */
export class PhrasePattern {
  readonly #literals: readonly (readonly string[])[];
  readonly #parameters: readonly ParameterName[];
  /** Letters that a phrase may begin with, and end with; undefined where that is a parameter's. */
  readonly #firsts: ReadonlySet<string | undefined>;
  readonly #lasts: ReadonlySet<string | undefined>;

  private constructor(literals: readonly (readonly string[])[], parameters: readonly ParameterName[]) {
    this.#literals = literals;
    this.#parameters = parameters;
    this.#firsts = new Set(literals[0]!.map((literal) => literal[0]));
    this.#lasts = new Set(literals.at(-1)!.map((literal) => literal.at(-1)));
  }

  /** One for each way to fill the groups that hold parameters. */
  static compile(pattern: string): PhrasePattern[] {
    return expandGroups(pattern, true).map((one) => {
      const [first = '', ...rest] = one.split(/\{(\w+)\}/);
      const parameters = rest.filter((_, index) => index % 2 === 0) as ParameterName[];
      if (parameters.length < 1 || parameters.length > 2) throw new Error(`phrase '${pattern}': one or two parameters`);
      const literals = [first, ...rest.filter((_, index) => index % 2 === 1)];
      return new PhrasePattern(literals.map(alternatives), parameters);
    });
  }

  /** What the pattern begins with, in all ways; empty where it begins with a parameter. */
  get beginnings(): readonly string[] {
    return this.#literals[0]!.filter((literal) => literal !== '');
  }

  /** What the pattern ends with, where it begins with a parameter. */
  get endings(): readonly string[] {
    return this.#literals[0]!.includes('') ? this.#literals.at(-1)!.filter((literal) => literal !== '') : [];
  }

  /** All ways in which the whole of a text is such a phrase: of what stands between two parameters, the first and the last place count. */
  match(folded: string): { readonly found: Found; readonly literalLength: number }[] {
    if (!mayBe(this.#firsts, folded[0]) || !mayBe(this.#lasts, folded.at(-1))) return [];
    const before = this.#literals[0]!.find((literal) => folded.startsWith(literal));
    const after = this.#literals.at(-1)!.find((literal) => folded.endsWith(literal));
    if (before === undefined || after === undefined) return [];
    const [start, end] = [before.length, folded.length - after.length];
    const outer = before.length + after.length;
    const [first, second] = this.#parameters as [ParameterName, ParameterName?];
    if (second === undefined) return end > start ? [{ found: { [first]: [start, end] }, literalLength: outer }] : [];
    return this.#placesBetween(folded, start, end).map(([from, to]) => ({
      found: { [first]: [start, from], [second]: [to, end] },
      literalLength: outer + to - from,
    }));
  }

  #placesBetween(folded: string, start: number, end: number): Span[] {
    const places: Span[] = [];
    for (const literal of this.#literals[1]!) {
      const first = folded.indexOf(literal, start + 1);
      const last = folded.lastIndexOf(literal, end - literal.length - 1);
      for (const at of new Set([first, last])) {
        if (at <= start || at + literal.length >= end) continue;
        // The longer words for the same come first: `be a` holds `a`.
        const isHeld = places.some(([from, to]) => from <= at && at + literal.length <= to);
        if (!isHeld) places.push([at, at + literal.length]);
      }
    }
    return places;
  }
}

function mayBe(letters: ReadonlySet<string | undefined>, letter: string | undefined): boolean {
  return letters.has(undefined) || letters.has(letter);
}

/** All ways to read `(a|b) c`, folded, the longest first. */
export function alternatives(pattern: string): string[] {
  return [...new Set(expandGroups(pattern).map(fold))].toSorted((one, other) => other.length - one.length);
}

/** @param holdingParameters only groups with parameters in them */
function expandGroups(pattern: string, holdingParameters = false): string[] {
  let opened = pattern.indexOf('(');
  while (opened >= 0) {
    const closed = closingOf(pattern, opened);
    const inside = pattern.slice(opened + 1, closed);
    if (!holdingParameters || inside.includes('{')) {
      const ways = splitWays(inside).map((way) => pattern.slice(0, opened) + way + pattern.slice(closed + 1));
      return ways.flatMap((way) => expandGroups(way, holdingParameters));
    }
    opened = pattern.indexOf('(', closed);
  }
  return [pattern];
}

function closingOf(pattern: string, opened: number): number {
  let depth = 0;
  for (let index = opened; index < pattern.length; index += 1) {
    if (pattern[index] === '(') depth += 1;
    if (pattern[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  throw new Error(`phrase '${pattern}': a bracket is left open`);
}

function splitWays(inside: string): string[] {
  const ways = [''];
  let depth = 0;
  for (const character of inside) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '|' && depth === 0) ways.push('');
    else ways[ways.length - 1] += character;
  }
  return ways;
}
