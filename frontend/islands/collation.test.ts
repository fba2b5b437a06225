import assert from "node:assert/strict";
import test from "node:test";
import { compareCells, compareText, foldText } from "./collation";

test("letters in Vietnamese order, đ after d", () => {
  const sorted = ["Đà Nẵng", "Hà Nội", "Đắk Lắk", "An Giang", "Điện Biên", "Cần Thơ", "Bắc Giang"].sort(compareText);
  assert.deepEqual(sorted, ["An Giang", "Bắc Giang", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Hà Nội"]);
});

test("folding takes marks away, also from decomposed text", () => {
  assert.equal(foldText("  Đắk   Lắk "), "dak lak");
  assert.equal(foldText("Vĩnh Phúc".normalize("NFD")), "vinh phuc");
});

test("numbers by value, missing ones last in both directions", () => {
  const values = ["10", "", "9.5", "-1"];
  assert.deepEqual([...values].sort((a, b) => compareCells(a, b, true, false)), ["-1", "9.5", "10", ""]);
  assert.deepEqual([...values].sort((a, b) => compareCells(a, b, true, true)), ["10", "9.5", "-1", ""]);
});
