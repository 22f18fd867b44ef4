// How many messages are unread, in the status bar; a click opens the chat.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IStatusBar } from "@jupyterlab/statusbar";
import { Signal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import { IChat } from "./chat.js";
import { icon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { OPEN } from "./sidebar.js";

class Unread extends Widget {
  readonly changed = new Signal<this, void>(this);
  readonly #count = document.createElement("span");
  readonly #button = document.createElement("button");
  #unread = 0;

  constructor(open: () => void) {
    super();
    this.addClass("tornchat-status");
    this.#button.onclick = open;
    this.#button.append(icon.element({ stylesheet: "statusBar" }), this.#count);
    this.node.append(this.#button);
  }

  get unread(): number {
    return this.#unread;
  }

  set unread(unread: number) {
    if (unread === this.#unread) return;
    this.#unread = unread;
    this.#count.textContent = String(unread);
    this.#button.title = labWords().chatWithNews(unread);
    this.#button.ariaLabel = this.#button.title;
    this.changed.emit();
  }
}

export const status: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:status",
  description: "Unread messages in the status bar",
  autoStart: true,
  requires: [IChat],
  optional: [IStatusBar],
  activate: ({ commands }: JupyterFrontEnd, chat: IChat, bar: IStatusBar | null) => {
    if (!bar) return;
    const item = new Unread(() => void commands.execute(OPEN));
    bar.registerStatusItem("jupyter-tornchat:unread", {
      item,
      align: "right",
      rank: 50,
      isActive: () => chat.settings.statusBar && item.unread > 0,
      activeStateChanged: item.changed,
    });
    chat.settingsChanged.connect(() => item.changed.emit());
    chat.changed.connect(({ session }) => {
      item.unread = session?.unreadAll ?? 0;
    });
  },
};
