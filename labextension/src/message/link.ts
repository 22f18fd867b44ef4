// A link in a message.
//
// Rule: http, https and mailto only, whole and as written. Where its text says one address and it
// leads to another, the host it leads to stands beside it.

import { html, nothing, type TemplateResult } from "lit";

const ALLOWED = /^(?:https?:\/\/|mailto:)[^\p{Cc}\p{Cf}\p{Z}<>"'`\\^{|}]+$/iu;
/** What a reader may take for an address. */
const ADDRESS = /[^\s.]\.[^\s.]|:\/\/|@/;

/** Whether a link may lead there. */
export function mayLink(href: string): boolean {
  return ALLOWED.test(href) && URL.canParse(href);
}

/**
 * @param text is what its reader sees, as characters.
 * @param shown is how they see it.
 */
export function link(href: string, text: string, shown: unknown = text): TemplateResult {
  const host = pretends(href, text) ? html`<bdi class="host"> (${place(href)})</bdi>` : nothing;
  return html`<a
      href=${href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      >${shown}</a
    >${host}`;
}

function pretends(href: string, text: string): boolean {
  const { username, protocol } = new URL(href);
  if (text === href || `mailto:${text}` === href) return protocol !== "mailto:" && username !== "";
  return ADDRESS.test(text) && place(text) !== place(href);
}

/** The host of an address, or the whole of it where it has none. */
function place(address: string): string {
  const whole = /^[a-z]+:/i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(whole)) return address;
  const { host, pathname } = new URL(whole);
  return host || pathname;
}
