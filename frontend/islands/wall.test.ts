import assert from "node:assert/strict";
import test from "node:test";
import { clockText, group, rowsThatFit } from "./wall";

test("the clock goes on from the server's time, in the server's zone", () => {
  assert.deepEqual(clockText("2026-11-22T23:59:30+07:00", 0), { hour: "23:59", day: "22/11/2026" });
  assert.deepEqual(clockText("2026-11-22T23:59:30+07:00", 30_000), { hour: "00:00", day: "23/11/2026" });
  assert.equal(clockText("soon", 0), null);
});

test("rows fill the height, never more than twelve tiles, never an empty row", () => {
  assert.equal(rowsThatFit(640, 200, 16, 11, 4), 3);
  assert.equal(rowsThatFit(500, 200, 16, 11, 4), 2);
  assert.equal(rowsThatFit(90, 200, 16, 11, 4), 1);
  assert.equal(rowsThatFit(2000, 200, 16, 30, 4), 3);
  assert.equal(rowsThatFit(2000, 200, 16, 3, 4), 1);
});

test("groups take turns and start again", () => {
  assert.deepEqual([0, 1, 2].map((turn) => group(turn, 11, 8)), [[0, 8], [8, 11], [0, 8]]);
  assert.deepEqual(group(5, 0, 8), [0, 0]);
});
