// Fails when a bundle outgrows its budget; prints what each weighs. Sizes are kB (1,000 bytes) after gzip -9.
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const built = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "src", "tamdao", "kit", "static", "kit", "build");
const BUDGET = { "app.js": 80, "charts.js": 260, "passkeys.js": 3, "app.css": 30, "vietnam.json": 30 };
let over = false;
for (const [name, limit] of Object.entries(BUDGET)) {
  const size = gzipSync(readFileSync(join(built, name)), { level: 9 }).length / 1000;
  console.log(`${name.padEnd(14)} ${size.toFixed(1).padStart(6)} kB of ${limit} kB`);
  over ||= size > limit;
}
process.exit(over ? 1 : 0);
