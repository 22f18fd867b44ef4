// What is said of rooms, of who is there, and of the connection.

export const rooms = {
  rooms: "Rooms",
  people: "People",
  close: "Close",
  signOut: "Sign out",
  forgetName: "Forget my name",
  you: "you",

  newRoom: "New room",
  reloadRooms: "Reload the list",

  notices: "Notices",
  noticesAre: { off: "off", mentions: "mentions", all: "all messages" },
  callMe: "When to notify me",
  levels: {
    off: "Never",
    mentions: "When somebody mentions or answers me",
    all: "For every message",
  },
  muteRoom: (room: string) => `Not for ${room}`,
  noNotices: {
    insecure: "This browser shows notices only for pages that come over https; this one does not.",
    unable: "This browser cannot show notices.",
    denied: "This browser blocks notices of this page. Its settings for this site can allow them.",
  },

  openDialog: { programs: "Programs in this room", invite: "Invite a guest" },
  kinds: { announce: "Announcements", help: "Help desk" },
  roomTitle: "What is the room called?",
  roomName: "Short name, for links",
  roomNameHint: "Small letters, digits, dots and dashes. It never changes.",
  create: "Create",
  cancel: "Cancel",
  leave: (room: string) => `Leave ${room}`,
  unread: "new messages",
  unreadIn: (count: string) => (count === "1" ? "1 unread message" : `${count} unread messages`),
  peopleIn: (count: number) => (count === 1 ? "1 person" : `${count} people`),

  program: "program",
  programHint: "A program wrote this, not a person",
  guest: "guest",
  guestHint: "Here as a guest; nobody vouches for the name",
  declared: "self-declared",
  declaredHint: "The name is this person's own word; nobody vouches for it",

  nobodyHere: "Nobody is here at the moment.",
  alone: "You are the only one here so far.",
  andMore: (count: number) => `and ${count} more`,
  came: (names: string) => `${names} came in`,
  went: (names: string) => `${names} left`,
  now: (count: number) => `${count} people are here`,

  guestsIn: (count: number) => (count === 1 ? "1 guest" : `${count} guests`),
  programsIn: (count: number) => (count === 1 ? "1 program" : `${count} programs`),
  listComma: ", ",

  askName: "What should the others call you?",
  askNameHint: "What you said is kept and sent as soon as you have a name.",
  yourName: "Your name",
  join: "Join",
  joinAndSend: "Join and send",
  emptyName: "Type a name first.",

  connecting: "Connecting…",
  lost: "The connection is lost.",
  nextTry: (seconds: number) => `Trying again in ${seconds} s`,
  keptForYou: "What you write is kept and sent when the connection is back.",
  tryNow: "Try now",
  relayed: (program: string) => `Through the kernel: you speak here as ${program}.`,
  kernelBusy: "It is running a cell. What you send goes when the cell is done.",
  updated: "The chat was updated on the server. Reload this page when it suits you.",
  createThis: (room: string) => `Create ${room}`,
  inTooMany:
    "This page is in as many rooms as it may be in at a time. Close the panel of another one, then try again.",
};
