import { render } from "lit";
import type { Token } from "marked";
import { afterEach, describe, expect, it } from "vitest";
import { type Content, content } from "../src/message/content.js";
import { type Formula, tokens } from "../src/message/grammar.js";
import { markdown } from "../src/message/markdown.js";

const place = document.createElement("div");

afterEach(() => render(null, place));

/** What a text becomes, as elements: `p(one strong(two))`. */
async function shape(text: string): Promise<string> {
  await shown({ text });
  return outline(place.firstElementChild as Element);
}

async function shown(message: Content): Promise<Element> {
  render(content(message), place);
  await import("../src/message/markdown.js");
  await new Promise((done) => setTimeout(done));
  return place.firstElementChild as Element;
}

function outline(element: Element): string {
  const parts = [...element.childNodes].map((node) => {
    if (node instanceof Element) return outline(node);
    const between = /^\s*\n\s*$/.test(node.textContent ?? ""); // of the template's own lines
    return node.nodeType === Node.TEXT_NODE && !between ? node.textContent : "";
  });
  const kind = element.classList.contains("text") ? "" : element.localName;
  const inside = parts.join("");
  return kind ? `${kind}(${inside})` : inside;
}

describe("Markdown", () => {
  it.each([
    ["plain", "plain"],
    ["**b** _i_ ~~s~~ `c`", "p(strong(b) em(i) del(s) code(c))"],
    ["one\ntwo", "one\ntwo"],
    ["**one**\n\ntwo", "p(strong(one))p(two)"],
    ["# Title\ntext", "p(Title)p(text)"],
    ["- a\n- b\n  - c", "ul(li(a)li(bul(li(c))))"],
    ["3. c\n4. d", "ol(li(c)li(d))"],
    ["- [x] done\n- [ ] not", "ul(li(input()done)li(input()not))"],
    ["> said\n> **so**", "blockquote(p(said\nstrong(so)))"],
    ["a\n\n---\n\nb", "p(a)hr()p(b)"],
    ["|a|b|\n|-|-:|\n|1|2|", "div(table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(2)))))"],
    ["~20 and ~30 people", "~20 and ~30 people"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["snake_case_name and a_b", "snake_case_name and a_b"],
  ])("%j is %s", async (text, expected) => {
    expect(await shape(text)).toBe(expected);
  });
});

describe("what people paste without a fence", () => {
  it.each([
    "def f(x):\n    return x\n\tif y:  # two  spaces\n        `z`",
    "    indented from the first line on\n    and **on**",
    "a  b   c\n\n   d\n\te **f**",
    "C:\\Users\\.conda\\new and \\\\server\\share `x`",
    "<b>bold</b> &lt; &amp; **x**",
  ])("keeps every space, tab and backslash of %j", async (text) => {
    await shown({ text });
    const plain = (said: string) => said.replace(/\*\*|`|^ *- /gm, "").replace(/\n/g, "");
    expect(plain(place.textContent ?? "")).toBe(plain(text));
  });

  it("is never hidden: references and definitions are text", async () => {
    await shown({ text: "[x][y] **z**\n\n[y]: http://evil.test" });
    expect(place.textContent).toContain("[x][y]");
    expect(place.textContent).toContain("[y]: http://evil.test");
  });
});

describe("a formula", () => {
  const formulas = (text: string) => {
    const found: string[] = [];
    const look = (all: readonly Token[] = []) => {
      for (const token of all) {
        if (token.type === "formula") found.push((token as Formula).text);
        else look("tokens" in token ? token.tokens : []);
      }
    };
    look(tokens(text) ?? []);
    return found;
  };

  it.each([
    ["the sum $a_1 + b$ is", ["a_1 + b"]],
    ["设$x$为", ["x"]],
    ["\\(x^2\\) and \\[y\\]", ["x^2", "y"]],
    ["$$\na &= b\n+ c\n- d\n$$", ["\na &= b\n+ c\n- d\n"]],
    ["so\n\\[\n- x\n\\]\nthen", ["\n- x\n"]],
    ["$*x* * y$", ["*x* * y"]],
    ["$5 and $6 is money", []],
    ["US$5, US$6", []],
    ["echo $HOME/$USER and $A$B", []],
    ["`$x$` and \\$x$", []],
    ["$ x $", []],
  ])("in %j is %j", (text, expected) => {
    expect(formulas(text)).toEqual(expected);
  });
});

describe("links", () => {
  const links = async (text: string) => {
    await shown({ text });
    return [...place.querySelectorAll("a")].map((link) => link.getAttribute("href"));
  };

  it.each([
    ["[a](https://a.b/c)", ["https://a.b/c"]],
    ["[a](mailto:x@y.z)", ["mailto:x@y.z"]],
    ["![cat](https://a.b/c.png)", ["https://a.b/c.png"]],
    ["**看https://a.b/c，好**", ["https://a.b/c"]],
    ["<https://a.b/c_d_e> `x`", ["https://a.b/c_d_e"]],
    ["`https://a.b`", []],
    ["[a](javascript:alert) `x`", []],
    ["[a](JaVaScRiPt:alert)", []],
    ["[a](//evil.test)", []],
    ["[a](data:text/html,x)", []],
    ["[a](ftp://a.b)", []],
  ])("of %j are %j", async (text, expected) => {
    expect(await links(text)).toEqual(expected);
  });

  it.each([
    ["[https://bank.test](https://evil.test/x)", "(evil.test)"],
    ["[bank.test/login](https://evil.test/x)", "(evil.test)"],
    ["https://bank.test@evil.test/", "(evil.test)"],
    ["[me@bank.test](mailto:x@evil.test)", "(x@evil.test)"],
    ["[bank.test](https://bank.test/x)", undefined],
    ["[the notes](https://evil.test/x)", undefined],
    ["https://a.b", undefined],
  ])("%j shows the host %s", async (text, host) => {
    await shown({ text });
    expect(place.querySelector(".host")?.textContent?.trim()).toBe(host);
  });

  it("tell the other side nothing, and open beside the chat", async () => {
    await shown({ text: "[a](https://a.b)" });
    const link = place.querySelector("a");
    expect(link?.rel).toBe("noopener noreferrer nofollow ugc");
    expect(link?.target).toBe("_blank");
  });
});

describe("a hostile text", () => {
  const rows = (line: (at: number) => string) => Array.from({ length: 120 }, (_, at) => line(at));

  it.each(
    Object.entries({
      quotes: ">".repeat(8_000),
      "quotes apart": "> ".repeat(4_000),
      "deeper and deeper quotes": rows((at) => `${">".repeat(at)} a`).join("\n"),
      lists: "- ".repeat(4_000),
      numbers: "1. ".repeat(2_600),
      "deeper and deeper lists": rows((at) => `${" ".repeat(at)}- a`).join("\n"),
      "mixed lists": "* - + ".repeat(1_300),
      brackets: "[".repeat(8_000),
      links: "[a](".repeat(2_000),
      pictures: "![".repeat(4_000),
      stars: "*".repeat(8_000),
      "open stars": "*a ".repeat(2_600),
      "stars of two kinds": "**a*".repeat(2_000),
      "stars of three": "***a** b ".repeat(800),
      underlines: "_a ".repeat(2_600),
      tildes: "~~a ".repeat(2_000),
      backticks: "`a``".repeat(2_000),
      "longer and longer backticks": rows((at) => `${"`".repeat(at)}a`).join(""),
      dollars: "$a".repeat(4_000),
      "TeX brackets": "\\[a".repeat(2_600),
      "angle brackets": "<a ".repeat(2_600),
      backslashes: "\\".repeat(8_000),
      addresses: "http://a ".repeat(880),
      "a table": `|${"a|".repeat(1_000)}\n|${"-|".repeat(1_000)}\n${"|".repeat(3_000)}`,
      "many rows": `|a|b|\n|-|-|\n${"|\n".repeat(490)}`,
      tracebacks: "Traceback (most recent call last):\n".repeat(220),
      rules: `${"-".repeat(7_000)}\nE Traceback (most recent call last)\n`,
      nested: `${"**_".repeat(2_000)}a${"_**".repeat(600)}`,
    }),
  )("of %s is shown, and nothing nests without end", async (_, text) => {
    expect(text.length).toBeLessThan(8_300);
    await shown({ text });
    expect(place.childElementCount).toBe(1);
    expect(deepest(place)).toBeLessThan(60);
    expect(place.querySelectorAll("*").length).toBeLessThan(6_000);
  });

  it("that takes too many steps is plain", () => {
    expect(markdown("***a** b ".repeat(800))).toBe(null);
    expect(markdown(">".repeat(4_000))).toBe(null);
    expect(markdown("**so** ".repeat(250))).not.toBe(null);
    expect(markdown("so **it** is, `x` and *y* [z](https://a.b) and on.\n".repeat(75))).not.toBe(
      null,
    );
    expect(markdown("so **it** is, `x` and *y* [z](https://a.b).\n\n".repeat(150))).not.toBe(null);
  });
});

function deepest(element: Element): number {
  return 1 + Math.max(0, ...[...element.children].map(deepest));
}
