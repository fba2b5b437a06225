import assert from "node:assert/strict";
import test from "node:test";
import { asTheme } from "./theme";

test("anything unknown is the device's own theme", () => {
  assert.equal(asTheme("dark"), "dark");
  assert.equal(asTheme("sepia"), "auto");
  assert.equal(asTheme(null), "auto");
});
