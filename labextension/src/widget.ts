// The widget's home in a notebook cell: an anywidget module that mounts the server's own UI.
//
// Rule: a page that does not say where its Jupyter server is, or whose server has no chat, asks the
// panel's kernel and nobody else. Where none answers it says so: it may be a notebook saved as HTML,
// perhaps somebody else's.

import { Detour } from "./detour.js";
import { mount } from "./home.js";
import type { End } from "./session/comm.js";

interface Model extends End {
  get(name: "room_name" | "version"): string;
}

/** Where this page's Jupyter server is; null where it does not say. */
function baseUrl(): string | null {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  return (JSON.parse(config) as { baseUrl?: string }).baseUrl ?? null;
}

export default {
  render({ model, el }: { model: Model; el: HTMLElement }): () => void {
    const base = baseUrl();
    return mount(el, {
      base: base === null ? null : `${base}tornchat/`,
      room: model.get("room_name"),
      home: "cell",
      version: model.get("version"),
      detour: new Detour(model),
    });
  },
};
