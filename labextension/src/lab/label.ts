// A field of a dialog, with what it is called: before it, and after what is ticked.

export function label(says: string, field: HTMLElement): HTMLElement {
  const label = document.createElement("label");
  const after = field instanceof HTMLInputElement && field.type === "checkbox";
  label.append(after ? "" : `${says} `, field, after ? ` ${says}` : "");
  return label;
}
