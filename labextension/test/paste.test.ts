import { describe, expect, it } from "vitest";
import { codeIn, guess } from "../src/composer/paste.js";
import { fence, inCode } from "../src/fence.js";

/** What a clipboard holds. */
function clipboard(held: Record<string, string>): DataTransfer {
  const types = Object.keys(held);
  return { types, getData: (type: string) => held[type] ?? "" } as unknown as DataTransfer;
}

const CODE = "def f(x):\r\n\treturn x \r\n";

describe("what is pasted", () => {
  it("is code where an editor, a notebook, its font or its indentation says so", () => {
    const plain = "one\ntwo";
    expect(codeIn(clipboard({ "text/plain": plain }))).toBeNull();
    const told: Record<string, string>[] = [
      { "vscode-editor-data": '{"mode": "rust"}' },
      { "application/vnd.jupyter.cells": "[]" },
      { "text/html": "<div style=\"font-family: 'Fira Mono'\">one</div>" },
      { "text/html": "<pre>one</pre>" },
    ];
    for (const more of told) {
      expect(codeIn(clipboard({ "text/plain": plain, ...more }))?.text).toBe(plain);
    }
    expect(codeIn(clipboard({ "text/plain": plain, ...told[0] }))?.language).toBe("rust");
    expect(codeIn(clipboard({ "text/plain": CODE }))).toEqual({
      text: "def f(x):\n\treturn x \n",
      language: "python",
    });
  });

  it("is no code in one line, nor where it is fenced already", () => {
    expect(codeIn(clipboard({ "text/plain": "x = 1", "vscode-editor-data": "{}" }))).toBeNull();
    expect(codeIn(clipboard({ "text/plain": "see\n```\n  x\n```" }))).toBeNull();
  });

  it("is told by its language", () => {
    expect(guess("import numpy as np\nx = np.zeros(3)")).toBe("python");
    expect(guess("x <- c(1,\n  2)")).toBe("r");
    expect(guess("SELECT a\n  FROM b")).toBe("sql");
    expect(guess('{"a":\n  [1]}')).toBe("json");
    expect(guess("const a = 1;\n  f(a)")).toBe("javascript");
    expect(guess("#!/bin/bash\n  ls")).toBe("bash");
    expect(guess("some\n  words")).toBe("");
  });
});

describe("a fence", () => {
  it("is longer than any inside, and leaves the code as it is", () => {
    expect(fence("\tx \n", "python")).toBe("```python\n\tx \n```");
    expect(fence("see\n````\nx")).toBe("`````\nsee\n````\nx\n`````");
  });

  it("is open until it is closed", () => {
    expect(inCode("see ```python\nx[:a")).toBe(true);
    expect(inCode("see `x[:a")).toBe(true);
    expect(inCode("see `x` and ```\ny\n``` :a")).toBe(false);
    expect(inCode("it`s\n:a")).toBe(false);
  });
});
