import { render } from "lit";
import { afterAll, describe, expect, it } from "vitest";
import { content } from "../src/message/content.js";
import { hostile } from "./vectors.js";

/** Every element that a message is made of, with every attribute that it may have. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  a: ["href", "target", "rel"],
  bdi: ["class"],
  blockquote: [],
  code: ["dir"],
  del: [],
  div: ["class", "dir", "role", "tabindex", "aria-label"],
  em: [],
  hr: [],
  input: ["type", "disabled", "aria-label"],
  li: ["class", "dir"],
  ol: ["start"],
  p: ["class", "dir"],
  strong: [],
  table: [],
  tbody: [],
  td: ["class", "dir"],
  th: ["class", "dir", "scope"],
  thead: [],
  tr: [],
  ul: [],
  "tornchat-code": [],
  "tornchat-math": [],
  "tornchat-table": [],
  "tornchat-terminal": [],
};
/** And of what stands inside its own elements. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  bdi: ["class"],
  button: ["class", "title", "aria-label", "aria-expanded"],
  code: [],
  div: ["class", "dir", "role", "tabindex", "aria-label"],
  path: ["d"],
  pre: ["class", "dir", "role", "tabindex", "aria-label"],
  span: ["class", "role"],
  svg: ["viewBox", "aria-hidden"],
  table: [],
  tbody: [],
  td: ["class", "dir"],
  th: ["class", "dir", "scope"],
  thead: [],
  tr: [],
};
const CLASSES =
  /^(?:text|gone|heading|host|wide|task|left|right|center|bar|language|said|bad|plain|rest|part|output|display|number|comment|keyword|string|called|type|meta|added|removed|strong|red|green|yellow|blue|magenta|cyan|grey|marked|bold|italic|underline|strikethrough|\s)*$/;
/** What Markdown or a terminal may take for its own. */
const MARKS = /[*_~`|[\]\\#$\p{Cc}]|^\s*[-+>\d]/u;
const HREF = /^(?:https?:\/\/|mailto:)/i;

const place = document.createElement("div");
document.body.append(place);

afterAll(() => place.remove());

async function shown(text: string): Promise<Element> {
  render(content({ text }), place);
  await import("../src/message/markdown.js");
  await import("../src/message/terminal.js");
  await import("../src/message/highlight.js");
  await import("../src/message/ansi.js");
  await new Promise((done) => setTimeout(done));
  await new Promise((done) => setTimeout(done));
  return place;
}

/** What is there and may not be. */
function strange(root: ParentNode, allowed = ALLOWED): string[] {
  return [...root.querySelectorAll("*")].flatMap((element) => {
    const { localName: name, shadowRoot } = element;
    const may = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!may) return [`<${name}>`];
    const attributes = element.getAttributeNames().filter((one) => !may.includes(one));
    const classes = CLASSES.test(element.getAttribute("class") ?? "") ? [] : [element.className];
    const href = element.getAttribute("href");
    const links = href === null || HREF.test(href) ? [] : [href];
    const inside = shadowRoot ? strange(shadowRoot, INSIDE) : [];
    return [...attributes.map((one) => `${name} ${one}`), ...classes, ...links, ...inside];
  });
}

describe("S-09: a hostile text is text", () => {
  it("in more than three hundred ways", () => {
    expect(hostile.length).toBeGreaterThan(300);
  });

  it.each(hostile)("%j", async (vector) => {
    for (const text of [vector, `**so** ${vector}`, `\`\`\`html\n${vector}\n\`\`\``]) {
      expect(strange(await shown(text))).toEqual([]);
    }
  });

  it("where it may be Markdown it says the same", async () => {
    const plain = hostile.filter((vector) => !MARKS.test(vector));
    expect(plain.length).toBeGreaterThan(120);
    for (const vector of plain) {
      const { textContent } = await shown(`**so** ${vector}`);
      expect(textContent?.replace(/ \(evil\.test\)/g, "")).toContain(`so ${vector}`);
    }
  });
});
