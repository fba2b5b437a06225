// The paths of @svg-maps/vietnam, made smaller without opening gaps: every point is snapped to one grid, so two
// neighbours that share a border still share it afterwards.
import vietnam from "@svg-maps/vietnam";

export const GRID = 2; // grid lines per unit of the original drawing
const CREDIT = "Bản đồ: @svg-maps/vietnam 2.0.0, Stephen Truong, CC BY 4.0; đã làm tròn tọa độ.";

// Rings of absolute points from a path of relative and absolute moves and lines.
export function rings(path) {
  const words = path.match(/[a-z]|-?\d*\.?\d+(?:e-?\d+)?/gi) ?? [];
  const found = [];
  let command = "";
  let [x, y, startX, startY] = [0, 0, 0, 0];
  let ring = [];
  for (let i = 0; i < words.length; ) {
    if (/^[a-z]/i.test(words[i])) {
      command = words[i++];
      if (command === "z" || command === "Z") {
        if (ring.length) found.push(ring);
        ring = [];
        [x, y] = [startX, startY];
        continue;
      }
    }
    const relative = command === command.toLowerCase();
    const kind = command.toLowerCase();
    if (kind === "h") x = relative ? x + Number(words[i++]) : Number(words[i++]);
    else if (kind === "v") y = relative ? y + Number(words[i++]) : Number(words[i++]);
    else if (kind === "m" || kind === "l") {
      const [dx, dy] = [Number(words[i++]), Number(words[i++])];
      x = relative ? x + dx : dx;
      y = relative ? y + dy : dy;
      if (kind === "m") {
        if (ring.length) found.push(ring);
        ring = [];
        [startX, startY] = [x, y];
        command = relative ? "l" : "L";
      }
    } else if (kind === "c") {
      // curves occur only round islets of a few units: halfway point and end are closer than the grid
      const n = words.slice(i, i + 6).map(Number);
      i += 6;
      const [ox, oy] = relative ? [x, y] : [0, 0];
      const [x1, y1, x2, y2, x3, y3] = [ox + n[0], oy + n[1], ox + n[2], oy + n[3], ox + n[4], oy + n[5]];
      ring.push([(x + 3 * x1 + 3 * x2 + x3) / 8, (y + 3 * y1 + 3 * y2 + y3) / 8]);
      [x, y] = [x3, y3];
    } else throw new Error(`unexpected path command ${command}`);
    ring.push([x, y]);
  }
  if (ring.length) found.push(ring);
  return found;
}

function snapped(ring) {
  const points = [];
  for (const [x, y] of ring) {
    const point = [Math.round(x * GRID), Math.round(y * GRID)];
    const last = points.at(-1);
    if (!last || last[0] !== point[0] || last[1] !== point[1]) points.push(point);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (points.length > 1 && first[0] === last[0] && first[1] === last[1]) points.pop();
  return points;
}

// An islet smaller than the grid stays visible as a small diamond; nothing that is on the map may vanish from it.
function islet([x, y]) {
  return [
    [x - 1, y],
    [x, y - 1],
    [x + 1, y],
    [x, y + 1],
  ];
}

export function simplify(path) {
  const seen = new Set();
  let box = [Infinity, Infinity, -Infinity, -Infinity];
  const parts = [];
  for (const ring of rings(path)) {
    let points = snapped(ring);
    if (points.length < 3) points = islet(points[0]);
    const key = points.join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    for (const [x, y] of points) {
      box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
    }
    let text = `M${points[0][0]} ${points[0][1]}`;
    let command = "";
    for (let i = 1; i < points.length; i++) {
      const [dx, dy] = [points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]];
      const next = dx === 0 ? "v" : dy === 0 ? "h" : "l";
      if (next !== command || next !== "l") text += next;
      else if (dx >= 0) text += " ";
      text += next === "v" ? dy : next === "h" ? dx : `${dx}${dy < 0 ? "" : " "}${dy}`;
      command = next;
    }
    parts.push(`${text}z`);
  }
  return { d: parts.join(""), box };
}

export async function vietnamMap() {
  const [, , width, height] = vietnam.viewBox.split(" ").map(Number);
  return {
    view_box: [0, 0, width * GRID, height * GRID],
    credit: CREDIT,
    licence: "CC BY 4.0",
    shapes: vietnam.locations.map(({ id, name, path }) => ({ id, name, ...simplify(path) })),
  };
}
