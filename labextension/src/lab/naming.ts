// Giving a notebook a room, taking it off, and opening it.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IChat } from "./chat.js";
import { icon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { nameRoom, roomNamedBy, watchNotebook } from "./notebook.js";
import { choose, there } from "./rooms.js";
import { CREATE } from "./tab.js";

export const NAME_NOTEBOOK_ROOM = "tornchat:name-notebook-room";
export const CLEAR_NOTEBOOK_ROOM = "tornchat:clear-notebook-room";
export const OPEN_NOTEBOOK_ROOM = "tornchat:open-notebook-room";

export const naming: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:naming",
  description: "The room that a notebook names",
  autoStart: true,
  requires: [IChat],
  optional: [INotebookTracker],
  activate: ({ commands }: JupyterFrontEnd, chat: IChat, tracker: INotebookTracker | null) => {
    const current = () => tracker?.currentWidget;
    const mayChange = () => current()?.model?.readOnly === false;
    commands.addCommand(NAME_NOTEBOOK_ROOM, {
      label: () => labWords().classroom.nameRoom,
      icon,
      isEnabled: mayChange,
      execute: async () => {
        const panel = current();
        const session = await there(chat);
        if (!panel || !session) return;
        const last = roomNamedBy(panel) ?? chat.settings.room;
        const t = labWords().classroom;
        const room = await choose(session, { title: t.nameThis, okLabel: t.use, last });
        if (room) nameRoom(panel, room);
      },
    });
    commands.addCommand(CLEAR_NOTEBOOK_ROOM, {
      label: () => labWords().classroom.namesNone,
      isEnabled: () => mayChange() && roomNamedBy(current()) !== undefined,
      execute: () => nameRoom(current(), undefined),
    });
    commands.addCommand(OPEN_NOTEBOOK_ROOM, {
      label: () => labWords().classroom.openIts,
      icon,
      isEnabled: () => roomNamedBy(current()) !== undefined,
      execute: () => commands.execute(CREATE, { room: roomNamedBy(current()) }),
    });
    const changed = () => {
      for (const command of [NAME_NOTEBOOK_ROOM, CLEAR_NOTEBOOK_ROOM, OPEN_NOTEBOOK_ROOM])
        commands.notifyCommandChanged(command);
    };
    if (tracker) watchNotebook(tracker, changed);
  },
};
