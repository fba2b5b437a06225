// Exact numbers: a fraction of two whole numbers of any size, always in lowest terms with a positive divisor.

export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function rational(top: bigint, bottom = 1n): Rational {
  const sign = bottom < 0n ? -1n : 1n;
  const common = divisor(top, bottom * sign) || 1n;
  return { top: (top * sign) / common, bottom: (bottom * sign) / common };
}

// Canonical decimal text ("-12.67") to an exact number; null for anything else.
export function fromDecimal(text: string): Rational | null {
  const found = DECIMAL.exec(text);
  if (!found) return null;
  const [, sign, whole = "", places = ""] = found;
  const number = rational(BigInt(whole + places), 10n ** BigInt(places.length));
  return sign ? negate(number) : number;
}

export const negate = (a: Rational): Rational => ({ top: -a.top, bottom: a.bottom });
export const absolute = (a: Rational): Rational => (a.top < 0n ? negate(a) : a);
export const add = (a: Rational, b: Rational): Rational => rational(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => rational(a.top * b.top, a.bottom * b.bottom);
// The caller has seen that `b` is not zero.
export const divide = (a: Rational, b: Rational): Rational => rational(a.top * b.bottom, a.bottom * b.top);

// Below zero, zero or above zero, like the functions that sort.
export function compare(a: Rational, b: Rational): number {
  const difference = a.top * b.bottom - b.top * a.bottom;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

// To so many places, halves away from zero.
export function round(a: Rational, places: number): Rational {
  const scale = 10n ** BigInt(places);
  const size = absolute(a);
  const whole = (2n * size.top * scale + size.bottom) / (2n * size.bottom);
  return rational(a.top < 0n ? -whole : whole, scale);
}
