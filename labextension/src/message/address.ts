// Where the browser finds the bytes of a file.
//
// Rule: bytes that come through a kernel are fetched for a picture that is drawn, and for a link that
// somebody follows; where the server is in reach, the browser does it.

import { nothing } from "lit";
import { until } from "lit/directives/until.js";
import { cookie } from "../session/api.js";
import type { Where } from "../session/transport.js";

export type Address = (hash: string) => Where;

/** The `src` of a picture. */
export function source(where: Where): unknown {
  return typeof where === "string" ? where : until(where(), nothing);
}

/** The `href` of a link. */
export function target(where: Where): string {
  return typeof where === "string" ? where : "#";
}

/** What a click on the link does, where its address is only known then. */
export function follow(where: Where): unknown {
  if (typeof where === "string") return nothing;
  return async (event: Event): Promise<void> => {
    event.preventDefault();
    const link = (event.currentTarget as HTMLElement).cloneNode() as HTMLAnchorElement;
    const address = await where();
    if (!address) return;
    link.href = address;
    link.click();
  };
}

/** The bytes as text. Throws where they cannot be had. */
export async function text(where: Where): Promise<string> {
  const address = typeof where === "string" ? where : await where();
  const answer = address
    ? await fetch(address, { headers: { "X-XSRFToken": cookie("_xsrf") } })
    : null;
  if (!answer?.ok) throw new Error("it cannot be had now");
  return answer.text();
}
