// The widget's home in a notebook cell: an anywidget module that mounts the server's own UI.
//
// Rule: a page that does not say where its Jupyter server is gets a sentence and asks nobody anything.
// It is a notebook saved as HTML, perhaps somebody else's.

import { mount } from "./home.js";
import { doorWords } from "./words.js";

interface Model {
  get(name: "room_name" | "version"): string;
}

/** Where this page's Jupyter server is; null where it does not say. */
function baseUrl(): string | null {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  return (JSON.parse(config) as { baseUrl?: string }).baseUrl ?? null;
}

export default {
  render({ model, el }: { model: Model; el: HTMLElement }): (() => void) | undefined {
    const base = baseUrl();
    const room = model.get("room_name");
    if (base === null) {
      el.textContent = doorWords().saved(room);
      return undefined;
    }
    return mount(el, {
      base: `${base}tornchat/`,
      room,
      home: "cell",
      version: model.get("version"),
    });
  },
};
