// What JupyterLab and Notebook 7 say of the chat.

import { number } from "../language.js";
import { messages } from "./messages.js";

export const lab = {
  chatHere: "The chat in this window",
  chatWithNews: (count: number) => `Chat: ${messages.newBelow(count)}`,
  openChat: "Open chat",
  openRoom: "Open room…",
  newRoomDialog: "New room…",
  markAll: "Mark all rooms read",
  open: "Open",
  noChat: "The chat is not on this Jupyter server, or does not answer.",
  openNotebookFirst: "Open a notebook first, and choose a cell in it.",
  notebookReadOnly: "This notebook cannot be changed.",
  shareCell: "Share cell",
  share: "Share",
  shareWith: "Room:",
  withOutputs: "With its outputs",
  shareSize: (bytes: number) => `This is what will be sent: ${number(bytes)} bytes.`,
  cellShared: (room: string) => `The cell was shared in ${room}.`,
  tellWhenDone: "Tell the room when this is done",
  tell: "Tell",
  willBeTold: (room: string, what: string) => `${room} will be told when ${what} is done.`,
  cellOf: (notebook: string, number: number) => `${notebook}, cell ${number}`,
  textCut: (left: number, of: number) => `${number(left)} of ${number(of)} bytes are left out`,
  outputsCut: (count: number) => `${count} more outputs are left out.`,
  pictureCut: (has: number, allowed: number) =>
    `A picture of ${number(has)} bytes is left out; ${number(allowed)} are allowed.`,
  settings: {
    room: { title: "Room", description: "The address of the room that the chat opens first" },
    notices: {
      title: "Notices",
      description:
        "What is told in a corner of the window: every message, those that speak to me, or nothing",
    },
    statusBar: {
      title: "Unread messages in the status bar",
      description: "Show there how many messages are unread",
    },
    helpRoom: {
      title: "Help desk",
      description:
        "The address of the help desk that “Ask for help” goes to; empty, it is chosen from all that are open to me",
    },
  },

  // Help desks, and the rooms that notebooks name.
  classroom: {
    askForHelp: "Ask for help with this cell",
    ask: "Ask for help",
    question: "What is the matter?",
    asked: (room: string) => `You asked for help in ${room}.`,
    noDesk:
      "There is no help desk here that is open to you. Whoever teaches can make one: New room, then Help desk.",
    nameRoom: "Name this notebook's room…",
    nameThis: "The room of all copies of this notebook",
    use: "Use it",
    namesNone: "Take its room off this notebook",
    openIts: "Open this notebook's room",
    itsRoom: "This notebook's room:",
  },
};
