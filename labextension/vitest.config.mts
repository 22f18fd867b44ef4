import { defineConfig } from "vitest/config";
import { emojis } from "./emojis.mjs";

/** The module that the build makes for the UI. */
const made = {
  name: "emojis",
  resolveId: (id: string) => (id === "emojis" ? "\0emojis" : undefined),
  load: (id: string) =>
    id === "\0emojis" ? `export default ${JSON.stringify(emojis())}` : undefined,
};

export default defineConfig({
  plugins: [made],
  server: { fs: { allow: [".."] } }, // the hostile texts are beside the other tests
  test: {
    environment: "happy-dom",
    environmentOptions: {
      // A style sheet is no matter here: it is there at once, and empty.
      happyDOM: {
        settings: { disableCSSFileLoading: true, handleDisabledFileLoadingAsSuccess: true },
      },
    },
    include: ["test/*.test.ts"],
    setupFiles: ["test/language.ts"],
    restoreMocks: true,
    testTimeout: 60_000, // hundreds of hostile texts, on a machine that does other things too
  },
});
