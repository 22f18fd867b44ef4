// "Tell the room when this is done": the cell that runs now, however long ago it was started.
//
// Rule: the server hears the kernel, so that this page may be closed meanwhile.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification, showErrorMessage } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import type { UI } from "../home.js";
import type { Session } from "../session/session.js";
import { IChat } from "./chat.js";
import { doneIcon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { named, noIn } from "./name.js";
import { choose, there } from "./rooms.js";
import { titleOf } from "./view.js";

export const TELL_WHEN_DONE = "tornchat:tell-when-done";

export const done: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:done",
  description: "Tells a room when a cell is over that runs already",
  autoStart: true,
  requires: [IChat],
  optional: [INotebookTracker],
  activate: ({ commands }: JupyterFrontEnd, chat: IChat, tracker: INotebookTracker | null) => {
    commands.addCommand(TELL_WHEN_DONE, {
      label: () => labWords().tellWhenDone,
      caption: () => labWords().tellWhenDone,
      icon: doneIcon,
      isEnabled: () => isBusy(tracker?.currentWidget),
      // In a cell's toolbar it stands only while that cell runs.
      isVisible: ({ toolbar }) => !toolbar || runs(tracker?.activeCell?.model),
      execute: async () => {
        const panel = tracker?.currentWidget;
        const session = await there(chat);
        const ui = await chat.ui;
        if (!panel || !ui || !session || !(await named(session))) return;
        await tell(panel, chat, ui, session);
      },
    });
    const changed = () => commands.notifyCommandChanged(TELL_WHEN_DONE);
    tracker?.activeCellChanged.connect(changed);
    tracker?.widgetAdded.connect((_, panel) => panel.sessionContext.statusChanged.connect(changed));
    // The kernel may say that it is idle before it says that the cell is over.
    NotebookActions.executed.connect(changed);
  },
};

/** Widgets that talk to a kernel make it look idle in the middle of a cell. */
function isBusy(panel: NotebookPanel | null | undefined): boolean {
  if (panel?.sessionContext.session?.kernel?.status === "busy") return true;
  return panel?.content.widgets.some(({ model }) => runs(model)) ?? false;
}

/** Lab says so of a cell from its start to its end, and while it waits for another one. */
function runs(cell: object | null | undefined): boolean {
  return (cell as { executionState?: string } | null | undefined)?.executionState === "running";
}

/** The last room that was told something. */
let lastRoom: string | undefined;

async function tell(panel: NotebookPanel, chat: IChat, ui: UI, session: Session): Promise<void> {
  const t = labWords();
  const what = running(panel, session.limits.job_chars);
  const room = await which(session, lastRoom ?? chat.settings.room);
  const kernel = panel.sessionContext.session?.kernel?.id;
  if (!room || !kernel) return;
  try {
    await session.tellWhenDone(room, kernel, what);
  } catch (error) {
    await showErrorMessage(t.tellWhenDone, noIn(error));
    return;
  }
  lastRoom = room;
  const open = { label: t.open, callback: () => ui.host.open?.(room) };
  Notification.emit(t.willBeTold(titleOf(session, room), what), "success", {
    autoClose: 5_000,
    actions: [open],
  });
}

/** Nobody is asked where there is one room alone. */
async function which(session: Session, last: string): Promise<string | undefined> {
  await session.listRooms();
  const { list } = session;
  if (list.length < 2) return list[0]?.room ?? last;
  return choose(session, { title: labWords().tellWhenDone, okLabel: labWords().tell, last });
}

/** What the room reads: the notebook, and which of its cells runs. */
function running(panel: NotebookPanel, longest: number): string {
  const name = PathExt.basename(panel.context.path);
  const at = panel.content.widgets.findIndex(({ model }) => runs(model));
  const what = at < 0 ? name : labWords().cellOf(name, at + 1);
  return [...what].slice(0, longest).join("");
}
