// Whether Lab's theme is light or dark; the host has it as its attribute `scheme`.

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Where Lab says whether its theme is light. */
const LAB_THEME = "data-jp-theme-light";

export class LabTheme implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #changed = new MutationObserver(() => this.#tell());

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
  }

  hostConnected(): void {
    this.#tell();
    this.#changed.observe(document.body, { attributes: true, attributeFilter: [LAB_THEME] });
  }

  hostDisconnected(): void {
    this.#changed.disconnect();
  }

  #tell(): void {
    const light = document.body.getAttribute(LAB_THEME);
    if (light === null) this.#host.removeAttribute("scheme");
    else this.#host.setAttribute("scheme", light === "true" ? "light" : "dark");
  }
}
