// The wall: a ticking clock, tiles that take turns where they don't all fit, and fresh figures without a flash.
// Without JavaScript the page scrolls and reloads itself.

const TURN = 20_000; // ms each group of tiles stays
const FADE = 1_200; // as long as the transition in the styles
const MARGIN = 20; // px below the tiles

// The hour and the day on the server's clock, from its ISO time (with offset) and how long ago it was read.
export function clockText(iso: string, passed: number): { hour: string; day: string } | null {
  const read = Date.parse(iso);
  if (Number.isNaN(read)) return null;
  const offset = /([+-])(\d\d):?(\d\d)$/.exec(iso);
  const minutes = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  const now = new Date(read + passed + minutes * 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return {
    hour: `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}`,
    day: `${two(now.getUTCDate())}/${two(now.getUTCMonth() + 1)}/${now.getUTCFullYear()}`,
  };
}

// How many rows of tiles at least `least` high fit, one at least, and so few that no row would be empty.
export function rowsThatFit(room: number, least: number, gap: number, tiles: number, columns: number): number {
  const fit = Math.max(1, Math.floor((room + gap) / (least + gap)));
  return Math.min(fit, Math.max(1, Math.ceil(tiles / columns)), Math.max(1, Math.floor(12 / columns)));
}

// Which tiles show at a turn: as many as fit, the last group may be smaller.
export function group(turn: number, tiles: number, size: number): [number, number] {
  const groups = Math.max(1, Math.ceil(tiles / size));
  const first = (turn % groups) * size;
  return [first, Math.min(first + size, tiles)];
}

function clock(page: Document): void {
  const started = performance.now();
  const shown = page.querySelector<HTMLTimeElement>("time[data-clock]");
  const iso = shown?.dateTime;
  if (!shown || !iso) return;
  window.setInterval(() => {
    const text = clockText(iso, performance.now() - started);
    const [hour, day] = [shown.querySelector("b"), shown.querySelector("span")];
    if (!text || !hour || !day) return;
    if (hour.textContent !== text.hour) hour.textContent = text.hour;
    if (day.textContent !== text.day) day.textContent = text.day;
  }, 1_000);
}

export function wall(page: Document): void {
  const found = page.querySelector<HTMLElement>("[data-wall]");
  if (!found) return;
  const grid: HTMLElement = found;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let turn = 0;
  let size = 12;
  clock(page);

  function show(): void {
    const tiles = [...grid.children] as HTMLElement[];
    const [first, last] = group(turn, tiles.length, size);
    tiles.forEach((tile, place) => (tile.hidden = place < first || place >= last));
  }

  function fit(): void {
    const tiles = [...grid.children] as HTMLElement[];
    // through the object model, which the policy on inline styles allows
    grid.style.gridTemplateRows = grid.style.height = "";
    for (const tile of tiles) tile.hidden = false;
    const style = getComputedStyle(grid);
    const columns = style.gridTemplateColumns.split(" ").length;
    const room = window.innerHeight - (grid.getBoundingClientRect().top + window.scrollY) - MARGIN;
    // no tile may lose a line: rows are as high as the tallest one needs
    const least = Math.max(1, ...tiles.map((tile) => tile.offsetHeight));
    const wide = window.matchMedia("(min-width: 1100px)").matches;
    // a narrow window is somebody's desk or phone: everything, and the page scrolls
    if (wide) {
      const rows = rowsThatFit(room, least, Number.parseFloat(style.rowGap) || 0, tiles.length, columns);
      grid.style.gridTemplateRows = `repeat(${rows}, minmax(0, 1fr))`;
      grid.style.height = `${Math.max(room, least)}px`;
      // what stands below the tiles grows with the screen; a wall never scrolls
      const over = page.documentElement.scrollHeight - window.innerHeight;
      if (over > 0) grid.style.height = `${Math.max(room - over, least)}px`;
      size = rows * columns;
    } else {
      size = tiles.length;
    }
    show();
  }

  function fade(change: () => void): void {
    if (still) return change();
    grid.classList.add("fading");
    window.setTimeout(() => {
      change();
      grid.classList.remove("fading");
    }, FADE);
  }

  // The notice takes a line of the screen, which the tiles give up and get back.
  function tell(offline: HTMLElement | null, hidden: boolean): void {
    if (!offline || offline.hidden === hidden) return;
    offline.hidden = hidden;
    fit();
  }

  async function refresh(): Promise<void> {
    const offline = page.querySelector<HTMLElement>("[data-offline]");
    try {
      const answer = await fetch(page.location.href, { headers: { "X-Requested-With": "fetch" } });
      const fresh = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
      const next = fresh.querySelector("[data-wall]");
      if (!next) throw new Error("not the wall");
      // same figures: nothing moves; others come with the same slow fade as a turn
      if (next.textContent !== grid.dataset.read) {
        grid.dataset.read = next.textContent ?? "";
        fade(() => {
          grid.replaceChildren(...[...next.children].map((tile) => page.importNode(tile, true)));
          fit();
        });
      }
      for (const part of [".lead h1", ".view-bar"]) {
        const [now, then] = [page.querySelector(part), fresh.querySelector(part)];
        if (now && then && now.innerHTML !== then.innerHTML) {
          now.replaceChildren(...[...then.childNodes].map((node) => page.importNode(node, true)));
        }
      }
      const read = page.querySelector("[data-read]");
      if (read) read.textContent = page.querySelector("[data-clock] b")?.textContent ?? "";
      tell(offline, true);
    } catch {
      // the screen keeps what it has and says since when
      tell(offline, false);
    }
  }

  grid.dataset.read = grid.textContent ?? "";
  fit();
  window.addEventListener("resize", fit);
  void page.fonts?.ready.then(fit);
  window.setInterval(() => {
    if (grid.children.length <= size) return;
    fade(() => {
      turn += 1;
      show();
    });
  }, TURN);
  window.setInterval(() => void refresh(), Number(grid.dataset.wall) * 1_000);
}
