import { html, type LitElement, render } from "lit";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { data } from "../src/message/data.js";
import { resource, type Table } from "../src/message/table.js";
import { caption, inWords } from "../src/plain.js";
import type { Output, StoredFile } from "../src/protocol.js";
import { hostile } from "./vectors.js";

const place = document.createElement("div");
document.body.append(place);
afterEach(() => render(null, place));
afterAll(() => place.remove());

const ARROW = "application/vnd.apache.arrow.file";
const RESOURCE = "application/vnd.dataresource+json";

function file(name: string, type: string, more: Partial<StoredFile> = {}): StoredFile {
  return { hash: "0".repeat(64), name, type, size: 4_000_000, ...more };
}

async function shown(outputs: Output[]): Promise<ParentNode> {
  render(html`${data(outputs, (hash) => `files/${hash}`)}`, place);
  await settle(place);
  return (place.querySelector("tornchat-data") as LitElement).renderRoot;
}

/** Every element in it has drawn itself. */
async function settle(root: ParentNode): Promise<void> {
  for (const element of root.querySelectorAll<LitElement>("*")) {
    if (!element.shadowRoot) continue;
    await element.updateComplete;
    await settle(element.shadowRoot);
  }
}

function said(root: ParentNode): string {
  const inside = [...root.querySelectorAll("*")].map((one) =>
    one.shadowRoot ? said(one.shadowRoot) : "",
  );
  const own = [...root.childNodes].filter(({ nodeName }) => nodeName !== "STYLE");
  return [...own.map(({ textContent }) => textContent), ...inside].join(" ").replace(/\s+/g, " ");
}

const preview = (stats: unknown) =>
  JSON.stringify({
    schema: {
      fields: [{ name: "k" }, { name: "a" }, { name: "a (2)", title: "a" }],
      primaryKey: ["k"],
    },
    data: [{ k: "x", a: "1", "a (2)": "2" }],
    stats,
  });
const TABLE: Output[] = [
  { type: ARROW, text: "pandas.DataFrame, 100,000 × 5", file: file("table.arrow", ARROW) },
  { type: RESOURCE, text: preview({ rows: 100_000, fields: 5 }) },
  { type: "text/plain", text: "k a a" },
];

describe("an object", () => {
  it("that is a table shows its first rows, how many there are, and the file with all", async () => {
    const root = await shown(TABLE);
    const inside = said(root);
    expect(root.querySelector("tornchat-table")).not.toBeNull();
    expect(inside).toContain("and 99,999 more rows · and 3 more columns");
    expect(inside).toContain("pandas.DataFrame, 100,000 × 5");
    expect(inside).toContain("table.arrow");
    expect(inside).toContain("4 MB");
    expect(inside).not.toContain("k a a");
  });

  it("is a picture where it has one, and its data is there to keep", async () => {
    const root = await shown([
      { type: "application/vnd.plotly.v1+json", file: file("Sales.json", "text/plain") },
      {
        type: "image/png",
        text: "8,000 × 6,000",
        file: file("Sales.png", "image/png", { width: 2_000, height: 1_500 }),
      },
      { type: "text/plain", text: "Plotly figure" },
    ]);
    const [picture, kept] = root.querySelectorAll<LitElement>("tornchat-files");
    expect(picture?.renderRoot.querySelector("img")?.alt).toBe("Sales.png");
    expect(said(root)).toContain("Shown smaller than it is: 8,000 × 6,000 pixels.");
    expect(kept?.renderRoot.querySelector("a")?.getAttribute("download")).toBe("Sales.json");
    expect(said(root)).not.toContain("Plotly figure");
  });

  it("that has no picture is its text, and a file", async () => {
    const root = await shown([
      { type: "application/vnd.plotly.v1+json", file: file("Sales.json", "text/plain") },
      { type: "text/plain", text: "Plotly figure: Sales (bar)" },
    ]);
    expect(root.querySelector("img")).toBeNull();
    expect(said(root)).toContain("Plotly figure: Sales (bar)");
    expect(said(root)).toContain("Sales.json");
  });

  it("shows no picture that is none, and nothing of a type that is unknown", async () => {
    const svg = { type: "image/svg+xml", text: "<svg onload=alert(1)>" };
    const fake = { type: "image/png", file: file("x.png", "text/plain") };
    const root = await shown([svg, fake, { type: "text/plain", text: "what it is" }]);
    expect(root.querySelector("img")).toBeNull();
    expect(said(root)).toContain("what it is");
    expect(said(root)).not.toContain("svg");
  });

  it("is what was written, whatever that is", async () => {
    for (const vector of hostile) {
      const outputs = [
        { type: ARROW, text: vector, file: file(vector, ARROW) },
        { type: "text/plain", text: vector },
      ];
      const root = await shown(outputs);
      expect(root.querySelector("bdi")?.textContent).toBe(vector);
      expect(root.querySelector("script, svg, iframe, form, base, link")).toBeNull();
    }
  });

  it("in one line is what it is called, in words what everybody reads", () => {
    expect(caption(TABLE)).toBe("pandas.DataFrame, 100,000 × 5");
    expect(inWords(TABLE)).toBe("k a a");
    const picture = file("Loss.png", "image/png", { width: 3, height: 2 });
    expect(caption([{ type: "image/png", text: "9 × 9", file: picture }])).toBe("Loss.png");
    expect(
      caption([
        { type: "text/html", text: "<b>" },
        { type: "text/plain", text: "b" },
      ]),
    ).toBe("b");
    expect(inWords([])).toBe("");
  });
});

it("a table that tells nonsense of its size is the table that it has", () => {
  for (const stats of [
    null,
    1,
    [],
    { rows: "9" },
    { rows: -1, fields: 1 },
    { rows: 1e300, fields: 2 },
  ]) {
    render(html`${resource(preview(stats))}`, place);
    const { data } = place.querySelector("tornchat-table") as Table;
    expect(data.of).toBeUndefined();
  }
});
