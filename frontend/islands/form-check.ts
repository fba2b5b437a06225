// Whether what stands in a form is right: the verdict of the server (tamdao.modules.collection.rules.checking), told
// while the clerk types. tests/property/test_form_pages.py compares the two on random forms.
import { evaluate } from "./expr";
import type { Program } from "./expr";
import { fromDecimal, add } from "./rational";
import type { Rational } from "./rational";
import { Refused, readDay, readNumber, strip } from "./vietnamese";

export interface Cell {
  readonly kind: "number" | "whole" | "text" | "date" | "choice" | "yes_no";
  readonly required: boolean;
  readonly decimals?: number;
  readonly choices?: readonly string[];
  readonly when?: Program;
}
export interface Check {
  readonly code: string;
  readonly rule: Program;
  readonly hard: boolean;
  readonly cells: readonly string[];
}
export interface Form {
  readonly rows: Readonly<Record<string, number>>;
  readonly cells: Readonly<Record<string, Cell>>;
  readonly checks: readonly Check[];
}
export interface Entry {
  readonly text?: string;
  readonly none?: boolean;
  readonly explanation?: string;
}
export type Entries = Readonly<Record<string, Entry>>;
// `asks`: an explanation settles it; otherwise the cell must change.
export interface Fault {
  readonly key: string;
  readonly code: string;
  readonly asks: boolean;
}
export interface Judged {
  readonly values: Record<string, string>;
  readonly faults: Fault[];
  readonly notAsked: Set<string>;
}

const LONGEST_TEXT = 4000;
const numeric = (cell: Cell): boolean => cell.kind === "number" || cell.kind === "whole";
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function split(key: string): [string, string, string] {
  const [section = "", row = "", ...column] = key.split(".");
  return [section, row, column.join(".")];
}

// The key in the definition that a filled-in key means: staff.3.name is staff.*.name.
export function definition(form: Form, key: string): string | undefined {
  if (own(form.cells, key)) return key.includes("*") ? undefined : key;
  const [section, row, column] = split(key);
  const most = own(form.rows, section) ?? 0;
  if (!/^[1-9][0-9]{0,8}$/.test(row) || Number(row) > most) return undefined;
  const found = `${section}.*.${column}`;
  return own(form.cells, found) && found;
}

export function readValue(cell: Cell, text: string): string {
  const plain = strip(text.normalize("NFC"));
  switch (cell.kind) {
    case "number":
    case "whole": {
      const value = readNumber(plain);
      const places = cell.kind === "whole" ? 0 : cell.decimals;
      if (places !== undefined && (value.split(".")[1] ?? "").length > places)
        throw new Refused(places === 0 ? "not_whole" : "too_many_places");
      return value;
    }
    case "date":
      return readDay(plain);
    case "choice":
      if (!cell.choices?.includes(plain)) throw new Refused("not_a_choice");
      return plain;
    case "yes_no":
      if (!["có", "không"].includes(plain.toLowerCase())) throw new Refused("not_yes_or_no");
      return plain.toLowerCase();
    case "text":
      if ([...plain].length > LONGEST_TEXT) throw new Refused("text_too_long");
      return plain;
  }
}

export function judge(form: Form, entries: Entries, last: Readonly<Record<string, string>>): Judged {
  const faults: Fault[] = [];
  const notAsked = new Set<string>();
  const values = new Map<string, string>();
  const known = new Map<string, string>();
  const fault = (key: string, code: string, asks = false) => faults.push({ key, code, asks });
  for (const [key, entry] of Object.entries(entries)) {
    const star = definition(form, key);
    if (star === undefined) {
      fault(key, "unknown_cell");
      continue;
    }
    known.set(key, star);
    if (!strip(entry.text ?? "")) continue;
    if (entry.none) {
      fault(key, "none_with_value");
      continue;
    }
    try {
      values.set(key, readValue(form.cells[star] as Cell, entry.text ?? ""));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fault(key, error.code);
    }
  }
  const numbers = readable(form, known, values, last);
  const keys = [...Object.keys(form.cells).filter((key) => !key.includes("*")), ...addedRows(form, known)];
  for (const key of keys) {
    const cell = form.cells[definition(form, key) as string] as Cell;
    const entry = own(entries, key) ?? {};
    const needed = cell.when ? evaluate(cell.when, numbers) : true;
    if (needed === false) {
      notAsked.add(key);
      if (values.has(key)) fault(key, "not_asked");
    } else if (needed === true && cell.required && !strip(entry.text ?? "")) {
      if (!entry.none) fault(key, "required");
      else if (!strip(entry.explanation ?? "")) fault(key, "none_unexplained", true);
    }
  }
  for (const check of form.checks) {
    if (evaluate(check.rule, numbers) !== false) continue;
    const explained = check.cells.some((key) => strip(own(entries, key)?.explanation ?? ""));
    if (check.hard || !explained) for (const key of check.cells) fault(key, `check:${check.code}`, !check.hard);
  }
  const places = new Map(keys.map((key, place) => [key, place]));
  const place = (one: Fault) => places.get(one.key) ?? keys.length;
  faults.sort((a, b) => place(a) - place(b) || order(a.key, b.key) || order(a.code, b.code));
  return { values: Object.fromEntries(values), faults, notAsked };
}

// By code points, as the server sorts.
function order(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let at = 0; at < Math.min(x.length, y.length); at++) {
    const difference = (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? 0);
    if (difference) return difference;
  }
  return x.length - y.length;
}

// Decimal text of a sum of decimals: exact, as all of them are.
function decimalText(value: Rational): string {
  let places = 0;
  let scaled = value.top;
  for (let scale = 1n; (value.top * scale) % value.bottom !== 0n; places++) scale *= 10n;
  scaled = (value.top * 10n ** BigInt(places)) / value.bottom;
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, "0");
  const text = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
  return scaled < 0n ? `-${text}` : text;
}

// What expressions may read: numbers of cells, of the period before, totals over added rows.
function readable(form: Form, known: Map<string, string>, values: Map<string, string>, last: Readonly<Record<string, string>>) {
  const found = new Map<string, string>();
  const totals = new Map<string, Rational>();
  const rows = new Map<string, Set<string>>();
  for (const [key, star] of known) {
    const value = values.get(key);
    if (value === undefined) continue;
    const cell = form.cells[star] as Cell;
    if (numeric(cell)) found.set(key, value);
    if (!star.includes("*")) continue;
    const [section, row, column] = split(key);
    rows.set(section, (rows.get(section) ?? new Set()).add(row));
    if (!numeric(cell)) continue;
    const name = `rows.${section}.${column}`;
    const number = fromDecimal(value) as Rational;
    totals.set(name, totals.has(name) ? add(totals.get(name) as Rational, number) : number);
  }
  for (const [key, value] of Object.entries(last)) found.set(`last.${key}`, value);
  for (const [name, total] of totals) found.set(name, decimalText(total));
  for (const [section, most] of Object.entries(form.rows))
    if (most) found.set(`count.${section}`, String(rows.get(section)?.size ?? 0));
  return Object.fromEntries(found);
}

// Keys of the rows that were begun: each asks for all its cells.
function addedRows(form: Form, known: Map<string, string>): string[] {
  const begun = new Map<string, Set<number>>();
  for (const [key, star] of known) {
    if (!star.includes("*")) continue;
    const [section, row] = split(key);
    begun.set(section, (begun.get(section) ?? new Set()).add(Number(row)));
  }
  const stars = Object.keys(form.cells);
  return [...begun.keys()].sort(order).flatMap((section) =>
    [...(begun.get(section) ?? [])]
      .sort((a, b) => a - b)
      .flatMap((row) =>
        stars.filter((key) => key.startsWith(`${section}.*.`)).map((key) => key.replace("*", String(row))),
      ),
  );
}

