// The plugin for JupyterLab and Notebook 7: the chat in the right sidebar.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import { ITranslator } from "@jupyterlab/translation";
import { LabIcon } from "@jupyterlab/ui-components";
import { Widget } from "@lumino/widgets";
import { mount } from "../home.js";
import { DEFAULT_ROOM } from "../protocol.js";
import { words } from "../words.js";

const icon = new LabIcon({
  name: "jupyter-tornchat:chat",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-6 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z"/></svg>',
});

class Sidebar extends Widget {
  #unmount: (() => void) | undefined;

  constructor() {
    super();
    this.id = "jupyter-tornchat";
    this.addClass("tornchat-sidebar");
    this.title.icon = icon;
    this.title.caption = words().chat;
  }

  /** Only who opens the chat is in the room. */
  protected override onAfterShow(): void {
    const base = `${PageConfig.getBaseUrl()}tornchat/`;
    this.#unmount ??= mount(this.node, { base, room: DEFAULT_ROOM, home: "sidebar" });
  }

  protected override onBeforeDetach(): void {
    this.#unmount?.();
    this.#unmount = undefined;
  }
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:plugin",
  description: "Chat in the right sidebar",
  autoStart: true,
  // Not used, but waited for: Lab's language is known after it.
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd) => {
    app.shell.add(new Sidebar(), "right", { rank: 900 });
  },
};

export default plugin;
