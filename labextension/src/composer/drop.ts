// The ways by which files come in: picked, pasted or dropped.

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Asks for files; none where nothing is chosen. */
export function pick(chosen: (files: File[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.addEventListener("change", () => chosen([...(input.files ?? [])]));
  input.click();
}

/**
 * The files of what is pasted or dropped. Cells of a spreadsheet come as text and as a picture of
 * it: then they are text.
 */
export function filesOf(transfer: DataTransfer | null): File[] {
  const types = transfer?.types ?? [];
  const text = types.includes("text/plain") && types.includes("text/html");
  return text ? [] : [...(transfer?.files ?? [])];
}

/** A text that is sent as a file. */
export function textAsFile(text: string, ending = "txt"): File {
  return new File([text], `message.${ending}`, { type: "text/plain" });
}

/** Takes files that are dropped anywhere on the host; it is `dropping` while some hover over it. */
export class Drop implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #dropped: (files: File[]) => void;
  #inside = 0;

  constructor(host: ReactiveControllerHost & HTMLElement, dropped: (files: File[]) => void) {
    this.#host = host;
    this.#dropped = dropped;
    host.addController(this);
  }

  hostConnected(): void {
    for (const [type, listener] of this.#listeners) this.#host.addEventListener(type, listener);
  }

  hostDisconnected(): void {
    for (const [type, listener] of this.#listeners) this.#host.removeEventListener(type, listener);
    this.#hover(0);
  }

  readonly #listeners: readonly [string, (event: Event) => void][] = [
    ["dragenter", (event) => this.#takes(event) && this.#hover(this.#inside + 1)],
    ["dragleave", (event) => this.#takes(event) && this.#hover(this.#inside - 1)],
    ["dragover", (event) => this.#takes(event)],
    ["drop", (event) => this.#takes(event) && this.#drop(event as DragEvent)],
  ];

  /** Whether there are files in it; then nobody else gets them, the page around us least of all. */
  #takes(event: Event): boolean {
    const takes = (event as DragEvent).dataTransfer?.types.includes("Files") ?? false;
    if (takes) {
      event.preventDefault();
      event.stopPropagation();
    }
    return takes;
  }

  #hover(inside: number): void {
    this.#inside = Math.max(0, inside);
    this.#host.toggleAttribute("dropping", this.#inside > 0);
  }

  #drop({ dataTransfer }: DragEvent): void {
    this.#hover(0);
    this.#dropped([...(dataTransfer?.files ?? [])]);
  }
}
