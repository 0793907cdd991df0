/** An exact rational number: ranks never hang on how a float was rounded. Lowest terms, positive denominator. */
export class Fraction {
  static readonly zero = new Fraction(0n, 1n);

  readonly #numerator: bigint;
  readonly #denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.#numerator = numerator;
    this.#denominator = denominator;
  }

  /** @throws RangeError for a denominator of zero, and for what is no integer */
  static of(numerator: number | bigint, denominator: number | bigint = 1n): Fraction {
    return Fraction.#reduced(BigInt(numerator), BigInt(denominator));
  }

  plus({ numerator, denominator }: Fraction): Fraction {
    return Fraction.#reduced(
      this.#numerator * denominator + numerator * this.#denominator,
      this.#denominator * denominator,
    );
  }

  times({ numerator, denominator }: Fraction): Fraction {
    return Fraction.#reduced(this.#numerator * numerator, this.#denominator * denominator);
  }

  get numerator(): bigint {
    return this.#numerator;
  }

  get denominator(): bigint {
    return this.#denominator;
  }

  /** Negative where this one is smaller. */
  compare({ numerator, denominator }: Fraction): number {
    const difference = this.#numerator * denominator - numerator * this.#denominator;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** The nearest float, for showing only. */
  toNumber(): number {
    return Number(this.#numerator) / Number(this.#denominator);
  }

  /** `3/2`, or `2` where it is an integer. */
  toString(): string {
    return this.#denominator === 1n ? `${this.#numerator}` : `${this.#numerator}/${this.#denominator}`;
  }

  static #reduced(numerator: bigint, denominator: bigint): Fraction {
    if (denominator === 0n) throw new RangeError('a fraction has no denominator of zero');
    const divisor = greatestDivisor(numerator, denominator);
    const sign = denominator < 0n ? -1n : 1n;
    return new Fraction((sign * numerator) / divisor, (sign * denominator) / divisor);
  }
}

/** Euclid's; positive. */
function greatestDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one < 0n ? -one : one, other < 0n ? -other : other];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
