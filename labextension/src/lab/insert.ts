// Code out of the chat into the notebook that is open: what `host.insert` does in Lab.
//
// Rule: what it changes can be undone, and nothing is ever run.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, type Notebook } from "@jupyterlab/notebook";
import type { Where } from "../host.js";
import { IChat } from "./chat.js";
import { labWords } from "./lab.words.js";

export const insert: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:insert",
  description: "Code out of the chat into the active notebook",
  autoStart: true,
  requires: [IChat],
  optional: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, chat: IChat, tracker: INotebookTracker | null) => {
    void chat.ui.then((ui) => {
      if (!ui || !tracker) return;
      ui.host.insert = (code, where) => put(tracker.currentWidget?.content, code, where);
    });
  },
};

/** Throws in words for people where there is no notebook, or none that may be changed. */
function put(notebook: Notebook | undefined, code: string, where: Where): void {
  if (!notebook?.model || !notebook.activeCell) throw new Error(labWords().openNotebookFirst);
  if (notebook.model.readOnly) throw new Error(labWords().notebookReadOnly);
  const { activeCell, activeCellIndex, model } = notebook;
  if (where === "replace") {
    activeCell.model.sharedModel.setSource(code);
    return;
  }
  const at = where === "above" ? activeCellIndex : activeCellIndex + 1;
  // With its source from the start, so that one step back takes all of it away.
  model.sharedModel.insertCell(at, { cell_type: "code", source: code, metadata: {} });
  notebook.activeCellIndex = at;
}
