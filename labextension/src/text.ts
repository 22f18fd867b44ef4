// What a text is before it is shown or sent: its links, its size, a random key for it.
//
// Rule: pieces, never HTML. A piece is text or a link; the template makes nodes of them.

import type { Limits } from "./protocol.js";

export interface Piece {
  readonly text: string;
  readonly href?: string;
}

const LINK = /https?:\/\/[^\s<>"'`\p{Script=Han}\u3000-\u303f\uff00-\uffef]+/gu;
const AT_START = new RegExp(`^(?:${LINK.source})`, "u");
/** What ends a sentence is not the end of its link. */
const TAIL = /[.,;:!?'"*_~…]+$/u;

/** Splits a text at its bare http(s) links. Joined again, the pieces are the text. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimLink(match[0]);
    if (!isAddress(link)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: link, href: link });
    from = match.index + link.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** The bare link with which a text begins, if it does. */
export function linkAt(text: string): string | undefined {
  const found = AT_START.exec(text);
  const link = found && trimLink(found[0]);
  return link && isAddress(link) ? link : undefined;
}

/** Without the sentence's own marks and without a bracket that was opened before the link. */
function trimLink(link: string): string {
  let trimmed = link.replace(TAIL, "");
  for (const [open, close] of ["()", "[]", "{}"].map((pair) => [...pair] as [string, string])) {
    while (trimmed.endsWith(close) && count(trimmed, close) > count(trimmed, open)) {
      trimmed = trimmed.slice(0, -1).replace(TAIL, "");
    }
  }
  return trimmed;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function isAddress(link: string): boolean {
  return URL.canParse(link) && new URL(link).hostname !== "";
}

export interface Excess {
  readonly what: "characters" | "bytes" | "lines";
  readonly has: number;
  readonly allowed: number;
}

/** By what a text is longer than the server takes, or null. Characters are code points. */
export function excess(text: string, limits: Limits): Excess | null {
  const sizes: Excess[] = [
    { what: "characters", has: characters(text), allowed: limits.text_chars },
    { what: "bytes", has: new TextEncoder().encode(text).length, allowed: limits.text_bytes },
    { what: "lines", has: text.trim().split("\n").length, allowed: limits.text_lines },
  ];
  return sizes.find(({ has, allowed }) => has > allowed) ?? null;
}

export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Whether a reader would see nothing of it: white space, control and format characters. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\p{Cf}]*$/u.test(text);
}

/** A random key of 128 bits. (`crypto.randomUUID` exists in secure contexts only.) */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a room can have this name. */
export function isRoomName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name);
}

/** A room's name made from its title; empty where the title has no letter that a name may hold. */
export function slug(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, 64);
}
