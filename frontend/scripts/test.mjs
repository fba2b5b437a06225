// Runs the tests that stand beside the islands and scripts: bundles each into a throw-away folder, then node --test.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const out = mkdtempSync(join(tmpdir(), "tamdao-islands-"));
const tests = ["islands", "scripts"].flatMap((folder) =>
  readdirSync(join(here, folder))
    .filter((name) => /\.test\.(ts|mjs)$/.test(name))
    .map((name) => join(here, folder, name)),
);
try {
  await build({ entryPoints: tests, outdir: out, bundle: true, platform: "node", format: "esm", outExtension: { ".js": ".mjs" } });
  const files = readdirSync(out, { recursive: true })
    .filter((name) => String(name).endsWith(".mjs"))
    .map((name) => join(out, String(name)));
  const run = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
