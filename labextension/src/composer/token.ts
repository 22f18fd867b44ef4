// Links that carry a server's token: whoever opens one may run code there.
//
// Rule: it is asked before such a text goes, never refused. A token is one where it is the one this
// page knows, where the link leads to this server, or where it looks like Jupyter's own.

const TOKEN = /([?&#])token=([^&#\s"'<>)\]]+)(&?)/gi;
/** What Jupyter and JupyterHub make. */
const MADE = /^[0-9a-f]{32,}$/i;
const LOOPBACK = /(?<![\w.-])(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])[:/]/i;
/** A password of fewer characters may well be an ordinary word. */
const SHORT = 8;

export interface Secrets {
  /** Tokens that this page knows. */
  readonly tokens: readonly string[];
  /** The host of this server, with its port. */
  readonly host: string;
}

export function carriesToken(text: string, secrets: Secrets): boolean {
  return withoutTokens(text, secrets) !== text;
}

/** The same text with links that let nobody in. */
export function withoutTokens(text: string, secrets: Secrets): string {
  const words = text.replace(/\S+/g, (word) => strip(word, secrets));
  const tokens = secrets.tokens.filter((token) => token.length >= SHORT);
  return tokens.reduce((now, token) => now.replaceAll(token, "…"), words);
}

function strip(link: string, { tokens, host }: Secrets): string {
  const here = LOOPBACK.test(link) || link.includes(`${host}/`) || link.includes(`${host}?`);
  return link.replace(TOKEN, (whole, mark: string, value: string, more: string) => {
    const opens = here || tokens.includes(value) || MADE.test(value);
    return opens ? more && mark : whole;
  });
}

/** What this page knows: Lab writes the token into its page, and an address may carry it. */
export function secretsOf(base: string): Secrets {
  const found = [new URLSearchParams(location.search).get("token"), tokenOfLab()];
  return {
    tokens: found.filter((token) => typeof token === "string"),
    host: new URL(base).host,
  };
}

function tokenOfLab(): string | undefined {
  try {
    const { token } = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "");
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}
