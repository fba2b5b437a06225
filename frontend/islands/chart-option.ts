// From the page's plain chart description to what ECharts draws. Pure: no page, no clock.

export interface Series {
  name: string;
  data: (number | null)[];
  me?: boolean; // the reader's own unit: brand colour, others stay quiet
  sample?: boolean; // dashed
}

export interface ChartSpec {
  kind: "line" | "bar" | "dot"; // dot: one row per category, one dot per series
  title?: string;
  categories: string[];
  series: Series[];
  unit?: string;
  decimals?: number;
  reverse?: boolean; // small values on top: ranks
  min?: number;
  max?: number;
  target?: { value: number; label: string };
  band?: { from: number; to: number; label: string };
  breaks?: { before: string; label: string }[];
  lang?: string;
}

export interface Palette {
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  card: string;
  brand: string;
  band: string;
  series: string[];
  font: string;
  size: number; // px of ordinary text
}

// Values show all their places, the numbers of an axis only those they need.
export function formatter(spec: ChartSpec, axis = false): (value: number | null) => string {
  const numbers = new Intl.NumberFormat(spec.lang === "en" ? "en-GB" : "vi-VN", {
    minimumFractionDigits: axis ? 0 : (spec.decimals ?? 0),
    maximumFractionDigits: spec.decimals ?? 6,
  });
  return (value) => {
    if (value === null || Number.isNaN(value)) return "–";
    const text = numbers.format(value).replace("-", "−");
    return spec.unit ? `${text} ${spec.unit}` : text;
  };
}

// A line is cut where the way of measuring changed: one piece of (place, value) per stretch.
export function pieces(data: (number | null)[], categories: string[], breaks: string[]): [number, number | null][][] {
  const cuts = [0, ...breaks.map((label) => categories.indexOf(label)).filter((at) => at > 0), data.length];
  cuts.sort((a, b) => a - b);
  return cuts
    .slice(0, -1)
    .map((from, index) => data.slice(from, cuts[index + 1]).map((value, at): [number, number | null] => [from + at, value]))
    .filter((piece) => piece.some(([, value]) => value !== null));
}

type Option = Record<string, unknown>;

function lineSeries(spec: ChartSpec, series: Series, colour: string, palette: Palette): Option[] {
  const breaks = (spec.breaks ?? []).map((mark) => mark.before);
  const found = pieces(series.data, spec.categories, breaks);
  const mine = series.me || spec.series.length === 1;
  return found.map((data, index) => ({
    type: "line",
    name: series.name,
    data,
    encode: { x: 0, y: 1, tooltip: [1] },
    z: mine ? 4 : 3,
    connectNulls: false,
    symbol: "circle",
    symbolSize: palette.size * (mine ? 0.62 : 0.46),
    itemStyle: { color: colour, borderColor: palette.card, borderWidth: mine ? 1.5 : 1 },
    lineStyle: { color: colour, width: mine ? 2.5 : 1.6, type: series.sample ? [5, 4] : "solid" },
    emphasis: { disabled: true },
    endLabel:
      index === found.length - 1
        ? { show: true, formatter: series.name, color: colour, fontWeight: mine ? 600 : 400, distance: 8 }
        : undefined,
    labelLayout: { moveOverlap: "shiftY" },
  }));
}

function barSeries(series: Series, colour: string): Option {
  return {
    type: "bar",
    name: series.name,
    data: series.data,
    barMaxWidth: 22,
    itemStyle: { color: colour, borderRadius: [0, 3, 3, 0], ...(series.sample ? { opacity: 0.55, decal: {} } : {}) },
    emphasis: { disabled: true },
  };
}

function dotSeries(series: Series, colour: string, palette: Palette): Option {
  return {
    type: "scatter",
    name: series.name,
    data: series.data.map((value, row) => (value === null ? null : [value, row])).filter(Boolean),
    encode: { x: 0, y: 1, tooltip: [0] },
    symbolSize: palette.size * (series.me ? 0.85 : 0.65),
    itemStyle: { color: colour, opacity: 1, borderColor: palette.card, borderWidth: 1.5 },
    emphasis: { disabled: true },
    z: series.me ? 5 : 3,
  };
}

function marks(spec: ChartSpec, palette: Palette, horizontal: boolean): Option {
  const axis = horizontal ? "xAxis" : "yAxis";
  const lines: Option[] = [];
  if (spec.target) {
    lines.push({
      [axis]: spec.target.value,
      lineStyle: { color: palette.ink, type: [1, 4], width: 1.5, cap: "round" },
      label: { formatter: spec.target.label, color: palette.ink, position: "insideEndTop" },
    });
  }
  for (const mark of horizontal ? [] : (spec.breaks ?? [])) {
    const at = spec.categories.indexOf(mark.before);
    if (at > 0) {
      lines.push({
        xAxis: at - 0.5,
        lineStyle: { color: palette.ink3, type: [2, 3], width: 1 },
        label: { formatter: mark.label, color: palette.ink3, position: "end" },
      });
    }
  }
  return {
    ...(lines.length ? { markLine: { silent: true, symbol: "none", animation: false, data: lines } } : {}),
    ...(spec.band
      ? {
          markArea: {
            silent: true,
            itemStyle: { color: palette.band },
            label: { color: palette.ink2, position: "insideTopLeft" },
            data: [[{ name: spec.band.label, [axis]: spec.band.from }, { [axis]: spec.band.to }]],
          },
        }
      : {}),
  };
}

export function toOption(spec: ChartSpec, palette: Palette, still: boolean): Option {
  const show = formatter(spec);
  const onAxis = formatter(spec, true);
  const horizontal = spec.kind !== "line";
  const text = { color: palette.ink2, fontFamily: palette.font, fontSize: palette.size * 0.86 };
  const colours = spec.series.map((series, index) =>
    series.me || spec.series.length === 1 ? palette.brand : palette.series[index % palette.series.length]!,
  );
  const count = spec.categories.length;
  // Places of a line are numbers, not names, so that a break can be drawn between two of them.
  const places = {
    type: "value",
    min: -0.2,
    max: Math.max(count - 0.8, 0.2),
    axisTick: { show: false },
    splitLine: { show: false },
    axisLine: { lineStyle: { color: palette.line }, onZero: false },
    axisPointer: { label: { formatter: ({ value }: { value: number }) => spec.categories[Math.round(value)] ?? "" } },
    axisLabel: {
      ...text,
      customValues: spec.categories.map((_, at) => at),
      hideOverlap: true,
      formatter: (at: number) => spec.categories[at] ?? "",
    },
  };
  const category = {
    type: "category",
    data: spec.categories,
    inverse: horizontal,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: palette.line } },
    axisLabel: { ...text, interval: 0 },
    // a guide from the name to its dots
    splitLine: { show: spec.kind === "dot", interval: 0, lineStyle: { color: palette.line, type: [1, 3] } },
  };
  const value = {
    type: "value",
    inverse: spec.reverse ?? false,
    // zero stays in sight for lengths (bars); lines and dots may show their own range
    scale: spec.kind !== "bar",
    min: spec.min,
    max: spec.max,
    minInterval: spec.reverse ? 1 : undefined,
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...text, hideOverlap: true, formatter: (number: number) => onAxis(number) },
    splitLine: { lineStyle: { color: palette.line } },
  };
  const drawn = spec.series.flatMap((series, index) => {
    if (spec.kind === "line") return lineSeries(spec, series, colours[index]!, palette);
    return spec.kind === "bar" ? [barSeries(series, colours[index]!)] : [dotSeries(series, colours[index]!, palette)];
  });
  if (drawn[0]) Object.assign(drawn[0], marks(spec, palette, horizontal));
  const longest = Math.max(0, ...spec.series.map((series) => series.name.length));
  return {
    animation: !still,
    animationDuration: 300,
    textStyle: { fontFamily: palette.font, fontSize: palette.size * 0.86 },
    aria: { enabled: false }, // the table twin is the accessible form
    legend:
      horizontal && spec.series.length > 1
        ? { top: 0, left: 0, itemGap: palette.size, textStyle: text, icon: "circle", itemWidth: palette.size * 0.6 }
        : undefined,
    grid: {
      left: 4,
      top: horizontal && spec.series.length > 1 ? palette.size * 2.6 : palette.size * 1.8,
      right: horizontal ? palette.size * 1.6 : Math.min(longest, 22) * palette.size * 0.52 + palette.size * 1.2,
      bottom: 4,
      containLabel: true,
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: horizontal ? "none" : "line", lineStyle: { color: palette.line } },
      renderMode: "richText",
      confine: true,
      backgroundColor: palette.card,
      borderColor: palette.line,
      borderWidth: 1,
      borderRadius: 9,
      padding: [8, 12],
      textStyle: { color: palette.ink, fontFamily: palette.font, fontSize: palette.size * 0.86 },
      // the built-in text keeps the family's own font, which a formatter's text would lose in rich-text mode
      valueFormatter: (value: unknown) => show(typeof value === "number" ? value : null),
    },
    xAxis: horizontal ? value : places,
    yAxis: horizontal ? category : value,
    series: drawn,
  };
}
