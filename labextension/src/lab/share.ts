// "Share cell": shows exactly what will be sent, and sends it.
//
// Rule: what stands in the dialog is what others get. It works while nothing of the chat is open.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, Notification, showErrorMessage } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import type { UI } from "../home.js";
import type { FileRef } from "../protocol.js";
import type { Session } from "../session/session.js";
import { words } from "../words.js";
import { IChat } from "./chat.js";
import { shareIcon } from "./icon.js";
import { named, noIn } from "./name.js";
import { there } from "./rooms.js";
import { type NotebookCell, type Snapshot, snapshot } from "./snapshot.js";
import { titleOf } from "./view.js";

export const SHARE_CELL = "tornchat:share-cell";

export const share: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:share",
  description: "A cell of a notebook as a message",
  autoStart: true,
  requires: [IChat],
  optional: [INotebookTracker],
  activate: ({ commands }: JupyterFrontEnd, chat: IChat, tracker: INotebookTracker | null) => {
    commands.addCommand(SHARE_CELL, {
      label: () => words().shareCell,
      caption: () => words().shareCell,
      icon: shareIcon,
      isEnabled: () => Boolean(tracker?.activeCell),
      execute: async () => {
        const panel = tracker?.currentWidget;
        const session = await there(chat);
        const ui = await chat.ui;
        if (!panel || !ui || !session || !(await named(session))) return;
        await session.listRooms();
        await ask(panel, chat, ui, session);
      },
    });
  },
};

async function ask(panel: NotebookPanel, chat: IChat, ui: UI, session: Session): Promise<void> {
  const cell = panel.content.activeCell?.model.toJSON() as NotebookCell | undefined;
  if (!cell) return;
  const code = cell.cell_type === "code";
  const metadata = panel.model?.sharedModel.getMetadata("language_info");
  const origin = {
    language: code ? ((metadata as { name?: string } | undefined)?.name ?? "") : cell.cell_type,
    notebook: PathExt.basename(panel.context.path),
  };
  const take = (outputs: boolean) => snapshot(cell, origin, session.limits, outputs);
  const { CellPreview } = await ui.cellCard();
  const body = new Preview(session, chat.settings.room, take, new CellPreview());
  const t = words();
  const buttons = [Dialog.cancelButton(), Dialog.okButton({ label: t.share })];
  const dialog = new Dialog({ title: t.shareCell, body, buttons });
  const { button, value } = await dialog.launch();
  if (!button.accept || !value) return;
  try {
    await send(session, value);
    const open = { label: t.open, callback: () => ui.host.open?.(value.room) };
    Notification.emit(t.cellShared(titleOf(session, value.room)), "success", {
      autoClose: 5_000,
      actions: [open],
    });
  } catch (error) {
    await showErrorMessage(t.shareCell, noIn(error));
  }
}

interface Choice {
  readonly room: string;
  readonly what: Snapshot;
}

/** Pictures go first: a message names only what is there. */
async function send(session: Session, { room, what }: Choice): Promise<void> {
  const { cell, pictures } = what;
  const files = new Map<object, FileRef>();
  for (const { output, name, blob } of pictures) {
    const { hash } = await session.upload({ room, blob, name });
    files.set(output, { hash, name });
  }
  const outputs = cell.outputs?.map((output) => {
    const file = files.get(output);
    return file ? { ...output, file } : output;
  });
  session.say(room, "", { cell: { ...cell, outputs } });
}

type Card = InstanceType<Awaited<ReturnType<UI["cellCard"]>>["CellPreview"]>;

/** The inside of the dialog: the room, whether outputs go too, and what will be sent. */
class Preview extends Widget implements Dialog.IBodyWidget<Choice> {
  readonly #take: (outputs: boolean) => Snapshot;
  readonly #card: Card;
  readonly #rooms = document.createElement("select");
  readonly #outputs = document.createElement("input");
  readonly #size = document.createElement("p");
  readonly #addresses: string[] = [];
  #what: Snapshot;

  constructor(session: Session, room: string, take: (outputs: boolean) => Snapshot, card: Card) {
    super();
    this.#take = take;
    this.#card = card;
    this.addClass("tornchat-share");
    const t = words();
    for (const listed of session.list) {
      const option = new Option(titleOf(session, listed.room), listed.room);
      option.selected = listed.room === room;
      this.#rooms.add(option);
    }
    this.#outputs.type = "checkbox";
    this.#outputs.checked = true;
    this.#outputs.onchange = () => this.#show();
    this.#size.setAttribute("role", "status");
    this.node.append(
      label(t.shareWith, this.#rooms),
      label(t.withOutputs, this.#outputs),
      card,
      this.#size,
    );
    this.#what = this.#show();
  }

  getValue(): Choice {
    return { room: this.#rooms.value, what: this.#what };
  }

  override dispose(): void {
    for (const address of this.#addresses) URL.revokeObjectURL(address);
    super.dispose();
  }

  #show(): Snapshot {
    this.#what = this.#take(this.#outputs.checked);
    const { cell, pictures, cut, size } = this.#what;
    const outputs = cell.outputs?.map((output) => {
      const picture = pictures.find((one) => one.output === output);
      return picture ? { ...output, file: this.#file(picture.blob, picture.name) } : output;
    });
    this.#card.cell = { ...cell, outputs };
    this.#card.address = (address) => address;
    this.#size.textContent = [words().shareSize(size), ...cut].join(" ");
    return this.#what;
  }

  /** A picture that lies in this page alone; what names it is its address. */
  #file(blob: Blob, name: string): FileRef {
    const hash = URL.createObjectURL(blob);
    this.#addresses.push(hash);
    return { hash, name };
  }
}

function label(says: string, field: HTMLElement): HTMLElement {
  const label = document.createElement("label");
  label.append(field instanceof HTMLSelectElement ? `${says} ` : "", field);
  if (field instanceof HTMLInputElement) label.append(` ${says}`);
  return label;
}
