// The chart bundle: only the parts of ECharts the house draws with.
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import type { ECharts } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { toOption } from "./chart-option";
import type { ChartSpec, Palette } from "./chart-option";

use([
  BarChart,
  CanvasRenderer,
  GridComponent,
  LabelLayout,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  ScatterChart,
  TooltipComponent,
]);

// Colours come from the same tokens as everything else, in the theme of the moment.
function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token("ink"),
    ink2: token("ink-2"),
    ink3: token("ink-3"),
    line: token("line"),
    card: token("card"),
    brand: token("brand"),
    band: token("met-soft"),
    series: ["ink-3", "government", "economy", "society", "awaiting_decision"].map(token),
    font: getComputedStyle(document.body).fontFamily,
    size: Number.parseFloat(style.fontSize),
  };
}

interface RichText {
  type: string;
  style?: { rich?: Record<string, { fontFamily?: string }> };
}

// A rich-text tooltip takes size and weight from the option but not the family: it is set as the text is put on the canvas.
function keepFont(chart: ECharts): void {
  const canvas = chart.getZr();
  const add = canvas.add.bind(canvas);
  canvas.add = (element) => {
    const rich = (element as unknown as RichText).style?.rich ?? {};
    const family = getComputedStyle(document.body).fontFamily;
    for (const part of Object.values(rich)) part.fontFamily ??= family;
    add(element);
  };
}

// <td-chart> holds its description as JSON and its table twin; the picture is put above, a button swaps the two.
class ChartElement extends HTMLElement {
  #chart: ECharts | undefined;
  #watch: ResizeObserver | undefined;
  #redraw = () => this.draw();

  connectedCallback(): void {
    if (this.#chart) return;
    const table = this.querySelector<HTMLElement>(".table-frame");
    const plot = document.createElement("div");
    plot.className = "plot";
    plot.setAttribute("aria-hidden", "true");
    this.prepend(plot);
    if (table) this.addSwitch(plot, table);
    this.#chart = init(plot, undefined, { renderer: "canvas" });
    keepFont(this.#chart);
    this.draw();
    this.#watch = new ResizeObserver(() => this.#chart?.resize());
    this.#watch.observe(plot);
    document.addEventListener("td:theme", this.#redraw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.#redraw);
    void document.fonts?.ready.then(this.#redraw);
  }

  disconnectedCallback(): void {
    document.removeEventListener("td:theme", this.#redraw);
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.#redraw);
    this.#watch?.disconnect();
    this.#chart?.dispose();
    this.#chart = undefined;
  }

  draw(): void {
    const script = this.querySelector("script[type='application/json']");
    if (!script?.textContent) return;
    const spec: ChartSpec = { lang: document.documentElement.lang, ...JSON.parse(script.textContent) };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#chart?.setOption(toOption(spec, palette(), still), { notMerge: true });
  }

  private addSwitch(plot: HTMLElement, table: HTMLElement): void {
    const row = document.createElement("p");
    row.className = "twin-switch";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn plain";
    const english = document.documentElement.lang === "en";
    const words = {
      table: this.dataset.labelTable ?? (english ? "Show table" : "Xem bảng"),
      chart: this.dataset.labelChart ?? (english ? "Show chart" : "Xem biểu đồ"),
    };
    const show = (asTable: boolean) => {
      table.hidden = !asTable;
      plot.hidden = asTable;
      button.textContent = asTable ? words.chart : words.table;
      if (!asTable) this.#chart?.resize();
    };
    button.addEventListener("click", () => show(Boolean(table.hidden)));
    row.append(button);
    this.prepend(row);
    show(false);
  }
}

customElements.define("td-chart", ChartElement);
