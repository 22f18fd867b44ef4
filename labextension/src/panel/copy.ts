// Puts a text on the clipboard, byte for byte.

/** False where the browser does not let us. (`navigator.clipboard` exists in secure contexts only.) */
export async function copy(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // It may be there and still say no, as in a frame; the old way may say yes.
  }
  return copyBySelection(text);
}

/** The browser copies what is selected; what it takes is ours, since a field changes line ends. */
function copyBySelection(text: string): boolean {
  const focused = deepest();
  const field = document.createElement("textarea");
  field.className = "tornchat-copy";
  field.value = text;
  field.readOnly = true;
  Object.assign(field.style, { position: "fixed", top: "0", opacity: "0" });
  // What lies behind an open dialog cannot be selected.
  (focused?.closest("dialog") ?? document.body).append(field);
  field.select();
  const take = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
  };
  document.addEventListener("copy", take, true);
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", take, true);
  field.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}

/** What has the focus, inside however many shadow roots. */
function deepest(): HTMLElement | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found instanceof HTMLElement ? found : null;
}
