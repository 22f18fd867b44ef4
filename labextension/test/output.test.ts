import { html, type LitElement, render } from "lit";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { host } from "../src/host.js";
import { code } from "../src/message/code.js";
import { output } from "../src/message/output.js";
import { harmless, sandbox } from "../src/message/sandbox.js";
import { parse, resource, separated } from "../src/message/table.js";
import { bare, terminal } from "../src/message/terminal.js";
import { tokens } from "../src/panel/style.js";
import { hostile } from "./vectors.js";

/** What reads HTML here is a browser in little, which loads the frames of what it reads. */
const readable = hostile.filter((vector) => !/<i?frame/i.test(vector));
const ACTS = "script, link, meta, base, iframe, form, input, object, embed, svg, video, style";
const place = document.createElement("div");
document.body.append(place);

afterEach(() => {
  render(null, place);
  delete host.insert;
});
afterAll(() => place.remove());

/** The inside of the one element that a template is, once what it needs is loaded. */
async function inside(template: unknown): Promise<ShadowRoot> {
  render(html`${template}`, place);
  await import("../src/message/ansi.js");
  await import("../src/message/highlight.js");
  const element = place.querySelector("*") as LitElement;
  await element.updateComplete;
  await new Promise((done) => setTimeout(done));
  return element.renderRoot as ShadowRoot;
}

function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");
}

function press(root: ParentNode, label: RegExp): Promise<unknown> {
  const found = [...root.querySelectorAll("button")].find((button) =>
    label.test(button.getAttribute("aria-label") ?? button.textContent ?? ""),
  );
  if (!found) throw new Error(`no button ${label}`);
  found.click();
  return new Promise((done) => setTimeout(done));
}

describe("a terminal's text", () => {
  it("has its colours, each one that can be read", async () => {
    const root = await inside(
      terminal(
        "\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m \x1b[38;5;21mblue\x1b[39m \x1b[38;2;255;0;255mpink\x1b[m \x1b[43mmark\x1b[49m \x1b[90mgrey\x1b[0m end",
      ),
    );
    const found = [...root.querySelectorAll("pre span")].map(
      (span) => `${span.className}: ${span.textContent}`,
    );
    expect(found).toEqual([
      "red: red",
      "bold green: green",
      "blue: blue",
      "magenta: pink",
      "marked: mark",
      "grey: grey",
    ]);
    expect(texts(root, "pre")).toEqual(["red green blue pink mark grey end"]);
  });

  it("is no link, no title and no movement", () => {
    const said =
      "\x1b]8;;http://evil.test\x07here\x1b]8;;\x07\x1b]0;title\x1b\\ \x1b[2J\x1b[5Aup\x1b";
    expect(bare(said)).toBe("here up");
  });

  it("is what a terminal would leave of a progress bar", async () => {
    const root = await inside(terminal("start\r\n 10%\r 50%\r100%\ndone\r\n"));
    expect(texts(root, "pre")).toEqual(["start\n100%\ndone"]);
  });

  it("is folded to its head and tail, and shown whole on demand, in the colour it had", async () => {
    const lines = Array.from({ length: 255 }, (_, at) => `line ${at + 1}`);
    lines[10] = `\x1b[31m${lines[10]}`;
    const root = await inside(terminal(lines.join("\n")));
    expect(root.querySelector("button")?.textContent?.trim()).toBe("Show 240 more lines");
    expect(texts(root, "pre")).toEqual([lines.slice(0, 3).join("\n"), lines.slice(-12).join("\n")]);
    expect(root.querySelector("pre:last-of-type .red")?.textContent).toBe(
      lines.slice(-12).join("\n"),
    );
    await press(root, /Show/);
    expect(texts(root, "pre").join("\n")).toBe(bare(lines.join("\n")));
    expect(root.querySelector("button")?.getAttribute("aria-expanded")).toBe("true");
  });
});

describe("a block of code", () => {
  it("is in colours where its language is known", async () => {
    const root = await inside(code("def f():\n\treturn 'x'  # why", "python"));
    const kinds = [...root.querySelectorAll("code span")].map(({ className }) => className);
    expect(kinds).toEqual(expect.arrayContaining(["keyword", "called", "string", "comment"]));
    expect(texts(root, "code")).toEqual(["def f():\n\treturn 'x'  # why"]);
  });

  it.each(["brainfuck", "__proto__", "constructor", ""])("is as it is in %j", async (language) => {
    const root = await inside(code("a <b> c", language));
    expect(texts(root, "code")).toEqual(["a <b> c"]);
  });

  it("goes into the notebook byte for byte, or says why not", async () => {
    const source = "if x:\n\t y  = 1\n\n";
    const put: unknown[] = [];
    host.insert = (said, where) => put.push([said, where]);
    const root = await inside(code(source, "python"));
    for (const way of [/above/, /below/, /Replace/]) await press(root, way);
    expect(put).toEqual([
      [source, "above"],
      [source, "below"],
      [source, "replace"],
    ]);
    host.insert = () => {
      throw new Error("No notebook is open.");
    };
    await press(root, /above/);
    expect(texts(root, ".said")).toEqual(["No notebook is open."]);
  });

  it("offers nothing of a notebook where there is none", async () => {
    const root = await inside(code("x", "python"));
    expect(root.querySelectorAll("button").length).toBe(1);
  });

  it("that is long is shown in part, and whole on demand", async () => {
    const root = await inside(code("x\n".repeat(99), "text"));
    expect(root.querySelector("pre.part")).not.toBe(null);
    await press(root, /Show all 100 lines/);
    expect(root.querySelector("pre.part")).toBe(null);
  });
});

describe("a table", () => {
  it.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      '"a ""x""","b\nc"\r\n1,',
      [
        ['a "x"', "b\nc"],
        ["1", ""],
      ],
    ],
    ["", []],
    ["\n\na", [["a"]]],
    ["a,,c", [["a", "", "c"]]],
  ])("of %j is %j", (text, rows) => {
    expect(parse(text, ",")).toEqual(rows);
  });

  it("of hostile bytes costs no more than its length", () => {
    for (const text of [
      '"'.repeat(20_000),
      '",'.repeat(10_000),
      '"a'.repeat(10_000),
      ",".repeat(20_000),
    ]) {
      expect(parse(text, ",").length).toBeLessThan(20_002);
    }
  });

  it("shows a hundred rows and says how many more there are, numbers at the end", async () => {
    const rows = Array.from({ length: 150 }, (_, at) => `name ${at}\t${at}.5`).join("\n");
    const root = await inside(separated(`who\thow much\n${rows}`, "\t"));
    expect(root.querySelectorAll("tbody tr").length).toBe(100);
    expect(texts(root, ".bar span")[0]).toBe("and 50 more rows");
    expect(texts(root, "th.number")).toEqual(["how much"]);
    expect(root.querySelector(".wide")?.getAttribute("tabindex")).toBe("0");
  });

  it("is read from what pandas sends", async () => {
    const data = {
      schema: { fields: [{ name: "a" }, { name: "b" }] },
      data: [{ a: 1, b: null }, { b: "x" }],
    };
    const root = await inside(resource(JSON.stringify(data)));
    expect(texts(root, "th")).toEqual(["a", "b"]);
    expect(texts(root, "td")).toEqual(["1", "", "", "x"]);
    expect(resource("{}")).toBe(null);
    expect(resource("[")).toBe(null);
    expect(resource('{"schema":{"fields":[null]},"data":[null]}')).not.toBe(null);
  });
});

describe("HTML of a notebook", () => {
  it("keeps its table, and nothing that acts or asks", () => {
    const said = harmless(
      '<style>x{}</style><table class=x border=1 onclick=a()><tr><td style="color:red" colspan=2>1</table>' +
        '<a href="http://evil.test">l</a><img src="http://evil.test/x.png"><img src="data:image/png;base64,AAAA">' +
        '<link rel=dns-prefetch href="//evil.test"><form action=x><b>b</b></form>',
    );
    expect(said).toContain("<table");
    expect(said).toContain('<td colspan="2">1</td>');
    expect(said).toContain('src="data:image/png;base64,AAAA"');
    expect(said).toContain("<a>l</a>");
    expect(said).toContain("<b>b</b>");
    expect(said).not.toMatch(/evil|onclick|style=|<style|<form|<link/);
  });

  it.each(readable)("is harmless: %j", (vector) => {
    // biome-ignore lint/plugin: read as a frame reads it, into a document that is nowhere
    const read = new DOMParser().parseFromString(harmless(vector), "text/html");
    const inside = [...read.body.querySelectorAll("*")];
    const attributes = inside.flatMap((element) => element.getAttributeNames());
    expect(
      attributes.filter((name) => /^(?:on|href|action|style|data|id|name)/.test(name)),
    ).toEqual([]);
    expect(inside.filter((element) => element.matches(ACTS))).toEqual([]);
  });

  it("is in a frame that may do nothing", async () => {
    const root = await inside(sandbox("<b>x</b>"));
    expect(root.querySelector("iframe")?.getAttribute("sandbox")).toBe("");
    expect(root.querySelector("iframe")?.title).toBe("HTML of a notebook, without its scripts");
  });
});

describe("an output", () => {
  const address = () => "files/x";
  const file = { hash: "x", name: "plot.png", type: "image/png", size: 1, width: 3, height: 2 };

  it.each([
    [{ type: "application/vnd.jupyter.stdout", text: "x" }, "tornchat-terminal"],
    [{ type: "application/vnd.jupyter.error", text: "x" }, "tornchat-terminal"],
    [{ type: "text/plain", text: "x" }, "tornchat-terminal"],
    [{ type: "text/markdown", text: "**x**" }, "strong"],
    [{ type: "text/html", text: "<b>x" }, "tornchat-frame"],
    [{ type: "application/json", text: '{"a":1}' }, "tornchat-code"],
    [{ type: "application/json", text: "{" }, "tornchat-code"],
    [{ type: "text/csv", text: "a,b" }, "tornchat-table"],
    [{ type: "application/vnd.dataresource+json", text: "{}" }, "tornchat-code"],
    [{ type: "image/png", text: "", file }, "img.picture[width='3'][src='files/x']"],
    [{ type: "image/svg+xml", text: "<svg onload=alert(1)>" }, "p.quiet"],
    [{ type: "application/javascript", text: "alert(1)" }, "p.quiet"],
    [{ type: "__proto__", text: "x" }, "p.quiet"],
    [{ type: "text/plain" }, "p.quiet"],
  ])("%j is shown as %s", (one, selector) => {
    render(output(one, address), place);
    expect(place.querySelectorAll(selector).length).toBe(1);
  });
});

describe("the colours of code and terminals", () => {
  /** Relative luminance by WCAG. */
  const luminance = (colour: string) => {
    const hex = colour.length === 4 ? colour.replace(/[0-9a-f]/g, "$&$&") : colour;
    const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
    const [red = 0, green = 0, blue = 0] = parts.map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const pairs = [...tokens.cssText.matchAll(/--([\w-]+):[^;]*light-dark\((#\w+), (#\w+)\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, light, dark] as const,
  );
  const ofName = (wanted: string) => pairs.find(([name]) => name === wanted) ?? ["", "", ""];
  /** Where JupyterLab's own light and dark say the ground and some of the colours. */
  const LAB = {
    grounds: ["#f5f5f5", "#212121"],
    "code-keyword": ["#008000", "#4caf50"],
    "code-string": ["#ba2121", "#ff7070"],
    "code-name": ["#0055aa", "#42a5f5"],
  };
  const seen = pairs.filter(([name]) => /^(?:code|ansi)-(?!ground|mark|on-mark)/.test(name));

  it("are of AA contrast on their ground, ours and Lab's", () => {
    const [, light, dark] = ofName("code-ground");
    expect(seen.length).toBe(14);
    for (const [name, onLight, onDark] of seen) {
      expect(contrast(onLight, light), name).toBeGreaterThan(4.5);
      expect(contrast(onDark, dark), name).toBeGreaterThan(4.5);
      const theirs = LAB[name as keyof typeof LAB] ?? [onLight, onDark];
      theirs.forEach((colour, at) => {
        expect(contrast(colour, LAB.grounds[at] ?? ""), `${name} in Lab`).toBeGreaterThan(4.5);
      });
    }
    const [, mark, darkMark] = ofName("ansi-mark");
    const [, onMark] = ofName("ansi-on-mark");
    expect(contrast(onMark, mark)).toBeGreaterThan(4.5);
    expect(contrast("#fff", darkMark)).toBeGreaterThan(4.5);
  });
});
