// A room made in Lab's own dialog: what it is called, and who speaks in it.

import { Dialog, showDialog, showErrorMessage } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import { newRoomWords } from "../panel/new-room.words.js";
import type { RoomKind } from "../session/api.js";
import type { Session } from "../session/session.js";
import { randomKey, slug } from "../text.js";
import { words } from "../words.js";
import { labWords } from "./lab.words.js";
import { label } from "./label.js";
import { noIn } from "./name.js";

interface Wish {
  readonly title: string;
  readonly kind: RoomKind;
}

/** The name of the new room; nothing where there is none. */
export async function make(session: Session): Promise<string | undefined> {
  const title = labWords().newRoomDialog;
  const { button, value } = await showDialog({
    title,
    body: new Form(session),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: words().create })],
    focusNodeSelector: "input",
  });
  if (!button.accept || !value?.title) return undefined;
  const room = slug(value.title) || `room-${randomKey().slice(0, 6)}`;
  try {
    await session.createRoom(room, value.title, value.kind);
    return room;
  } catch (error) {
    await showErrorMessage(title, noIn(error));
    return undefined;
  }
}

class Form extends Widget implements Dialog.IBodyWidget<Wish> {
  readonly #title = document.createElement("input");
  readonly #kind = document.createElement("select");

  constructor({ limits }: Session) {
    super();
    this.addClass("tornchat-new-room");
    this.#title.dir = "auto";
    this.#title.maxLength = limits.title_chars;
    const t = newRoomWords();
    for (const [kind, says] of Object.entries(t.kinds)) this.#kind.add(new Option(says, kind));
    this.node.append(label(words().roomTitle, this.#title), label(t.kind, this.#kind));
  }

  getValue(): Wish {
    return { title: this.#title.value.trim(), kind: this.#kind.value as RoomKind };
  }
}
