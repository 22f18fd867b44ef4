// A part of the bundle that is loaded when something shown first needs it.
//
// Rule: what can be read without it is read without it, until it is there and where it never comes.

import { until } from "lit/directives/until.js";

export class Chunk<Module> {
  #module: Module | undefined;
  #loading: Promise<Module> | undefined;

  constructor(readonly load: () => Promise<Module>) {}

  /** What `make` makes of it: at once where it is there, else `meanwhile` until it is. */
  show(make: (module: Module) => unknown, meanwhile: unknown): unknown {
    if (this.#module) return make(this.#module);
    return until(
      this.#fetch().then(make, () => meanwhile),
      meanwhile,
    );
  }

  async #fetch(): Promise<Module> {
    this.#loading ??= this.load();
    try {
      this.#module = await this.#loading;
      return this.#module;
    } catch (error) {
      this.#loading = undefined; // the next one to need it asks again
      throw error;
    }
  }
}
