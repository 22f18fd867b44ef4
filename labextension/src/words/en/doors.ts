// What a home says before the UI is there, and the UI when the server is out of reach.

import type { Doors } from "../doors.js";
import { INSTALL, INSTALL_ANEW } from "../install.js";

export const doors: Doors = {
  opening: "Opening the chat…",
  tryAgain: "Try again",
  signIn: "Sign in",
  reload: "Reload",
  problems: {
    down: {
      says: "The server does not answer.",
      mend: "It may be restarting, or the network is away. The chat comes back by itself.",
    },
    gone: {
      says: "The chat is not on this Jupyter server.",
      mend: "Install it where the server runs, not only where the kernel does, and restart the server:",
      run: INSTALL,
    },
    signed_out: {
      says: "You are signed out.",
      mend: "Sign in again to go on.",
    },
    forbidden: {
      says: "You may not chat here.",
      mend: "The server knows you, but its owner does not let you into the chat. Ask them.",
    },
    full: {
      says: "As many people are connected as this server takes.",
      mend: "The chat comes in by itself when somebody leaves.",
    },
    removed: {
      says: "You were removed from this chat.",
      mend: "You can try to come in again. If that seems wrong, ask a moderator.",
    },
    blocked: {
      says: "Something between you and the server blocks the chat's connection.",
      mend: "The server is well, but a proxy or firewall does not let WebSockets through. Ask whoever runs it to allow them.",
    },
    off: {
      says: "The chat on this server is off.",
      mend: "Everything else on the server works. Whoever runs it finds the reason here:",
    },
    reload: {
      says: "The chat was updated on the server.",
      mend: "Reload this page to go on.",
    },
    ended: {
      says: "The server ended this conversation.",
      mend: "Reload this page, or ask whoever runs the server.",
    },
    kernel: {
      says: "The kernel through which the chat comes does not answer.",
      mend: "It may be running a cell; then the chat comes back by itself. If it was restarted, run this cell again.",
    },
  },
  noBundle: {
    says: "The chat's files do not load.",
    mend: "The server has the extension, but not its user interface. Install it anew and restart the server:",
    run: INSTALL_ANEW,
  },
  saved: (room) =>
    `Chat panel of the room ${room}. No kernel answers here. It opens in a running notebook: run this cell, or wait until the kernel is done with another.`,
  alone:
    "Only people on this server are here. To talk with everyone on this JupyterHub, ask your administrator for its tornchat service (docs/deploy.md).",
  known: "Got it",
  otherVersion: (kernel, server) =>
    `The kernel has jupyter_tornchat ${kernel}, the server ${server}. Where the kernel runs:`,
};
