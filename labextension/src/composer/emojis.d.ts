// What the build makes of emojibase-data, see emojis.mjs.

declare module "emojis" {
  const rows: readonly string[];
  export default rows;
}
