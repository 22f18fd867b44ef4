// Every word that people read is in a table of words, in both languages; a template elsewhere has none.

/// <reference types="vite/types/importMeta.d.ts" />

import { describe, expect, it } from "vitest";
import { LANGUAGES, speak, words } from "../src/words.js";

const SOURCES = import.meta.glob<string>(
  ["../src/**/*.ts", "!../src/words/**", "!../src/**/*words.ts"],
  { query: "?raw", import: "default", eager: true },
);
/** The topics of each language's table; what Lab alone says is no part of it. */
const TOPICS = import.meta.glob<Record<string, object>>(
  ["../src/words/{en,zh}/*.ts", "!../src/words/*/lab.ts"],
  { eager: true },
);
const TEMPLATE = /\b(?:html|svg|mathml)`/g;
/** Attributes that are read out or shown. */
const SAID =
  /\s(?:aria-(?:label|description|roledescription|valuetext)|title|placeholder|alt)="([^"]*)"/g;

/** Names of keys, which are on every keyboard. */
const KEYS = ["Esc"];
/** What is shown or read out, where code sets it. */
const SET =
  /\b(?:textContent|innerText|ariaLabel|placeholder|title|label|caption|alt)\s*[:=]\s*"([^"$]{2,})"/g;

/** The literal parts of a template that begins at `start`; what stands in `${…}` is a hole. */
function literal(source: string, start: number): string {
  let said = "";
  for (let at = start; at < source.length; at++) {
    if (source[at] === "`") return said;
    if (source[at] === "\\") at++;
    else if (source.startsWith("${", at)) {
      at = hole(source, at + 2);
      said += "○";
    } else said += source[at];
  }
  throw new Error("a template does not end");
}

/** Where the hole that begins at `start` ends; templates in it are found on their own. */
function hole(source: string, start: number): number {
  let depth = 1;
  for (let at = start; at < source.length; at++) {
    if (source[at] === "`") {
      do at = source[at] === "$" && source[at + 1] === "{" ? hole(source, at + 2) + 1 : at + 1;
      while (source[at] !== "`");
    } else if (source[at] === "{") depth++;
    else if (source[at] === "}" && --depth === 0) return at;
  }
  throw new Error("a hole does not end");
}

/** What a reader would meet of a template, without what its holes bring. */
function shown(template: string): string[] {
  const attributes = [...template.matchAll(SAID)].map(([, value]) => value ?? "");
  const texts = template.replace(/<!--.*?-->/gs, " ").replace(/<[^>]*>/g, "\n");
  return [...attributes, ...texts.split("\n")]
    .flatMap((text) => text.match(/\p{L}{2,}/gu) ?? [])
    .filter((word) => !KEYS.includes(word));
}

function templates(source: string): string[] {
  return [...source.matchAll(TEMPLATE)].map(({ 0: { length }, index }) =>
    literal(source, index + length),
  );
}

/** What is found in each source, without those in which nothing is. */
function found(look: (source: string) => string[]): Record<string, string[]> {
  const all = Object.entries(SOURCES).map(([path, source]) => [path, look(source)] as const);
  return Object.fromEntries(all.filter(([, said]) => said.length > 0));
}

describe("words", () => {
  it("of a template are found", () => {
    const source = `html\`<b title="Close">\${x ? html\`No \${1} one\` : \`\${2}\`}</b> is here\``;
    expect(templates(source).map(shown)).toEqual([
      ["Close", "is", "here"],
      ["No", "one"],
    ]);
  });

  it("are in no template", () => {
    expect(Object.keys(SOURCES).length).toBeGreaterThan(30);
    expect(found((source) => templates(source).flatMap(shown))).toEqual({});
  });

  it("are set nowhere but in the tables", () => {
    expect(found((source) => [...source.matchAll(SET)].flatMap(([, text]) => text ?? ""))).toEqual(
      {},
    );
  });

  it.each(Object.entries(LANGUAGES))("have one topic each, in %s", async (language, load) => {
    const table: Record<string, unknown> = (await load()).table;
    const topics = Object.entries(TOPICS).filter(([path]) => path.includes(`/${language}/`));
    const named = topics.flatMap(([, topic]) => Object.entries<object>(topic));
    const said = named.flatMap(([name, topic]) =>
      table[name] === topic ? [name] : Object.keys(topic),
    );
    expect(said.sort()).toEqual(Object.keys(table).sort());
  });

  it("are those of the page's language", async () => {
    expect(words().send).toBe("Send");
    document.documentElement.lang = "zh-CN";
    await speak();
    expect(words().send).toBe("发送");
    document.documentElement.lang = "";
    await speak();
  });
});
