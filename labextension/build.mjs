// Builds what the server serves: the one UI, the page's own script, the widget's module, the styles,
// and in chunks/ what the UI loads when a message first needs it.
//
// Rule: what people wait for has a budget, each part its own; over it, the build fails.

import { readFile, rm } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { emojisModule } from "./emojis.mjs";

const OUT = "../jupyter_tornchat/static";
const KB = 1024;

/** Bytes, gzipped, of an entry with everything it imports before it runs. */
const ENTRIES = {
  "page.js": 6 * KB,
  "join.js": 2 * KB,
  "widget.js": 6 * KB,
  "page.css": 3 * KB,
  "home.css": 1 * KB,
  "math.css": 6 * KB,
  // Everything in one file, for a page that has it from a kernel.
  "whole.js": 330 * KB,
};
/** Bytes, gzipped, of the UI with the one language of its reader; in Chinese a letter has three. */
const LANGUAGES = { en: 60 * KB, zh: 60 * KB };
/** Bytes, gzipped, of what is loaded when first needed, without what is there already. */
const CHUNKS = {
  "made:emojis": 55 * KB,
  "src/message/markdown.ts": 25 * KB,
  "src/message/highlight.ts": 40 * KB,
  "src/message/math.ts": 85 * KB,
  "src/message/terminal.ts": 5 * KB,
  "src/message/ansi.ts": 10 * KB,
  "src/message/cell.ts": 30 * KB,
  "src/message/data.ts": 30 * KB,
  "src/invite/invite.ts": 14 * KB,
};
/** A chunk that is not named above. */
const OTHER = 10 * KB;
const FONTS = 320 * KB;

const { version } = JSON.parse(await readFile("package.json", "utf8"));

/** KaTeX names each font in three formats; every browser that runs the UI reads the first. */
const onlyWoff2 = {
  name: "only-woff2",
  setup({ onLoad }) {
    onLoad({ filter: /katex\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(
        /, url\([^)]+\.(woff|ttf)\) format\("\w+"\)/g,
        "",
      ),
      loader: "css",
    }));
  },
};

/**
 * What is loaded later is loaded by a page that has the UI, so it may as well import it. That every
 * part does lets what they share be one file with the UI; else it is one for each set of parts that
 * share something, and many small files are not packed as well.
 */
const later = {
  name: "later",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import" || path.startsWith("./words/")) return null;
      const source = relative(".", join(resolveDir, path)).replace(/\.js$/, ".ts");
      return { path: source, namespace: "later" };
    });
    onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      contents: `import "./src/tornchat.ts"; export * from "./${path}";`,
      resolveDir: ".",
    }));
  },
};

for (const folder of ["chunks", "fonts"])
  await rm(`${OUT}/${folder}`, { recursive: true, force: true });
const settings = {
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  outdir: OUT,
  bundle: true,
  metafile: true,
  format: "esm",
  target: "es2023",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".woff2": "file" },
  plugins: [onlyWoff2, emojisModule],
  define: { __VERSION__: JSON.stringify(version) },
  logLevel: "warning",
};
// A home is one file: the widget's is run from an address to which nothing is relative.
const homes = [
  "src/page.ts",
  "src/join.ts",
  "src/widget.ts",
  "style/page.css",
  "style/home.css",
  "style/math.css",
  "src/whole.ts",
];
// The languages have names of their own, by which the page asks for one before the UI does.
const ui = ["src/tornchat.ts", ...Object.keys(LANGUAGES).map((name) => `src/words/${name}.ts`)];
const built = await Promise.all([
  build({ ...settings, entryPoints: homes }),
  build({
    ...settings,
    entryPoints: ui,
    splitting: true,
    plugins: [...settings.plugins, later],
  }),
]);
if (built.some(({ warnings }) => warnings.length > 0)) throw new Error("warnings are errors");

const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
const zipped = {};
for (const path of Object.keys(outputs)) zipped[path] = gzipSync(await readFile(path)).length;

/** An output and what it imports before it runs, without what is in `there`. */
function needs(path, there = new Set(), found = new Set()) {
  if (found.has(path) || there.has(path)) return found;
  found.add(path);
  for (const { path: next, kind } of outputs[path].imports) {
    if (kind === "import-statement") needs(next, there, found);
  }
  return found;
}

let tooBig = false;
function report(name, paths, most) {
  const size = [...paths].reduce((sum, path) => sum + outputs[path].bytes, 0);
  const sent = [...paths].reduce((sum, path) => sum + zipped[path], 0);
  tooBig ||= sent > most;
  console.log(
    `${name.padEnd(26)} ${kb(size)}, ${kb(sent)} gzip, of ${kb(most)}${sent > most ? ": TOO BIG" : ""}`,
  );
}

function kb(bytes) {
  return `${(bytes / KB).toFixed(1).padStart(5)} KB`;
}

const first = needs(`${OUT}/tornchat.js`);
for (const [name, most] of Object.entries(LANGUAGES)) {
  report(`tornchat.js with ${name}.js`, new Set([...first, ...needs(`${OUT}/${name}.js`)]), most);
}
for (const [name, most] of Object.entries(ENTRIES)) report(name, needs(`${OUT}/${name}`), most);
const lazy = Object.keys(outputs).filter((path) => path.includes("/chunks/"));
for (const path of lazy.filter((path) => outputs[path].entryPoint)) {
  const entryPoint = outputs[path].entryPoint.replace(/^later:/, "");
  report(basename(entryPoint), needs(path, first), CHUNKS[entryPoint] ?? OTHER);
}
const fonts = Object.keys(outputs).filter((path) => path.endsWith(".woff2"));
report(`${fonts.length} fonts`, fonts, FONTS);
if (tooBig) throw new Error("something is over its budget");
