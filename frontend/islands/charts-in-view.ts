// Fetches the chart bundle only when the first chart is about to be seen.
let loading: Promise<unknown> | undefined;

function load(): void {
  const address = document.body.dataset.charts;
  if (address) loading ??= import(/* the address carries the file's hash */ address);
}

export function chartsInView(part: HTMLElement): void {
  const charts = [...part.querySelectorAll("td-chart")];
  if (!charts.length || loading) return;
  if (!("IntersectionObserver" in window)) return load();
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      load();
    },
    { rootMargin: "240px" },
  );
  for (const chart of charts) observer.observe(chart);
}
