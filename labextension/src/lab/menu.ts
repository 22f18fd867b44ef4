// Where the chat's commands are found: the palette and the launcher. What can be said in
// schema/menu.json is said there: menus, keys, the toolbars of cells and notebooks.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ILauncher } from "@jupyterlab/launcher";
import { words } from "../words.js";
import { IChat } from "./chat.js";
import { TELL_WHEN_DONE } from "./done.js";
import { ASK_FOR_HELP } from "./help.js";
import { CLEAR_NOTEBOOK_ROOM, NAME_NOTEBOOK_ROOM, OPEN_NOTEBOOK_ROOM } from "./naming.js";
import { MARK_ALL, NEW_ROOM, OPEN_ROOM } from "./rooms.js";
import { SHARE_CELL } from "./share.js";
import { OPEN } from "./sidebar.js";
import { CREATE } from "./tab.js";

const COMMANDS = [
  ...[OPEN, OPEN_ROOM, NEW_ROOM, SHARE_CELL, ASK_FOR_HELP, TELL_WHEN_DONE, MARK_ALL],
  ...[OPEN_NOTEBOOK_ROOM, NAME_NOTEBOOK_ROOM, CLEAR_NOTEBOOK_ROOM],
];

export const menu: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:menu",
  description: "The chat in the palette and in the launcher",
  autoStart: true,
  requires: [IChat],
  optional: [ICommandPalette, ILauncher],
  activate: (
    _app: JupyterFrontEnd,
    _chat: IChat,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
  ) => {
    const category = words().chat;
    for (const command of COMMANDS) {
      palette?.addItem({ command, category });
    }
    launcher?.add({ command: CREATE, rank: 50 });
  },
};
