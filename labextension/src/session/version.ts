// The version of this UI, as package.json has it; the build puts it in.

declare const __VERSION__: string | undefined;

export const VERSION: string = typeof __VERSION__ === "string" ? __VERSION__ : "";
