// Calls a function of an island for the tests that compare it with the server: `node answer.mjs expr evaluate`, one
// JSON array of arguments a line in, one answer a line out.
import { build } from "esbuild";
import { createInterface } from "node:readline";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [island, name] = process.argv.slice(2);
const here = dirname(dirname(fileURLToPath(import.meta.url)));
const out = mkdtempSync(join(tmpdir(), "tamdao-answer-"));
const plain = (_, value) =>
  value instanceof Set ? [...value].sort() : typeof value === "bigint" ? String(value) : value;
try {
  const outfile = join(out, "island.mjs");
  await build({ entryPoints: [join(here, `islands/${island}.ts`)], outfile, bundle: true, platform: "node", format: "esm" });
  const module = await import(pathToFileURL(outfile).href);
  for await (const line of createInterface({ input: process.stdin }))
    console.log(JSON.stringify(module[name](...JSON.parse(line)), plain));
} finally {
  rmSync(out, { recursive: true, force: true });
}
