import assert from "node:assert/strict";
import test from "node:test";
import { formatter, pieces, toOption } from "./chart-option";
import type { ChartSpec, Palette } from "./chart-option";

const palette: Palette = {
  ink: "#1", ink2: "#2", ink3: "#3", line: "#4", card: "#5", brand: "#6", band: "#7", series: ["#8", "#9"], font: "x", size: 15,
};
const spec: ChartSpec = {
  kind: "line",
  categories: ["2020", "2021", "2022", "2023", "2024"],
  series: [{ name: "Vĩnh Phúc", data: [55, 12, 18, 44, 20], me: true }],
  breaks: [{ before: "2021", label: "922" }, { before: "2024", label: "405" }],
  reverse: true,
};
// the drawn option is plain data; reading it loosely keeps the tests short
const option = (changed: Partial<ChartSpec> = {}) => toOption({ ...spec, ...changed }, palette, true) as any;

test("a line is never drawn across a break", () => {
  assert.deepEqual(pieces([55, 12, 18, 44, 20], spec.categories, ["2021", "2024"]), [
    [[0, 55]],
    [[1, 12], [2, 18], [3, 44]],
    [[4, 20]],
  ]);
  assert.equal(option().series.length, 3);
});

test("a missing value stays missing, not zero", () => {
  assert.equal(formatter(spec)(null), "–");
  assert.equal(option().tooltip.valueFormatter(null), "–");
  assert.deepEqual(pieces([1, null, 3], ["a", "b", "c"], []), [[[0, 1], [1, null], [2, 3]]]);
});

test("numbers in the page's language with a real minus", () => {
  assert.equal(formatter({ ...spec, decimals: 1 })(-1234.5), "−1.234,5");
  assert.equal(formatter({ ...spec, decimals: 1, lang: "en", unit: "%" })(1234.5), "1,234.5 %");
});

test("breaks stand between two years, ranks have small values on top", () => {
  const drawn = option();
  assert.deepEqual(drawn.series[0].markLine.data.map((mark: any) => mark.xAxis), [0.5, 3.5]);
  assert.equal(drawn.yAxis.inverse, true);
});

test("bars start at zero, tooltips need no inline style", () => {
  assert.equal(option({ kind: "bar" }).xAxis.scale, false);
  assert.equal(option().tooltip.renderMode, "richText");
});

test("one dot per series and category, empty ones left out", () => {
  const drawn = option({ kind: "dot", categories: ["a", "b"], series: [{ name: "x", data: [0.5, null] }] });
  assert.deepEqual(drawn.series[0].data, [[0.5, 0]]);
});
