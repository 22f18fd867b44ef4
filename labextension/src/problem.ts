// What keeps somebody from the chat, in its kinds.

export type Problem =
  | "down" // nobody answers
  | "gone" // a server answers, but the extension is not on it
  | "signed_out"
  | "forbidden" // the owner of the server lets this person in, but not into the chat
  | "full" // as many are connected as the server takes
  | "removed"
  | "blocked" // the server is well, yet no WebSocket opens: something in between
  | "off" // the chat on the server is off, for the reason it gives
  | "reload" // page and server are of different versions
  | "ended" // the server does not want this page back
  | "kernel"; // the kernel through which the chat comes does not answer
