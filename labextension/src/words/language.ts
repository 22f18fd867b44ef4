// Which language the reader reads, and how they write numbers.

export type Language = "en" | "zh";

/** The page's language, or else the browser's. Lab says its own in <html lang>. */
export function language(): Language {
  const said = document.documentElement.lang || navigator.language || "en";
  return said.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** For `Intl`: the reader's own form of the language, as for its order of day and month. */
export function locale(): string {
  const same = navigator.languages?.find((one) => one.toLowerCase().startsWith(language()));
  return same ?? language();
}

export function number(value: number): string {
  return value.toLocaleString(locale());
}
