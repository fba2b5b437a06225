// Numbers and days as Vietnamese offices write them, read exactly as the server reads them (tamdao.kit.numbers, dates).

export const MAX_DIGITS = 60;

// White space as Python knows it; the browser's own `trim` knows another set.
const SPACE = "\\t\\n\\v\\f\\r \\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const EDGES = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
const SHAPE = /^([+\-\u2212]?)([0-9](?:[0-9., ]*[0-9])?)$/;

export const strip = (text: string): string => text.replace(EDGES, "");

export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

// "1.234,5" to "1234.5": points group thousands, a comma starts the decimals, spaces may group too.
export function readNumber(text: string): string {
  const plain = strip(text.replace(/[\u00a0\u202f\u2009]/g, " "));
  if (!plain) throw new Refused("number_empty");
  const shape = SHAPE.exec(plain);
  if (!shape) throw new Refused("number_malformed");
  if (plain.length > 3 * MAX_DIGITS) throw new Refused("number_too_long");
  const [, sign, body = ""] = shape;
  const comma = body.indexOf(",");
  const decimals = comma < 0 ? "" : body.slice(comma + 1);
  if (comma >= 0 && !/^[0-9]+$/.test(decimals)) throw new Refused("number_malformed");
  const whole = comma < 0 ? body : body.slice(0, comma);
  const mark = whole.includes(" ") ? " " : ".";
  if (whole.includes(mark) && !(mark === " " ? /^[1-9][0-9]{0,2}( [0-9]{3})+$/ : /^[1-9][0-9]{0,2}(\.[0-9]{3})+$/).test(whole))
    throw new Refused("number_malformed");
  const digits = whole.replaceAll(mark, "");
  if (!/^[0-9]+$/.test(digits)) throw new Refused("number_malformed");
  return canonical(digits, decimals, sign !== "" && sign !== "+");
}

function canonical(digits: string, places: string, negative: boolean): string {
  const whole = digits.replace(/^0+/, "");
  const decimals = places.replace(/0+$/, "");
  if (!whole && !decimals) return "0";
  const first = whole ? whole.length - 1 : -1 - decimals.search(/[1-9]/);
  if (first < -MAX_DIGITS || first >= MAX_DIGITS || decimals.length > MAX_DIGITS) throw new Refused("number_too_long");
  return `${negative ? "-" : ""}${whole || "0"}${decimals ? `.${decimals}` : ""}`;
}

// "1/7/2025", "01-07-2025" or "2025-07-01" to "2025-07-01"; nothing is guessed.
export function readDay(text: string): string {
  const plain = strip(text);
  const iso = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(plain);
  const dayFirst = /^([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})$/.exec(plain);
  const [year, month, day] = (dayFirst ? [dayFirst[4], dayFirst[3], dayFirst[1]] : iso ? iso.slice(1) : []).map(Number);
  if (!year || !month || !day || month > 12 || day > daysIn(year, month)) throw new Refused("date_malformed");
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] as number;
}
