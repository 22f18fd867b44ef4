import { describe, expect, it } from "vitest";
import { LIMITS } from "../src/protocol.js";
import { excess, isBlank, pieces, randomKey, slug } from "../src/text.js";

function links(text: string): string[] {
  return pieces(text).flatMap(({ href }) => href ?? []);
}

describe("pieces", () => {
  it.each([
    "",
    "no link",
    "  a\n\thttps://a.b/c d ",
    "https://a.b",
    "http://",
    "https://a.b/(c)) https://a.b/c.",
  ])("joined again are the text: %j", (text) => {
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  it.each([
    ["see https://a.b/c.", "https://a.b/c"],
    ["(https://a.b/c)", "https://a.b/c"],
    ["https://a.b/c_(d)", "https://a.b/c_(d)"],
    ["https://a.b/?q=1&r=2#s, and", "https://a.b/?q=1&r=2#s"],
    ["看https://a.b/c，好", "https://a.b/c"],
    ["<https://a.b/c>", "https://a.b/c"],
  ])("find the link in %j", (text, link) => {
    expect(links(text)).toEqual([link]);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a.b",
    "http://",
    "https://[",
    "//a.b",
  ])("make no link of %j", (text) => {
    expect(links(text)).toEqual([]);
  });
});

describe("the size of a text", () => {
  it("is counted in code points, bytes and lines", () => {
    expect(excess("🙂".repeat(8_000), LIMITS)).toBe(null);
    expect(excess("a".repeat(8_001), LIMITS)).toEqual({
      what: "characters",
      has: 8_001,
      allowed: 8_000,
    });
    expect(excess("\n".repeat(9) + "a\n".repeat(500), LIMITS)).toBe(null);
    expect(excess("a\n".repeat(501), LIMITS)).toMatchObject({ what: "lines", has: 501 });
  });

  it.each(["", " \n\t", "\u200b", "\u3000\u00a0"])("%j is nothing to send", (text) => {
    expect(isBlank(text)).toBe(true);
  });
});

describe("a room's name", () => {
  it.each([
    ["Data Café & Analysis", "data-cafe-analysis"],
    ["  --Hello, World!--  ", "hello-world"],
    ["v1.2_test", "v1.2_test"],
    ["数据", ""],
    ["a".repeat(80), "a".repeat(64)],
  ])("made of %j is %j", (title, name) => {
    expect(slug(title)).toBe(name);
  });
});

describe("a random key", () => {
  it("is 32 hex digits, and never the same", () => {
    expect(randomKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(randomKey()).not.toBe(randomKey());
  });
});
