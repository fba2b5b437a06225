import assert from "node:assert/strict";
import test from "node:test";
import { evaluate, isAbsent } from "./expr";
import type { Inputs, Program, Value } from "./expr";
import { fromDecimal, round } from "./rational";

const a: Program = ["name", "a"];
const b: Program = ["name", "b"];
const said = (value: Value) =>
  isAbsent(value)
    ? [...value.names].join() || `/${[...value.divisors].join()}`
    : typeof value === "boolean"
      ? value
      : `${value.top}/${value.bottom}`;
const ask = (program: Program, inputs: Inputs = {}) => said(evaluate(program, inputs));

test("values are exact", () => {
  assert.equal(ask(["+", a, b], { a: "0.1", b: "0.2" }), "3/10");
  assert.equal(ask(["call", "percent", a, b, "b"], { a: "1", b: "3" }), "100/3");
  assert.equal(ask(["*", a, a], { a: "-12345678901234567890.5" }), "609663150129553470057003515105014479961/4");
});

test("missing is never zero, and a zero divisor is named", () => {
  assert.equal(ask(["+", a, b], { a: "1" }), "b");
  assert.equal(ask(["/", a, b, "b"], { a: "1", b: "0" }), "/b");
  assert.equal(ask(["and", ["<", a, b], ["bool", false]]), false);
  assert.equal(ask(["call", "coalesce", a, ["num", "2"]]), "2/1");
  assert.equal(ask(["call", "if", ["call", "is_missing", a], ["num", "0"], a], { a: "5" }), "5/1");
});

test("halves go away from zero", () => {
  for (const [text, places, wanted] of [["2.5", 0, "3/1"], ["-2.5", 0, "-3/1"], ["1.005", 2, "101/100"], ["-0.4", 0, "0/1"]] as const)
    assert.equal(said(round(fromDecimal(text)!, places)), wanted);
});

test("only plain decimal text is a number", () => {
  for (const text of ["", "1e3", "1.", ".5", "1,5", " 1", "١"]) assert.equal(fromDecimal(text), null);
});
