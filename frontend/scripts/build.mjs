// Builds everything the pages load into the static folder of kit: styles, fonts, scripts and map paths.
// Nothing is fetched: all inputs are this folder and node_modules.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tokensCss, fontsCss, FONT_FILES } from "./styles.mjs";
import { vietnamMap } from "./map.mjs";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const final = join(here, "..", "src", "tamdao", "kit", "static", "kit", "build");
const out = `${final}.new`; // takes the old one's place only when everything is there
const modules = join(here, "node_modules");
// browsers of offices that still run Windows 7 or 8.1 end at Chrome 109
const target = ["chrome109", "firefox115", "safari15.4"];

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "fonts"), { recursive: true });

for (const file of FONT_FILES) {
  await copyFile(join(modules, "@fontsource", "be-vietnam-pro", "files", file), join(out, "fonts", file));
}
await copyFile(join(modules, "@fontsource", "be-vietnam-pro", "LICENSE"), join(out, "fonts", "LICENSE.txt"));

const tokens = JSON.parse(await readFile(join(here, "tokens.json"), "utf8"));
const css = await build({
  entryPoints: [join(here, "styles", "index.css")],
  bundle: true,
  minify: true,
  write: false,
  target,
  loader: { ".css": "css" },
});
const head = await build({
  stdin: { contents: fontsCss() + tokensCss(tokens), loader: "css" },
  minify: true,
  write: false,
  target,
});
await writeFile(join(out, "app.css"), head.outputFiles[0].text + css.outputFiles[0].text);

// Bundles that share nothing: the page hands the address of the charts to the first, so all may carry a hash.
for (const [name, entry] of [["app", "app"], ["charts", "charts"], ["passkeys", "passkeys-page"]]) {
  await build({
    entryPoints: [join(here, "islands", `${entry}.ts`)],
    outfile: join(out, `${name}.js`),
    bundle: true,
    minify: true,
    format: "esm",
    target,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', __DEV__: "false" },
    logLevel: "warning",
  });
}

await writeFile(join(out, "vietnam.json"), JSON.stringify(await vietnamMap()));

await rm(final, { recursive: true, force: true });
await rename(out, final);
