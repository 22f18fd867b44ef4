// The dialog before a cell is sent to a room.
//
// Rule: what stands in the dialog is what others get. It works while nothing of the chat is open.

import { Dialog, Notification, showErrorMessage } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import type { UI } from "../home.js";
import type { FileRef } from "../protocol.js";
import type { Session } from "../session/session.js";
import type { IChat } from "./chat.js";
import { labWords } from "./lab.words.js";
import { label } from "./label.js";
import { named, noIn } from "./name.js";
import { there } from "./rooms.js";
import { type NotebookCell, type Snapshot, snapshot } from "./snapshot.js";
import { titleOf } from "./view.js";

/** What the dialog is for. */
export interface Purpose {
  readonly title: string;
  /** What its button says. */
  readonly send: string;
  /** Names of the rooms it can go to. */
  readonly rooms: readonly string[];
  /** The one that is chosen at first. */
  readonly room: string;
  /** What is asked besides, to be said with the cell. */
  readonly ask?: string;
  /** What is said when it was sent. */
  sent(room: string): string;
}

/** Shows the active cell as it will be sent, and sends it: for the purpose that it has by what the
 *  server knows now, or not at all where it has none. */
export async function postCell(
  chat: IChat,
  tracker: INotebookTracker | null,
  purposeIn: (session: Session, panel: NotebookPanel) => Promise<Purpose | null>,
): Promise<void> {
  const panel = tracker?.currentWidget;
  const session = await there(chat);
  const ui = await chat.ui;
  if (!panel || !ui || !session || !(await named(session))) return;
  await session.listRooms();
  const purpose = await purposeIn(session, panel);
  if (purpose) await post(panel, ui, session, purpose);
}

async function post(
  panel: NotebookPanel,
  ui: UI,
  session: Session,
  purpose: Purpose,
): Promise<void> {
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
  const body = new Preview(session, purpose, take, new CellPreview());
  const buttons = [Dialog.cancelButton(), Dialog.okButton({ label: purpose.send })];
  const { title, ask } = purpose;
  const focusNodeSelector = ask ? "textarea" : undefined;
  const dialog = new Dialog({ title, body, buttons, focusNodeSelector });
  const { button, value } = await dialog.launch();
  if (!button.accept || !value) return;
  try {
    await send(session, value);
    const open = { label: labWords().open, callback: () => ui.host.open?.(value.room) };
    Notification.emit(purpose.sent(titleOf(session, value.room)), "success", {
      autoClose: 5_000,
      actions: [open],
    });
  } catch (error) {
    await showErrorMessage(purpose.title, noIn(error));
  }
}

interface Choice {
  readonly room: string;
  readonly text: string;
  readonly what: Snapshot;
}

/** Pictures go first: a message names only what is there. */
async function send(session: Session, { room, text, what }: Choice): Promise<void> {
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
  session.say(room, text, { cell: { ...cell, outputs } });
}

type Card = InstanceType<Awaited<ReturnType<UI["cellCard"]>>["CellPreview"]>;

/** The inside of the dialog: the room, what is said, whether outputs go too, and what will be sent. */
class Preview extends Widget implements Dialog.IBodyWidget<Choice> {
  readonly #take: (outputs: boolean) => Snapshot;
  readonly #card: Card;
  readonly #rooms = document.createElement("select");
  readonly #text = document.createElement("textarea");
  readonly #outputs = document.createElement("input");
  readonly #size = document.createElement("p");
  readonly #addresses: string[] = [];
  #what: Snapshot;

  constructor(
    session: Session,
    { rooms, room, ask }: Purpose,
    take: (outputs: boolean) => Snapshot,
    card: Card,
  ) {
    super();
    this.#take = take;
    this.#card = card;
    this.addClass("tornchat-share");
    const t = labWords();
    for (const name of rooms) {
      const option = new Option(titleOf(session, name), name);
      option.selected = name === room;
      this.#rooms.add(option);
    }
    this.#text.rows = 3;
    this.#text.dir = "auto";
    this.#text.maxLength = session.limits.text_chars;
    this.#outputs.type = "checkbox";
    this.#outputs.checked = true;
    this.#outputs.onchange = () => this.#show();
    this.#size.setAttribute("role", "status");
    this.node.append(
      label(t.shareWith, this.#rooms),
      ...(ask ? [label(ask, this.#text)] : []),
      label(t.withOutputs, this.#outputs),
      card,
      this.#size,
    );
    this.#what = this.#show();
  }

  getValue(): Choice {
    return { room: this.#rooms.value, text: this.#text.value, what: this.#what };
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
    this.#size.textContent = [labWords().shareSize(size), ...cut].join(" ");
    return this.#what;
  }

  /** A picture that lies in this page alone; what names it is its address. */
  #file(blob: Blob, name: string): FileRef {
    const hash = URL.createObjectURL(blob);
    this.#addresses.push(hash);
    return { hash, name };
  }
}
