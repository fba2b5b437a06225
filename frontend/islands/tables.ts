// Tables marked data-sortable sort by a click on a head; data-filter adds a box that hides rows without the words.
import { compareCells, foldText } from "./collation";

function valueOf(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell?.dataset.value ?? cell?.textContent?.trim() ?? "";
}

function sortable(table: HTMLTableElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  heads.forEach((head, column) => {
    if (head.hasAttribute("data-fixed") || !head.textContent?.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const numeric = head.dataset.type === "number";
      for (const body of table.tBodies) {
        const rows = [...body.rows];
        rows.sort((a, b) => compareCells(valueOf(a, column), valueOf(b, column), numeric, descending));
        body.append(...rows);
      }
    });
  });
}

function filterable(table: HTMLTableElement): void {
  const box = document.createElement("input");
  box.type = "search";
  box.className = "input table-filter";
  box.placeholder = table.dataset.filter ?? "";
  box.setAttribute("aria-label", box.placeholder);
  const frame = table.closest(".table-frame") ?? table;
  frame.before(box);
  const texts = [...table.tBodies].flatMap((body) => [...body.rows]).map((row) => ({
    row,
    text: foldText(row.textContent ?? ""),
  }));
  box.addEventListener("input", () => {
    const words = foldText(box.value).split(" ");
    for (const { row, text } of texts) row.hidden = !words.every((word) => text.includes(word));
  });
}

export function tables(part: HTMLElement): void {
  for (const table of part.querySelectorAll<HTMLTableElement>("table[data-sortable], table[data-filter]")) {
    if (table.dataset.ready) continue;
    table.dataset.ready = "1";
    if (table.hasAttribute("data-sortable")) sortable(table);
    if (table.dataset.filter) filterable(table);
  }
  // a long ranking opens where the reader's own unit stands
  for (const row of part.querySelectorAll<HTMLTableRowElement>(".table-frame:not(.tall) tr.me")) {
    const frame = row.closest<HTMLElement>(".table-frame");
    if (frame && frame.scrollHeight > frame.clientHeight) {
      frame.scrollTop = row.offsetTop - frame.clientHeight / 2;
    }
  }
}
