// Somebody is called to a room: Lab shows it among its own notifications, and a click opens the room.
//
// Rule: the session decides who is called and by what. What is set here and what is set in a panel is
// one setting: whichever was changed last holds for both.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import type { Notice } from "../host.js";
import type { Session } from "../session/session.js";
import { IChat } from "./chat.js";
import { labWords } from "./lab.words.js";

/** Milliseconds that a notice stands in its corner; the list of notifications keeps it. */
const SHOWN = 10_000;

export const notices: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:notices",
  description: "Messages among Lab's notifications",
  autoStart: true,
  requires: [IChat],
  activate: (_app: JupyterFrontEnd, chat: IChat) => {
    void chat.ui.then((ui) => {
      if (!ui) return;
      ui.host.notify = show;
      agree(chat, ui.sessionAt(chat.base));
    });
  },
};

function show({ title, from, text, open }: Notice): void {
  const actions = [{ label: labWords().open, caption: title, callback: open }];
  Notification.emit(`${from} · ${title}: ${text}`, "default", { autoClose: SHOWN, actions });
}

function agree(chat: IChat, { attention }: Session): void {
  let set = chat.settings.notices;
  if (chat.isSet("notices")) attention.level = set;
  chat.settingsChanged.connect(() => {
    if (chat.settings.notices === set) return;
    set = chat.settings.notices;
    attention.level = set;
  });
  chat.changed.connect(() => {
    if (attention.level === set) return;
    set = attention.level;
    chat.set("notices", set);
  });
}
