// Vietnamese order and folding, the same as on the server: a ă â b c d đ e ê …, tones after letters.
const collator = new Intl.Collator("vi", { numeric: true, sensitivity: "variant" });

export function compareText(a: string, b: string): number {
  return collator.compare(a, b);
}

export function foldText(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

// Orders two cells: by number when asked for, missing values always last.
export function compareCells(a: string, b: string, numeric: boolean, descending: boolean): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  const order = numeric ? Number(a) - Number(b) : compareText(a, b);
  return descending ? -order : order;
}
