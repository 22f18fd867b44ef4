// What stands between this page and its chat, found out by asking `api/health`.
//
// Rule: every answer is one of these words, so that each has its sentence and its remedy in words.ts.

import type { Problem } from "../problem.js";
import type { Transport } from "./transport.js";

export interface Trouble {
  readonly problem: Problem;
  readonly detail?: string;
}

/** What the server says of itself and of us. */
export interface Health {
  readonly version?: string;
  readonly user?: { readonly name: string } | null;
  readonly trouble?: string | null;
  /** Whether this is one person's server on a Hub that has no chat for everybody. */
  readonly alone?: boolean;
  /** The kind of no, where the answer is one. */
  readonly code?: string;
}

const PATIENCE = 8_000;

/**
 * Asks how the chat is.
 *
 * @param version of whoever asks; where the server has another one, the answer is `reload`.
 * @returns what is wrong, or null where all seems well.
 */
export async function diagnose(chat: Transport, version?: string): Promise<Trouble | null> {
  let answer: Response;
  try {
    answer = await chat.fetch("api/health", {
      cache: "no-store",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return { problem: chat.kernel ? "kernel" : "down" };
  }
  if (answer.status === 404) return { problem: "gone" };
  const health = await readHealth(answer);
  if (answer.status === 403 && health?.code === "forbidden") return { problem: "forbidden" };
  if (answer.status === 401 || answer.status === 403) return { problem: "signed_out" };
  if (!answer.ok) return { problem: "down", detail: `HTTP ${answer.status}` };
  // A page where JSON was asked for is a login page in our way.
  if (!health?.user) return { problem: "signed_out" };
  if (health.trouble) return { problem: "off", detail: health.trouble };
  if (version && health.version !== version) {
    return { problem: "reload", detail: `${version} → ${health.version}` };
  }
  return null;
}

async function readHealth(answer: Response): Promise<Health | null> {
  try {
    return (await answer.json()) as Health;
  } catch {
    return null;
  }
}
