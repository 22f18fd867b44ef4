// What the composer says: writing, editing, replying, files to send.

import type { Excess } from "../../text.js";
import { number } from "../language.js";

export const composer = {
  messageBox: (room: string) => `Message to ${room}`,
  hintEnter: "Enter sends, Shift+Enter begins a new line",
  hintKeys:
    "Enter sends, Shift+Enter begins a new line. At-sign for people, colon for emoji, arrow up edits your last message.",
  hintTouch: "Enter begins a new line, the button sends. At-sign for people, colon for emoji.",
  emptyText: "There is nothing to send yet. Write a message first.",
  tooLong: ({ what, has, allowed }: Excess) =>
    `This message has ${number(has)} ${what}; ${number(allowed)} are allowed. Shorten it or send it in parts.`,
  left: (count: number) => `${number(count)} characters left`,

  tooMany: ({ what, has, allowed }: Excess) => `${number(has - allowed)} ${what} too many`,
  pastedCode: "Is this code?",
  asCode: "Make it a code block",
  asCodeKey: "Ctrl+E, on a Mac ⌘E",
  token: "A link here carries a server's token: whoever opens it can run code on that server.",
  withoutToken: "Send without the token",
  sendAnyway: "Send anyway",
  back: "Back",
  save: "Save",
  editing: "Editing your message",
  noEdit: "Leave it as it was",
  replyTo: (name: string) => (name ? `Reply to ${name}` : "Reply to an older message"),
  noReply: "Do not reply to it",

  completions: "Suggestions",
  offered: (count: number) =>
    `${count === 1 ? "1 suggestion" : `${count} suggestions`}: arrows choose, Enter takes`,
  everyone: "everyone in the room",

  attach: "Attach files",
  filesToSend: "Files to send",
  dropHere: "Drop files here to send them",
  noFiles: "Files cannot be sent here.",
  fileReady: "ready",
  fileFailed: "One of the files cannot be sent. Remove it, or try it again.",
  tooManyFiles: "One message takes no more files than this. Send them in parts.",
  sendAsFile: "Send it as a file",
  uploading: (name: string) => `Uploading ${name}`,
  removeFile: (name: string) => `Remove ${name}`,
};
