// "Share cell": a cell of a notebook as a message in a room.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IChat } from "./chat.js";
import { shareIcon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { postCell } from "./preview.js";

export const SHARE_CELL = "tornchat:share-cell";

export const share: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:share",
  description: "A cell of a notebook as a message",
  autoStart: true,
  requires: [IChat],
  optional: [INotebookTracker],
  activate: ({ commands }: JupyterFrontEnd, chat: IChat, tracker: INotebookTracker | null) => {
    commands.addCommand(SHARE_CELL, {
      label: () => labWords().shareCell,
      caption: () => labWords().shareCell,
      icon: shareIcon,
      isEnabled: () => Boolean(tracker?.activeCell),
      execute: () =>
        postCell(chat, tracker, async (session) => {
          const t = labWords();
          return {
            title: t.shareCell,
            send: t.share,
            rooms: session.list.map(({ room }) => room),
            room: chat.settings.room,
            sent: t.cellShared,
          };
        }),
    });
  },
};
