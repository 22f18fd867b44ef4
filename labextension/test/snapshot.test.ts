import { describe, expect, it } from "vitest";
import { type NotebookCell, type NotebookOutput, snapshot } from "../src/lab/snapshot.js";
import { LIMITS } from "../src/protocol.js";

const ORIGIN = { language: "python", notebook: "analysis.ipynb" };
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function data(data: Record<string, unknown>): NotebookOutput {
  return { output_type: "display_data", data };
}

function taken(outputs: NotebookOutput[], limits = LIMITS, withOutputs = true) {
  const cell: NotebookCell = {
    cell_type: "code",
    source: ["a = 1\n", "\ta"],
    execution_count: 3,
    outputs,
  };
  return snapshot(cell, ORIGIN, limits, withOutputs);
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

describe("a snapshot of a cell", () => {
  it("has its source byte for byte, where it is from, and its outputs as they are read best", () => {
    const { cell, pictures, cut } = taken([
      { output_type: "stream", name: "stdout", text: "one\n" },
      { output_type: "stream", name: "stdout", text: ["two\n", "three"] },
      { output_type: "stream", name: "stderr", text: "careful" },
      data({ "text/html": "<b>1</b>", "text/plain": "1" }),
      data({ "text/plain": ["x"], "image/svg+xml": "<svg/>" }),
      data({ "application/vnd.dataresource+json": { data: [1] }, "text/html": "<table>" }),
      { output_type: "error", ename: "E", evalue: "v", traceback: ["\u001b[31mE", "v"] },
      data({ "image/png": `${PIXEL}\n`, "text/plain": "<Figure>" }),
      data({ "application/vnd.widget-view+json": {} }),
    ]);
    expect(cell).toMatchObject({ source: "a = 1\n\ta", count: 3, ...ORIGIN });
    expect(cell.outputs).toEqual([
      { type: "application/vnd.jupyter.stdout", text: "one\ntwo\nthree" },
      { type: "application/vnd.jupyter.stderr", text: "careful" },
      { type: "text/html", text: "<b>1</b>" },
      { type: "text/plain", text: "x" },
      { type: "application/vnd.dataresource+json", text: '{"data":[1]}' },
      { type: "application/vnd.jupyter.error", text: "\u001b[31mE\nv" },
      { type: "image/png" },
    ]);
    expect(pictures.map(({ name, blob }) => [name, blob.type])).toEqual([
      ["output-7.png", "image/png"],
    ]);
    expect(pictures[0]?.output).toBe(cell.outputs?.at(-1));
    expect(cut).toEqual([]);
  });

  it("says in words what claims to be a picture and is none", () => {
    const { cell, pictures } = taken([data({ "image/png": "not base64!", "text/plain": "<Fig>" })]);
    expect(cell.outputs).toEqual([{ type: "text/plain", text: "<Fig>" }]);
    expect(pictures).toEqual([]);
  });

  it("leaves outputs out where that is wished", () => {
    const { cell, size } = taken([data({ "text/plain": "1" })], LIMITS, false);
    expect(cell.outputs).toEqual([]);
    expect(size).toBe(8);
  });

  it("fits into one message, whatever is in it, and says what was cut and by how much", () => {
    const long = `${"日志 ".repeat(30_000)}end`;
    const stream = { output_type: "stream", name: "stdout", text: long };
    const { cell, cut } = taken([stream, data({ "text/html": long, "text/plain": long })]);
    const texts = cell.outputs?.map(({ text = "" }) => text) ?? [];
    expect(texts.reduce((sum, text) => sum + bytes(text), 0)).toBeLessThan(LIMITS.cell_bytes);
    for (const text of texts) {
      expect(text).toMatch(/^日志 /);
      expect(text).toMatch(/end$/);
      expect(text).toContain("bytes are left out");
      expect(text).not.toContain("\ufffd");
    }
    expect(cell.outputs?.[1]?.type).toBe("text/plain");
    expect(cut).toHaveLength(2);
  });

  it("takes no more outputs and no larger pictures than the server does", () => {
    const one = data({ "text/plain": "1" });
    const { cell, cut } = taken(Array(25).fill({ ...one }));
    expect(cell.outputs).toHaveLength(LIMITS.cell_outputs);
    expect(cut).toEqual(["5 more outputs are left out."]);

    const picture = data({ "image/png": PIXEL, "text/plain": "<Figure>" });
    const small = taken([picture], { ...LIMITS, file_bytes: 10 });
    expect(small.cell.outputs).toEqual([{ type: "text/plain", text: "<Figure>" }]);
    expect(small.pictures).toEqual([]);
    expect(small.cut).toHaveLength(1);
  });
});
