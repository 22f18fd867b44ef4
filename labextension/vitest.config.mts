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
  test: { environment: "happy-dom", include: ["test/*.test.ts"], restoreMocks: true },
});
