// Answers programs of the expression language on the command line, for the comparison with the server: one JSON array
// [program, inputs] a line in, one answer a line out.
import { build } from "esbuild";
import { createInterface } from "node:readline";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const out = mkdtempSync(join(tmpdir(), "tamdao-expr-"));
try {
  const outfile = join(out, "expr.mjs");
  await build({ entryPoints: [join(here, "islands/expr.ts")], outfile, bundle: true, platform: "node", format: "esm" });
  const { evaluate, isAbsent } = await import(pathToFileURL(outfile).href);
  for await (const line of createInterface({ input: process.stdin })) {
    const value = evaluate(...JSON.parse(line));
    const answer = isAbsent(value)
      ? { names: [...value.names].sort(), divisors: [...value.divisors].sort() }
      : typeof value === "boolean" ? value : `${value.top}/${value.bottom}`;
    console.log(JSON.stringify(answer));
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
