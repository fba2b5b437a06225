import assert from "node:assert/strict";
import test from "node:test";
import { placeTip } from "./tips";

test("beside the pointer, on the other side at the edge, never off the left", () => {
  assert.equal(placeTip(100, 80, 1000), 114);
  assert.equal(placeTip(980, 80, 1000), 886);
  assert.equal(placeTip(10, 400, 300), 4);
});
