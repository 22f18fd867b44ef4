// Above the chat in the sidebar: the room that the current notebook names, while another one is shown.

import type { INotebookTracker } from "@jupyterlab/notebook";
import type { IChat } from "./chat.js";
import { labWords } from "./lab.words.js";
import { roomNamedBy, watchNotebook } from "./notebook.js";
import { titleOf, type View } from "./view.js";

/** Offers it in a view, as long as the page lives. */
export function offerRoom(view: View, chat: IChat, tracker: INotebookTracker): void {
  const line = document.createElement("p");
  const open = document.createElement("button");
  const title = document.createElement("bdi");
  line.className = "tornchat-offer";
  open.append(title);
  line.append(`${labWords().classroom.itsRoom} `, open);
  view.node.prepend(line);
  const show = () => {
    const room = roomNamedBy(tracker.currentWidget);
    line.hidden = room === undefined || room === view.room;
    title.textContent = room === undefined ? "" : titleOf(chat.session, room);
    open.onclick = () => {
      if (room !== undefined) view.open(room);
    };
  };
  show();
  watchNotebook(tracker, show);
  view.roomChanged.connect(show);
  chat.changed.connect(show);
}
