// Which room: choosing one, making one, and having read them all.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { InputDialog, showErrorMessage } from "@jupyterlab/apputils";
import type { Session } from "../session/session.js";
import { words } from "../words.js";
import { IChat } from "./chat.js";
import { icon } from "./icon.js";
import { labWords } from "./lab.words.js";
import { named } from "./name.js";
import { make } from "./new-room.js";
import { CREATE } from "./tab.js";
import { titleOf } from "./view.js";

export const OPEN_ROOM = "tornchat:open-room";
export const NEW_ROOM = "tornchat:new-room";
export const MARK_ALL = "tornchat:mark-all-read";

export const rooms: JupyterFrontEndPlugin<void> = {
  id: "jupyter-tornchat:rooms",
  description: "Commands that choose, make and mark rooms",
  autoStart: true,
  requires: [IChat],
  activate: ({ commands }: JupyterFrontEnd, chat: IChat) => {
    commands.addCommand(OPEN_ROOM, {
      label: () => labWords().openRoom,
      icon,
      execute: async () => {
        const session = await there(chat);
        const asked = { title: labWords().openRoom, okLabel: labWords().open };
        const room = session && (await choose(session, asked));
        return room ? commands.execute(CREATE, { room }) : undefined;
      },
    });
    commands.addCommand(NEW_ROOM, {
      label: () => labWords().newRoomDialog,
      icon,
      execute: async () => {
        const session = await there(chat);
        const room = session && (await named(session)) && (await make(session));
        return room ? commands.execute(CREATE, { room }) : undefined;
      },
    });
    commands.addCommand(MARK_ALL, {
      label: () => labWords().markAll,
      execute: async () => (await there(chat))?.markAll(),
    });
  },
};

/** The session; where the server has no chat, a word about it. */
export async function there(chat: IChat): Promise<Session | null> {
  await chat.ui;
  if (!chat.session) void showErrorMessage(words().chat, labWords().noChat);
  return chat.session;
}

interface Asked {
  readonly title: string;
  readonly okLabel: string;
  /** The room that is chosen where nothing is changed. */
  readonly last?: string;
}

/** One of all rooms, as its reader says; nothing where they go. */
export async function choose(session: Session, asked: Asked): Promise<string | undefined> {
  await session.listRooms();
  const items = session.list.map(({ room }) => ({ room, says: says(session, room) }));
  const { value } = await InputDialog.getItem({
    title: asked.title,
    label: words().rooms,
    items: items.map((item) => item.says),
    current: Math.max(
      0,
      items.findIndex(({ room }) => room === asked.last),
    ),
    okLabel: asked.okLabel,
  });
  return items.find((item) => item.says === value)?.room;
}

/** A title need not be the only one of its kind; an address is. */
function says(session: Session, room: string): string {
  const title = titleOf(session, room);
  return title === room ? room : `${title} (${room})`;
}
