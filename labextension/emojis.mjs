// The emoji and their names, cut down to what completion needs: the module "emojis" of the UI.
//
// A row is an emoji, its shortcodes, more English words, and Chinese ones, the name first; fields by
// tabs, words by spaces. Of a person of either kind the plain one is enough.

import { createRequire } from "node:module";

const GENDERED = /-200D-264[02]/;
/** Groups of emojibase: what only colours others, and flags. */
const COMPONENT = 2;
const FLAG = 9;
/** More words than names, at most, in each language. */
const MORE = 3;

export function emojis() {
  const read = createRequire(import.meta.url);
  const chinese = new Map(read("emojibase-data/zh/compact.json").map((one) => [one.hexcode, one]));
  const codesOf = ["github", "iamcal"].map((name) =>
    read(`emojibase-data/en/shortcodes/${name}.json`),
  );
  return read("emojibase-data/en/compact.json")
    .filter(
      ({ group, hexcode }) => group !== undefined && group !== COMPONENT && !GENDERED.test(hexcode),
    )
    .map((one) => {
      const zh = chinese.get(one.hexcode);
      const known = [...new Set(codesOf.flatMap((codes) => codes[one.hexcode] ?? []))];
      const codes =
        known.length > 0 ? known : [one.label.toLowerCase().replace(/[^a-z0-9]+/g, "_")];
      const name = zh.label.replaceAll(" ", "");
      const fields = [codes, more(one, codes), [name, ...more(zh, [name])]];
      return [one.unicode, ...fields.map((words) => words.join(" "))].join("\t");
    });
}

/** Words that say more than the names do. */
function more({ group, tags = [] }, names) {
  if (group === FLAG) return [];
  const said = names.join(" ");
  return [tags]
    .flat()
    .filter((tag) => !tag.includes(" ") && !said.includes(tag))
    .slice(0, MORE);
}

/** For esbuild. */
export const emojisModule = {
  name: "emojis",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^emojis$/ }, () => ({ path: "emojis", namespace: "made" }));
    onLoad({ filter: /^emojis$/, namespace: "made" }, () => ({
      contents: JSON.stringify(emojis()),
      loader: "json",
    }));
  },
};
