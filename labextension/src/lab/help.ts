// "Ask for help": a cell of a notebook, with a word about it, as a request in a help desk.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { showErrorMessage } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import type { Session } from "../session/session.js";
import { IChat } from "./chat.js";
import { helpIcon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { roomNamedBy } from "./notebook.js";
import { postCell } from "./preview.js";

export const ASK_FOR_HELP = "tornchat:ask-for-help";

export const help: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:help",
  description: "A cell of a notebook as a request for help",
  autoStart: true,
  requires: [IChat],
  optional: [INotebookTracker],
  activate: ({ commands }: JupyterFrontEnd, chat: IChat, tracker: INotebookTracker | null) => {
    commands.addCommand(ASK_FOR_HELP, {
      label: () => labWords().classroom.askForHelp,
      caption: () => labWords().classroom.askForHelp,
      icon: helpIcon,
      isEnabled: () => Boolean(tracker?.activeCell),
      execute: () =>
        postCell(chat, tracker, async (session, panel) => {
          const t = labWords().classroom;
          const rooms = desks(session, chat.settings.helpRoom);
          const [first] = rooms;
          if (first === undefined) {
            await showErrorMessage(t.ask, t.noDesk);
            return null;
          }
          const room = desk(panel, rooms) ?? first;
          const purpose = { title: t.askForHelp, send: t.ask, ask: t.question, sent: t.asked };
          return { ...purpose, rooms, room };
        }),
    });
  },
};

/** The help desks that are open to whoever asks; the one that they set, where they set one. */
function desks(session: Session, set: string): string[] {
  const all = session.list.filter(({ kind }) => kind === "help").map(({ room }) => room);
  return set === "" ? all : all.filter((room) => room === set);
}

/** The notebook's own, where it names one. */
function desk(panel: NotebookPanel, rooms: readonly string[]): string | undefined {
  const named = roomNamedBy(panel);
  return rooms.find((room) => room === named);
}
