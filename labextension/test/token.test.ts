import { describe, expect, it } from "vitest";
import { carriesToken, withoutTokens } from "../src/composer/token.js";

const secrets = { tokens: ["letmein-please"], host: "hub.test:8000" };
const MADE = "0123456789abcdef0123456789abcdef0123456789abcdef";

describe("a link with a token", () => {
  it.each([
    ["http://hub.test:8000/user/ann/lab?token=x1", "http://hub.test:8000/user/ann/lab"],
    ["see hub.test:8000/?token=x1&a=b.", "see hub.test:8000/?a=b."],
    ["(http://127.0.0.1:8888/lab?a=b&token=x1)", "(http://127.0.0.1:8888/lab?a=b)"],
    ["http://localhost/#token=x1", "http://localhost/"],
    [`http://elsewhere.test/tree?token=${MADE}`, "http://elsewhere.test/tree"],
    ["http://elsewhere.test/?token=letmein-please&b=1", "http://elsewhere.test/?b=1"],
    ["the token is letmein-please", "the token is …"],
  ])("is asked about: %s", (text, without) => {
    expect(carriesToken(text, secrets)).toBe(true);
    expect(withoutTokens(text, secrets)).toBe(without);
  });

  it.each([
    "http://elsewhere.test/?token=short",
    "http://hub.test:8000/lab?a=token",
    "what is a token= good for?",
    "tokens are made of letters",
  ])("is nothing special: %s", (text) => {
    expect(carriesToken(text, secrets)).toBe(false);
  });

  it("is not made of a password that is an ordinary word", () => {
    expect(carriesToken("how are you", { tokens: ["how"], host: "hub.test" })).toBe(false);
  });
});
