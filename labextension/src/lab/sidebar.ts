// The chat in the right sidebar of JupyterLab and of Notebook 7, with the number of what is unread.

import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { words } from "../words.js";
import { IChat } from "./chat.js";
import { icon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { offerRoom } from "./offer.js";
import { View } from "./view.js";

const ID = "jupyter-tornchat";

export const OPEN = "tornchat:open";
/** The same as a button, where the shell shows no tab of the sidebar. */
export const OPEN_BESIDE = "tornchat:open-beside";

export const sidebar: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:sidebar",
  description: "The chat in the right sidebar",
  autoStart: true,
  requires: [IChat],
  optional: [ILabShell, ILayoutRestorer, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    chat: IChat,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    tracker: INotebookTracker | null,
  ) => {
    const view = new View(chat.base, "sidebar", chat.settings.room);
    view.id = ID;
    view.title.icon = icon;
    view.title.caption = words().chat;
    app.shell.add(view, "right", { rank: 900 });
    restorer?.add(view, ID);
    followRoom(view, chat);
    if (tracker) offerRoom(view, chat, tracker);
    addCommands(app, view, labShell);
    let unread = 0;
    chat.changed.connect(({ session }) => {
      if (!session || unread === session.unreadAll) return;
      unread = session.unreadAll;
      view.title.dataset = unread > 0 ? { ...UNTOLD, unread: String(unread) } : UNTOLD;
      view.title.caption = unread > 0 ? labWords().chatWithNews(unread) : words().chat;
      app.commands.notifyCommandChanged(OPEN_BESIDE);
    });
  },
};

const UNTOLD = { id: ID };

/** Whoever has not gone to another room goes along when another one is set to come first. */
function followRoom(view: View, chat: IChat): void {
  let first = chat.settings.room;
  chat.settingsChanged.connect(() => {
    const { room } = chat.settings;
    if (view.room === first) view.open(room);
    first = room;
  });
}

function addCommands({ commands, shell }: JupyterFrontEnd, view: View, labShell: ILabShell | null) {
  commands.addCommand(OPEN, {
    label: () => labWords().openChat,
    icon,
    execute: ({ room }) => {
      if (typeof room === "string") view.open(room);
      shell.activateById(ID);
      view.activate(); // Notebook 7 shows it, and leaves the keys where they were
    },
  });
  commands.addCommand(OPEN_BESIDE, {
    label: "",
    className: () => (view.title.dataset.unread ? "tornchat-news" : ""),
    caption: () => view.title.caption,
    icon,
    isVisible: () => labShell === null,
    execute: () => commands.execute(OPEN),
  });
}
