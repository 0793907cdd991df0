import type { EditPhrase } from '#src/command.js';
import { type EditChange, maxEditWords } from '#src/jobs/edit.js';

/** Both sides at their longest, with the words around them; looking for phrases in more takes time that grows with its square. */
const maxPhraseLength = 2 * maxEditWords + 100;

/** What a phrase says, as far as phrases go. */
export type Reading = Exclude<EditChange, { readonly kind: 'weigh' }>;

interface Pattern {
  readonly kind: Reading['kind'];
  /** One takes as little for its first parameter as it can, the other as much. */
  readonly expressions: readonly [least: RegExp, most: RegExp];
}

/** Changes in words, in all languages at once: `replace {from} with {to}`, joined by `and`. */
export class PhraseGrammar {
  static readonly #known = new WeakMap<readonly EditPhrase[], PhraseGrammar>();

  readonly #patterns: readonly Pattern[];
  readonly #leadingJoin: RegExp;
  readonly #leadingReplaceVerb: RegExp;
  readonly #cut: RegExp;

  private constructor(phrases: readonly EditPhrase[]) {
    const changes = phrases.flatMap(({ kind, pattern }) => (kind === 'join' ? [] : [{ kind, pattern }]));
    this.#patterns = changes.map(({ kind, pattern }) => ({
      kind,
      expressions: [expressionOf(pattern, '.+?'), expressionOf(pattern, '.+')],
    }));
    const joins = anyOf([...phrases.filter(({ kind }) => kind === 'join').map(({ pattern }) => pattern), '&']);
    const firstVerbs = anyOf(changes.map(({ pattern }) => verbBefore(pattern)));
    const replaceVerbs = anyOf(changes.flatMap(({ kind, pattern }) => (kind === 'replace' ? verbBefore(pattern) : [])));
    const lastVerbs = anyOf(
      changes.flatMap(({ pattern }) => (pattern.startsWith('{') ? pattern.slice(pattern.lastIndexOf('}') + 1) : [])),
    );
    const start = `(?:${firstVerbs})(?![\\p{L}\\p{M}\\p{N}])|[+＋−–—－-]\\s`;
    this.#leadingJoin = new RegExp(`^(?:${joins})\\s+(?=\\p{L})`, 'iu');
    this.#leadingReplaceVerb = new RegExp(`^\\s*(?:${replaceVerbs})\\s+(?=\\S)`, 'iu');
    this.#cut = new RegExp(
      `(?:^|\\s+)(?:${joins})\\s+(?=${start})|(?<=${lastVerbs})\\s*(?:${joins})?\\s*(?=\\S)`,
      'iu',
    );
  }

  /** @param phrases compiled once */
  static of(phrases: readonly EditPhrase[]): PhraseGrammar {
    const known = PhraseGrammar.#known.get(phrases) ?? new PhraseGrammar(phrases);
    PhraseGrammar.#known.set(phrases, known);
    return known;
  }

  /** All that a part can mean in any of the languages, as far as they differ. */
  readingsOf(part: string): Reading[] {
    if (part.length > maxPhraseLength) return [];
    const readings = new Map<string, Reading>();
    for (const { kind, expressions } of this.#patterns) {
      for (const expression of expressions) {
        const { from = '', to = '', words = '' } = expression.exec(part)?.groups ?? {};
        if (from + to + words === '') continue;
        const reading: Reading = kind === 'replace' ? { kind, from, to } : { kind, words };
        readings.set(JSON.stringify(reading), reading);
      }
    }
    return [...readings.values()];
  }

  /** Cuts before every verb of a change that a joining word comes before, and after every one that ends a phrase. */
  splitAtVerbs(part: string): string[] {
    return part.split(this.#cut).filter((piece) => piece !== '');
  }

  /** `dog → cat, and hat → cap`: the word belongs to neither. */
  withoutJoin(part: string): string {
    return part.replace(this.#leadingJoin, '');
  }

  /** `replace dog → cat`: the verb says again what the arrow does. */
  withoutReplaceVerb(words: string): string {
    return words.replace(this.#leadingReplaceVerb, '');
  }
}

const verbBefore = (pattern: string): string => pattern.slice(0, pattern.indexOf('{')).trim();

/** An expression that, of no words, fits nowhere. */
function anyOf(words: readonly string[]): string {
  const given = words.filter((word) => word !== '').map(escaped);
  return given.length > 0 ? given.join('|') : '(?!)';
}

/** Spaces are free; the first parameter takes as much as `first` does. */
function expressionOf(pattern: string, first: '.+?' | '.+'): RegExp {
  const expression = escaped(pattern)
    .replace(/\{(from)\}/, `(?<$1>${first})`)
    .replace(/\{(to|words)\}/, '(?<$1>.+)');
  return new RegExp(`^${expression}$`, 'iu');
}

function escaped(words: string): string {
  return words.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
}
