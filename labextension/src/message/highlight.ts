// Colours for code, in the languages that notebook people paste. Loaded with the first such block.
//
// Rule: a few kinds of words, each with one colour; what kind highlight.js finds is mapped to ours.

import type { ElementContent } from "hast";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import julia from "highlight.js/lib/languages/julia";
import latex from "highlight.js/lib/languages/latex";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createLowlight } from "lowlight";

const lowlight = createLowlight({
  bash,
  cpp,
  css,
  diff,
  ini,
  java,
  javascript,
  json,
  julia,
  latex,
  markdown,
  python,
  r,
  sql,
  typescript,
  xml,
  yaml,
});
lowlight.registerAlias({
  python: ["ipython", "ipython3", "python3"],
  cpp: ["c"],
  bash: ["console", "shell", "shell-session"],
});

/** What each of our colours is for, in the words of highlight.js. */
const KINDS = new Map(
  Object.entries({
    comment: ["comment", "quote"],
    keyword: ["keyword", "literal", "selector-tag", "operator"],
    string: ["string", "regexp", "char"],
    number: ["number", "symbol"],
    called: ["title", "attr", "attribute", "property", "section", "name"],
    type: ["built_in", "type", "class"],
    meta: ["meta", "link", "code"],
    added: ["addition"],
    removed: ["deletion"],
    strong: ["strong"],
  }).flatMap(([kind, theirs]) => theirs.map((one) => [one, kind] as const)),
);

/** The code as nodes, or null where nothing is known of the language. */
export function paint(source: string, language: string): Node | null {
  const known = language.toLowerCase();
  if (!lowlight.registered(known)) return null;
  const painted = document.createDocumentFragment();
  painted.append(
    ...lowlight.highlight(known, source).children.map((part) => node(part as ElementContent)),
  );
  return painted;
}

function node(part: ElementContent): Node {
  if (part.type !== "element") return new Text("value" in part ? part.value : "");
  const span = document.createElement("span");
  const kind = kindOf(part.properties.className);
  if (kind) span.className = kind;
  span.append(...part.children.map(node));
  return span;
}

/** highlight.js says `hljs-title` or `hljs-title function_`. */
function kindOf(classes: unknown): string | undefined {
  const [first] = Array.isArray(classes) ? classes : [];
  return KINDS.get(String(first).replace(/^hljs-/, ""));
}
