// What of Markdown a message may use, as a tree of tokens.
//
// Rules: nothing that is written is hidden, so there is no HTML, no reference and no indented code:
// they are text. And a text costs what its length may cost: where it nests too deep or takes too
// many steps it is not Markdown.

import { Lexer, Marked, type Token, Tokenizer, type Tokens, type TokensList } from "marked";
import { linkAt } from "../text.js";

/** Quotes in quotes, lists in lists, marks in marks. */
const DEEPEST = 12;
/** So many tokens are drawn within a few milliseconds. */
const MOST_TOKENS = 2_500;
/** Characters looked at; it is enough for 300 marks in one paragraph of the greatest length. */
const MOST_STEPS = 3_000_000;

export interface Formula extends Tokens.Generic {
  readonly type: "formula";
  readonly text: string;
  readonly display: boolean;
}

export interface Traceback extends Tokens.Generic {
  readonly type: "traceback";
}

/** The tokens of a text, or null where it would cost too much. */
export function tokens(text: string): TokensList | null {
  try {
    return new BoundedLexer(SETTINGS).lex(text);
  } catch (error) {
    if (error instanceof TooMuch) return null;
    throw error;
  }
}

class TooMuch extends Error {}

class BoundedLexer extends Lexer {
  #depth = 0;
  #tokens = 0;
  #steps = 0;

  spend(steps: number): void {
    this.#steps += steps;
    if (++this.#tokens > MOST_TOKENS || this.#steps > MOST_STEPS) throw new TooMuch();
  }

  override blockTokens(source: string, into?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, into?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(source: string, into: Token[] = [], clipped?: boolean): Token[] {
    return this.#deeper(() => super.blockTokens(source, into, clipped));
  }

  override inlineTokens(source: string, into: Token[] = []): Token[] {
    return this.#deeper(() => super.inlineTokens(source, into));
  }

  #deeper(lex: () => Token[]): Token[] {
    if (++this.#depth > DEEPEST) throw new TooMuch();
    const found = lex();
    this.#depth--;
    return found;
  }
}

class MessageTokenizer extends Tokenizer {
  override code = (): undefined => undefined;
  override html = (): undefined => undefined;
  override def = (): undefined => undefined;
  override lheading = (): undefined => undefined;
  override tag = (): undefined => undefined;
  override reflink = (): undefined => undefined;
  override autolink = (): undefined => undefined;
  override br = (): undefined => undefined;

  /** A backslash before anything else stays: it is in paths. */
  override escape(source: string): Tokens.Escape | undefined {
    return /^\\[*_~`[\]#>|$]/.test(source) ? super.escape(source) : undefined;
  }

  override url(source: string): Tokens.Link | undefined {
    const href = linkAt(source);
    if (!href) return undefined;
    const text: Tokens.Text = { type: "text", raw: href, text: href };
    return { type: "link", raw: href, href, text: href, tokens: [text] };
  }

  override paragraph(source: string): Tokens.Paragraph | undefined {
    this.#spend(source);
    return super.paragraph(source);
  }

  override blockquote(source: string): Tokens.Blockquote | undefined {
    this.#spend(source);
    return super.blockquote(source);
  }

  override list(source: string): Tokens.List | undefined {
    this.#spend(source);
    return super.list(source);
  }

  override table(source: string): Tokens.Table | undefined {
    const found = super.table(source);
    for (const row of found ? [found.header, ...found.rows] : []) {
      for (const _ of row) this.#spend("");
    }
    return found;
  }

  override link(source: string): Tokens.Link | Tokens.Image | undefined {
    if (!/^!?\[/.test(source)) return undefined;
    this.#spend(source);
    return super.link(source);
  }

  override emStrong(
    source: string,
    masked: string,
    before?: string,
  ): Tokens.Em | Tokens.Strong | undefined {
    if (!/^[*_]/.test(source)) return undefined;
    this.#spend(source, 2);
    return super.emStrong(source, masked, before);
  }

  override del(source: string, masked: string, before?: string): Tokens.Del | undefined {
    if (!source.startsWith("~~")) return undefined; // one is "about"
    this.#spend(source, 2);
    return super.del(source, masked, before);
  }

  override inlineText(source: string): Tokens.Text | undefined {
    this.#spend(source);
    return super.inlineText(source);
  }

  #spend(source: string, times = 1): void {
    (this.lexer as BoundedLexer).spend(source.length * times);
  }
}

// ------------------------------------------------------------------------- beyond Markdown

/** `$5 and $6` is money: inside there is no space at either end, and after it no letter or digit. */
const FORMULAS: readonly [form: RegExp, display: boolean][] = [
  [/^\$\$(?!\$)((?:\\[\s\S]|[^$\\])+?)\$\$/, true],
  [/^\\\[([\s\S]+?)\\\]/, true],
  [/^\\\(([\s\S]+?)\\\)/, false],
  [/^\$(?![\s$])((?:\\.|[^$\\\n])*?(?:\\.|[^\s$\\\n]))\$(?![\w${])/, false],
];
/** As a formula of a message this is long. */
const LONGEST_FORMULA = 1_000;

function formula(source: string): Formula | undefined {
  if (source[0] !== "$" && source[0] !== "\\") return undefined;
  for (const [form, display] of FORMULAS) {
    const [raw, text] = form.exec(source.slice(0, LONGEST_FORMULA)) ?? [];
    if (raw && text?.trim()) return { type: "formula", raw, text, display };
  }
  return undefined;
}

function formulaBlock(source: string): Formula | undefined {
  const [indent] = /^ {0,3}(?=\$\$|\\\[)/.exec(source) ?? [];
  if (indent === undefined) return undefined;
  const found = formula(source.slice(indent.length));
  const [end] =
    /^[ \t]*(?:\n|$)/.exec(source.slice(indent.length + (found?.raw.length ?? 0))) ?? [];
  if (!found || end === undefined) return undefined;
  return { ...found, raw: indent + found.raw + end };
}

/** As Python prints it, with what caused it; or as IPython does, up to the line that says why. */
const TRACEBACKS = [
  /^Traceback \(most recent call last\):\n(?:(?:[ \t].*)?\n)*\S.*(?:\n\n(?:During handling|The above exception).*\n\nTraceback \(most recent call last\):\n(?:(?:[ \t].*)?\n)*\S.*)*(?:\n|$)/,
  /^-{20,}\n(\w+) +Traceback \(most recent call last\)\n(?:.*\n)*?\1(?::.*)?(?:\n|$)/,
];

function traceback(source: string): Traceback | undefined {
  for (const form of TRACEBACKS) {
    const [raw] = form.exec(source) ?? [];
    if (raw) return { type: "traceback", raw };
  }
  return undefined;
}

const { defaults } = new Marked({
  extensions: [
    {
      name: "traceback",
      level: "block",
      start: (source) => /^(?:Traceback \(most|-{20,}\n\w+ +Traceback)/m.exec(source)?.index,
      tokenizer: traceback,
    },
    {
      name: "formulaBlock",
      level: "block",
      start: (source) => /^ {0,3}(?:\$\$|\\\[)/m.exec(source)?.index,
      tokenizer: formulaBlock,
    },
    {
      name: "formula",
      level: "inline",
      start: (source) => /\$|\\[([]/.exec(source)?.index,
      tokenizer: formula,
    },
  ],
});

const SETTINGS = { ...defaults, tokenizer: new MessageTokenizer() };
