// Draws an element anew when what it says of the time is over.

import type { ReactiveController, ReactiveControllerHost } from "lit";

export class Tick implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #holds: () => number | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `holds` tells for how long (milliseconds) what is shown holds; null is for good. */
  constructor(host: ReactiveControllerHost, holds: () => number | null) {
    this.#host = host;
    this.#holds = holds;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    const holds = this.#holds();
    if (holds !== null) this.#timer = setTimeout(() => this.#host.requestUpdate(), holds);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }
}
