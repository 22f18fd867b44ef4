// Builds what the server serves: the one UI, the page's own script, the widget's module, the styles.

import { readdir, readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { emojisModule } from "./emojis.mjs";

/** Bytes, gzipped, that the UI may cost. */
const BUDGET = 60 * 1024;

const { version } = JSON.parse(await readFile("package.json", "utf8"));
const out = "../jupyter_tornchat/static";

await rm(`${out}/chunks`, { recursive: true, force: true });
const settings = {
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2023",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  plugins: [emojisModule],
  define: { __VERSION__: JSON.stringify(version) },
  logLevel: "warning",
};
// A home is one file; the UI loads in chunks what it does not always need.
const homes = ["src/page.ts", "src/widget.ts", "style/page.css", "style/home.css"];
const built = await Promise.all([
  build({ ...settings, entryPoints: homes }),
  build({ ...settings, entryPoints: ["src/tornchat.ts"], splitting: true }),
]);
if (built.some(({ warnings }) => warnings.length > 0)) throw new Error("warnings are errors");

const chunks = (await readdir(`${out}/chunks`)).map((name) => `chunks/${name}`);
for (const name of ["tornchat.js", "page.js", "widget.js", "page.css", ...chunks]) {
  const bytes = await readFile(`${out}/${name}`);
  const zipped = gzipSync(bytes).length;
  console.log(`${name.padEnd(12)} ${kb(bytes.length)}, ${kb(zipped)} gzip`);
  if (zipped > BUDGET) throw new Error(`${name} is over ${kb(BUDGET)} gzip`);
}

function kb(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
