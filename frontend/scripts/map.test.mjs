import assert from "node:assert/strict";
import test from "node:test";
import { rings, simplify, vietnamMap } from "./map.mjs";

test("relative and absolute commands give the same ring", () => {
  assert.deepEqual(rings("m 1,1 2,0 0,2 z"), rings("M1 1 H3 V3 Z"));
});

test("an islet smaller than the grid stays on the map", () => {
  assert.equal(simplify("m 1,1 0.01,0 0,0.01 z").d, "M1 2l1-1 1 1-1 1z");
});

test("all 63 provinces and both archipelagos are there, each with outlines inside the box", async () => {
  const map = await vietnamMap();
  assert.equal(map.shapes.length, 65);
  for (const id of ["hoangsa", "truongsa"]) {
    const shape = map.shapes.find((one) => one.id === id);
    assert.ok((shape.d.match(/M/g) ?? []).length > 10);
  }
  for (const { d, box } of map.shapes) {
    assert.match(d, /^M\d/);
    assert.ok(box[0] >= 0 && box[2] <= map.view_box[2] && box[3] <= map.view_box[3] + 1);
  }
});
