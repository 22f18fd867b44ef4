// A file as a text, by vitest.

declare module "*?raw" {
  const text: string;
  export default text;
}
