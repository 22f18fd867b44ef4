// The widget's home in a notebook cell: an anywidget module that mounts the server's own UI.

import { mount } from "./home.js";

interface Model {
  get(name: "room_name" | "version"): string;
}

/** Where this page's Jupyter server is; the page itself where it does not say. */
function baseUrl(): string {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  return (JSON.parse(config) as { baseUrl?: string }).baseUrl ?? "/";
}

export default {
  render({ model, el }: { model: Model; el: HTMLElement }): () => void {
    return mount(el, {
      base: `${baseUrl()}tornchat/`,
      room: model.get("room_name"),
      home: "cell",
      version: model.get("version"),
    });
  },
};
