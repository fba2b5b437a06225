import assert from "node:assert/strict";
import test from "node:test";
import { nextChoice } from "./search";

test("arrows walk through the list and back into the box", () => {
  assert.equal(nextChoice(-1, "ArrowDown", 3), 0);
  assert.equal(nextChoice(2, "ArrowDown", 3), -1);
  assert.equal(nextChoice(-1, "ArrowUp", 3), 2);
  assert.equal(nextChoice(0, "ArrowUp", 3), -1);
  assert.equal(nextChoice(1, "Home", 3), 0);
  assert.equal(nextChoice(1, "End", 3), 2);
});

test("an empty list has nothing to choose", () => {
  assert.equal(nextChoice(-1, "ArrowDown", 0), -1);
});
