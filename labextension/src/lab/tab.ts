// A room as a tab of JupyterLab's main area, there again after a reload.
//
// Notebook 7 has one document a browser tab and no such tabs: there a room opens in the sidebar, beside
// the notebook.

import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { MainAreaWidget, WidgetTracker } from "@jupyterlab/apputils";
import { randomKey } from "../text.js";
import { words } from "../words.js";
import { IChat } from "./chat.js";
import { icon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { OPEN } from "./sidebar.js";
import { titleOf, View } from "./view.js";

/** Opens a room; the one that comes first where it is not said which. */
export const CREATE = "tornchat:create";

type Tab = MainAreaWidget<View>;

export const tab: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:tab",
  description: "A room as a tab",
  autoStart: true,
  requires: [IChat],
  optional: [ILabShell, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    chat: IChat,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
  ) => {
    const tabs = new WidgetTracker<Tab>({ namespace: "jupyter-tornchat" });
    app.commands.addCommand(CREATE, {
      label: () => words().chat,
      caption: () => labWords().chatHere,
      icon,
      execute: ({ room, id }) => {
        const name = typeof room === "string" ? room : chat.settings.room;
        if (!labShell) return app.commands.execute(OPEN, { room: name });
        const shown = typeof id === "string" ? undefined : tabs.find((tab) => roomOf(tab) === name);
        const one = shown ?? newTab(chat, name, typeof id === "string" ? id : randomKey());
        if (!tabs.has(one)) void tabs.add(one);
        if (!one.isAttached) labShell.add(one, "main");
        labShell.activateById(one.id);
        return one;
      },
    });
    const open = (room: string) => {
      const shown = tabs.find((tab) => roomOf(tab) === room);
      if (shown) app.shell.activateById(shown.id);
      else void app.commands.execute(OPEN, { room });
    };
    void chat.ui.then((ui) => {
      if (ui) ui.host.open = open;
    });
    tabs.widgetAdded.connect((_, one) => {
      one.content.roomChanged.connect(() => void tabs.save(one));
    });
    const name = (one: Tab) => one.id;
    const args = (one: Tab) => ({ room: roomOf(one), id: one.id });
    if (restorer) void restorer.restore(tabs, { command: CREATE, args, name });
  },
};

function roomOf(tab: Tab): string {
  return tab.content.room;
}

function newTab(chat: IChat, room: string, id: string): Tab {
  const content = new View(chat.base, "tab", room);
  const one = new MainAreaWidget({ content });
  one.id = id;
  one.toolbar.hide();
  one.title.icon = icon;
  one.title.closable = true;
  const entitle = () => {
    const unread = chat.session?.unread(content.room) ?? 0;
    const title = titleOf(chat.session, content.room);
    one.title.label = unread > 0 ? `(${unread}) ${title}` : title;
    one.title.caption = unread > 0 ? `${title}: ${words().newBelow(unread)}` : title;
  };
  entitle();
  content.roomChanged.connect(entitle);
  chat.changed.connect(entitle);
  one.disposed.connect(() => chat.changed.disconnect(entitle));
  return one;
}
