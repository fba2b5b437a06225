// The expression language in the page: the same programs, the same exact values and the same rules of absence as the
// server (src/tamdao/analytics/expr). Both are compared on random programs in tests/property/test_expr_pages.py.
import * as q from "./rational";
import type { Rational } from "./rational";

export type Program = readonly [string, ...(string | boolean | Program)[]];

// No value: the inputs that lack, the divisors that were zero.
export interface Absent {
  readonly names: ReadonlySet<string>;
  readonly divisors: ReadonlySet<string>;
}
export type Value = Rational | boolean | Absent;
// An exact decimal text for each name; none, or null, where there is no figure.
export type Inputs = Readonly<Record<string, string | null | undefined>>;

const NONE: ReadonlySet<string> = new Set();

export function isAbsent(value: Value): value is Absent {
  return typeof value === "object" && "names" in value;
}

const part = (program: Program, place: number): Program => program[place] as Program;

export function evaluate(program: Program, inputs: Inputs): Value {
  const [word] = program;
  switch (word) {
    case "num":
      return q.fromDecimal(program[1] as string) as Rational;
    case "bool":
      return program[1] as boolean;
    case "name":
      return input(program[1] as string, inputs);
    case "neg": {
      const value = evaluate(part(program, 1), inputs);
      return isAbsent(value) ? value : q.negate(value as Rational);
    }
    case "not": {
      const value = evaluate(part(program, 1), inputs);
      return isAbsent(value) ? value : !value;
    }
    case "and":
    case "or":
      return logic(word === "or", [1, 2].map((place) => evaluate(part(program, place), inputs)));
    case "call":
      return call(program[1] as string, program.slice(2), inputs);
    default:
      return strict(word, program.slice(1), inputs);
  }
}

function input(name: string, inputs: Inputs): Value {
  const text = Object.hasOwn(inputs, name) ? inputs[name] : null;
  const number = text == null ? null : q.fromDecimal(text);
  return number ?? { names: new Set([name]), divisors: NONE };
}

function merged(values: readonly Value[]): Absent | null {
  const absent = values.filter(isAbsent);
  if (!absent.length) return null;
  const all = (of: "names" | "divisors") => new Set(absent.flatMap((one) => [...one[of]]));
  return { names: all("names"), divisors: all("divisors") };
}

// `or` is decided by a true side, `and` by a false one, in whichever order they stand.
function logic(decisive: boolean, sides: readonly Value[]): Value {
  return sides.includes(decisive) ? decisive : (merged(sides) ?? !decisive);
}

function call(name: string, rest: readonly (string | boolean | Program)[], inputs: Inputs): Value {
  const at = (place: number) => evaluate(rest[place] as Program, inputs);
  if (name === "is_missing") return isAbsent(at(0));
  if (name === "if") {
    const condition = at(0);
    return isAbsent(condition) ? condition : at(condition ? 1 : 2);
  }
  if (name === "coalesce") {
    const seen: Value[] = [];
    for (const one of rest) {
      const value = evaluate(one as Program, inputs);
      if (!isAbsent(value)) return value;
      seen.push(value);
    }
    return merged(seen) as Absent;
  }
  return strict(name, rest, inputs);
}

// Operations that need every operand. A text at the end names the divisor.
function strict(word: string, rest: readonly (string | boolean | Program)[], inputs: Inputs): Value {
  const values = rest.filter((one): one is Program => Array.isArray(one)).map((one) => evaluate(one, inputs));
  const absent = merged(values);
  if (absent) return absent;
  const numbers = values as Rational[];
  const [first, second] = numbers as [Rational, Rational];
  if ((word === "/" || word === "percent" || word === "per") && second.top === 0n)
    return { names: NONE, divisors: new Set([rest.at(-1) as string]) };
  const operation = OPERATIONS[word];
  if (operation) return operation(numbers);
  const order = q.compare(first, second);
  switch (word) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
  }
  throw new Error(`unknown word ${word}`);
}

type Operation = (numbers: readonly Rational[]) => Rational;
const two = (of: (a: Rational, b: Rational) => Rational): Operation => ([a, b]) => of(a as Rational, b as Rational);
const sum: Operation = (numbers) => numbers.reduce(q.add);
const best = (sign: number): Operation => (numbers) =>
  numbers.reduce((found, one) => (q.compare(one, found) * sign > 0 ? one : found));

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "+": two(q.add),
  "-": two(q.subtract),
  "*": two(q.multiply),
  "/": two(q.divide),
  min: best(-1),
  max: best(1),
  sum,
  mean: (numbers) => q.divide(sum(numbers), q.rational(BigInt(numbers.length))),
  abs: ([a]) => q.absolute(a as Rational),
  round: ([a, places]) => q.round(a as Rational, Number((places as Rational).top)),
  percent: ([a, b]) => q.multiply(q.divide(a as Rational, b as Rational), q.rational(100n)),
  per: ([a, b, n]) => q.multiply(q.divide(a as Rational, b as Rational), n as Rational),
};
