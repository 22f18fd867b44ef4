// The room that a notebook names in its metadata, so that handed-out copies meet in one room.
//
// Rule: the name gives no right. What the room is to who opens it, the server says.

import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { isRoomName } from "../text.js";

/** Where a notebook's metadata names it: `tornchat.room`. */
const METADATA = "tornchat";

type Named = { readonly room?: unknown };

/** Nothing where it names none, or what cannot be the name of one. */
export function roomNamedBy(panel: NotebookPanel | null | undefined): string | undefined {
  const { room } = (panel?.model?.getMetadata(METADATA) ?? {}) as Named;
  return typeof room === "string" && isRoomName(room) ? room : undefined;
}

/** Calls back when another notebook is the current one, or what it names may be another. */
export function watchNotebook(tracker: INotebookTracker, changed: () => void): void {
  tracker.currentChanged.connect(changed);
  tracker.widgetAdded.connect((_, panel) => {
    void panel.context.ready.then(() => {
      panel.model?.metadataChanged.connect(changed);
      changed();
    });
  });
}

/** Names another one, or none; what else the metadata says of the chat stays. */
export function nameRoom(panel: NotebookPanel | null | undefined, room: string | undefined): void {
  const model = panel?.model;
  if (!model) return;
  const { room: _, ...others } = (model.getMetadata(METADATA) ?? {}) as Named;
  const named = { ...others, ...(room === undefined ? {} : { room }) };
  if (Object.keys(named).length > 0) model.setMetadata(METADATA, named);
  else model.deleteMetadata(METADATA);
}
