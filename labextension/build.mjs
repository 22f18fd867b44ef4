// Builds what the server serves: the one UI, the page's own script, the widget's module, the styles.

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes, gzipped, that the UI may cost. */
const BUDGET = 60 * 1024;

const { version } = JSON.parse(await readFile("package.json", "utf8"));
const out = "../jupyter_tornchat/static";

const { warnings } = await build({
  entryPoints: [
    "src/tornchat.ts",
    "src/page.ts",
    "src/widget.ts",
    "style/page.css",
    "style/home.css",
  ],
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2023",
  minify: true,
  legalComments: "none",
  define: { __VERSION__: JSON.stringify(version) },
  logLevel: "warning",
});
if (warnings.length > 0) throw new Error("warnings are errors");

for (const name of ["tornchat.js", "page.js", "widget.js", "page.css"]) {
  const bytes = await readFile(`${out}/${name}`);
  const zipped = gzipSync(bytes).length;
  console.log(`${name.padEnd(12)} ${kb(bytes.length)}, ${kb(zipped)} gzip`);
  if (zipped > BUDGET) throw new Error(`${name} is over ${kb(BUDGET)} gzip`);
}

function kb(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
