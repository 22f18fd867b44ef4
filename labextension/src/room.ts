// One room as a page knows it, and how each frame changes it.
//
// Rule: pure. Nothing here waits, asks or stores; every function takes a room and answers the next
// one (the very same one where nothing changed). Messages lie in order of `seq`, without doubles and
// in their present form. An edit has a `seq` too, so those of messages may have gaps. A gap in the
// position may not: what comes behind it is not shown, the room is `behind`, and resuming fills it.

import { formAfter, type Told } from "./form.js";
import { applyModerated, clear, deedsIn } from "./moderated.js";
import type {
  CellRef,
  FileRef,
  Help,
  Joined,
  Marked,
  Message,
  Moderated,
  Page,
  Presence,
  Progress,
  Seat,
  Seated,
  StoredFile,
  User,
} from "./protocol.js";

/** How far we know the history: join with it to resume. `check` is the id of entry `seq`. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
  readonly check?: string;
}

/** A no of the server (or of this page): `code` is for us, `reason` for people. */
export interface No {
  readonly code: string;
  readonly reason: string;
  readonly retryAfter?: number;
}

/** What a message may have beside its text. */
export interface More {
  /** `seq` of the message it answers. */
  readonly reply?: number;
  readonly files?: readonly (FileRef | StoredFile)[];
  readonly cell?: CellRef;
}

/** My own message that the server has not numbered yet. */
export interface Unsent extends More {
  readonly room: string;
  readonly id: string;
  readonly text: string;
  /** When it was said, in milliseconds by this machine's clock. */
  readonly at: number;
  /** `late`: it waited so long that its author is asked before it is sent. */
  readonly state: "pending" | "late" | "failed";
  readonly no?: No;
}

export type HelpState = Help["state"];

/** What I do to a message, by the name of the frame that does it. */
export type Deed =
  | { readonly type: "edit"; readonly text: string }
  | { readonly type: "answer"; readonly choice: number }
  | { readonly type: "help"; readonly to: HelpState }
  | { readonly type: "delete" | "withdraw" };

/** What I did to a message and the server has not numbered yet. */
export type Change = Deed & {
  readonly room: string;
  readonly id: string;
  /** `seq` of the message. */
  readonly of: number;
  readonly at: number;
  readonly state: "pending" | "failed";
  readonly no?: No;
};

/** A message as it is now, with the last word of its running job until its next form. */
export interface Current extends Message {
  readonly progress?: string;
}

export interface Room {
  readonly name: string;
  readonly title: string;
  /** Whether the present connection is in the room. */
  readonly here: boolean;
  /** Whether messages up to now were shown at least once. */
  readonly known: boolean;
  readonly messages: readonly Current[];
  /** Another number where a message that was here took another form. */
  readonly forms: number;
  readonly unsent: readonly Unsent[];
  readonly changes: readonly Change[];
  /** What moderators did, oldest first, as far as we were told. */
  readonly moderated: readonly Moderated[];
  /** What was told of messages that are not here, while an older page is on its way. */
  readonly above: readonly Told[];
  readonly members: readonly User[];
  readonly count: number;
  /** What its reader may do here. */
  readonly seat: Seat;
  /** By id: those of its people who are more or less than members. */
  readonly roles: Readonly<Record<string, Seat["role"]>>;
  /** What was said up to this `seq` is not for its reader to see. */
  readonly since: number;
  /** Whether the server has messages older than the first one here. */
  readonly older: boolean;
  /** Whether an older page is on its way. */
  readonly fetching: boolean;
  /** Whether entries after the position are missing here: resume. */
  readonly behind: boolean;
  readonly position: Position;
  /** The last `seq` that its reader has seen, here or at another place of theirs. */
  readonly seen: number;
  /** The first message that was unread when its reader turned to it, by its `seq`. */
  readonly unreadFrom: number | null;
  /** Why we cannot be in it. */
  readonly no: No | null;
}

/** `ref` of a join that begins anew; its answer replaces what we know. */
export const JOIN = "join";
/** `ref` of a join that goes on after the position; its answer adds to what we know. */
export const RESUME = "resume";

/** What its reader has seen of a room that they have never been in; 0 is that of an empty one. */
const NEVER = -1;
/** Messages kept in memory for a reader who follows the newest ones. */
export const KEPT = 1_000;
/** Messages kept in memory at most, where nobody looks or somebody reads far above. */
export const MOST = 100 * KEPT;

/** A frame of any kind, known or not: what carries `room` and `seq` moves that room on. */
export interface Frame {
  readonly type: string;
  readonly room?: string;
  readonly seq?: number;
  readonly id?: string;
  readonly ref?: string;
}

export function emptyRoom(name: string, epoch = ""): Room {
  return {
    name,
    title: "",
    here: false,
    known: false,
    messages: [],
    forms: 0,
    unsent: [],
    changes: [],
    moderated: [],
    above: [],
    members: [],
    count: 0,
    seat: { role: "member" },
    roles: {},
    since: 0,
    older: false,
    fetching: false,
    behind: false,
    position: { epoch, seq: 0 },
    seen: NEVER,
    unreadFrom: null,
    no: null,
  };
}

/** Whether its reader keeps order in it. */
export function keepsOrder({ seat }: Room): boolean {
  return seat.role === "owner" || seat.role === "moderator";
}

/** Whether a frame is one of the numbered things of its room, known or not. */
export function isEntry({ type, seq }: Frame): boolean {
  return typeof seq === "number" && type !== "marked";
}

/** The room after some frames. Messages in a row are taken in together: each would copy all there are. */
export function applyAll(room: Room, frames: readonly Frame[]): Room {
  let next = room;
  let row: Message[] = [];
  for (const frame of frames) {
    if (frame.type === "message" && frame.seq === next.position.seq + row.length + 1) {
      row.push(frame as Message);
    } else {
      next = apply(takeInAll(next, row), frame);
      row = [];
    }
  }
  return takeInAll(next, row);
}

function takeInAll(room: Room, row: readonly Message[]): Room {
  const last = row.at(-1);
  if (!last) return room;
  const settled = row.map(({ id }) => id).reduce(settle, room);
  const position = { ...room.position, seq: last.seq, check: last.id };
  return keepNewest({ ...settled, messages: [...room.messages, ...row], position }, MOST);
}

/** The room after a frame of the server. */
export function apply(room: Room, frame: Frame): Room {
  switch (frame.type) {
    case "joined":
      return applyJoined(room, frame as Joined);
    case "page":
      return applyPage(room, frame as Page);
    case "presence":
      return applyPresence(room, frame as Presence);
    case "marked":
      return applyMarked(room, frame as Marked);
    case "seat":
      return { ...room, seat: (frame as Frame & Seated).seat };
    case "progress":
      return applyProgress(room, frame as Progress);
    case "reset":
      return forget(room, (frame as Frame & { epoch: string }).epoch);
    default:
      return applyEntry(room, frame);
  }
}

function applyEntry(room: Room, frame: Frame): Room {
  if (typeof frame.seq !== "number") return room;
  const settled = frame.id === undefined ? room : settle(room, frame.id);
  const { seq, epoch } = room.position;
  if (frame.seq <= seq) return settled;
  if (frame.seq > seq + 1) return settled.behind ? settled : { ...settled, behind: true };
  const next = takeIn(settled, frame);
  const position = { epoch, seq: frame.seq, check: frame.id };
  return keepNewest({ ...next, position }, MOST);
}

function takeIn(room: Room, frame: Frame): Room {
  switch (frame.type) {
    case "message":
      return { ...room, messages: [...room.messages, frame as Message] };
    case "changed":
    case "answered":
    case "closed":
    case "helped":
      return applyTold(room, frame as Told);
    case "moderated":
      return applyTold(applyModerated(room, frame as Moderated), frame as Told);
    default:
      return room;
  }
}

/** A clearing may be of messages that are here and of others that are not. */
function applyTold(room: Room, told: Told): Room {
  const next = tell(room, told);
  const elsewhere = next === room || told.type === "moderated";
  return elsewhere && room.fetching ? { ...next, above: [...room.above, told] } : next;
}

function tell(room: Room, told: Told): Room {
  if (told.type === "moderated") return clear(room, told);
  return reform(room, told.of, (message) => formAfter(message, told));
}

/** The room with message `of` in another form; the same room where that is not here. */
function reform(room: Room, of: number, form: (message: Current) => Current): Room {
  const at = room.messages.findLastIndex(({ seq }) => seq === of);
  const message = room.messages[at];
  if (!message) return room;
  return { ...room, messages: room.messages.with(at, form(message)), forms: room.forms + 1 };
}

/** It is kept nowhere, so only what runs here has one. */
function applyProgress(room: Room, { of, text }: Progress): Room {
  return reform(room, of, (message) =>
    message.job?.state === "running" ? { ...message, progress: text } : message,
  );
}

function applyJoined(room: Room, frame: Joined): Room {
  const resumed = frame.ref === RESUME;
  const { epoch, seq } = room.position;
  const last = frame.messages.at(-1);
  const check = frame.check ?? (last?.seq === frame.to ? last.id : undefined);
  const next = {
    ...frame.messages.map(({ id }) => id).reduce(settle, room),
    title: frame.title,
    seat: frame.seat ?? { role: "member" },
    here: true,
    known: true,
    no: null,
    fetching: false,
    above: [],
    messages: resumed ? caughtUp(room, frame) : frame.messages,
    forms: room.forms + 1,
    moderated: [...(resumed ? room.moderated : []), ...deedsIn(frame, resumed ? seq : 0)],
    members: frame.members,
    count: frame.count,
    roles: frame.roles ?? {},
    since: frame.since ?? 0,
    older: resumed ? room.older : frame.more,
    behind: resumed && frame.more,
    // A page that ends where we are, or before, tells nothing new.
    position: resumed && frame.to <= seq ? room.position : { epoch, seq: frame.to, check },
    // What was said before we first came is no news.
    seen: room.known || room.seen > NEVER ? room.seen : frame.to,
  };
  return keepNewest(deedsIn(frame, resumed ? seq : 0).reduce(clear, next), MOST);
}

/**
 * Our messages and those said or changed since: the new ones come last, those we have take their
 * present form, older ones that are not here are passed over.
 */
function caughtUp({ messages, position }: Room, frame: Joined): readonly Message[] {
  if (frame.to <= position.seq) return messages;
  const present = new Map(frame.messages.map((message) => [message.seq, message]));
  const known = messages.map((message) => present.get(message.seq) ?? message);
  return [...known, ...frame.messages.filter(({ seq }) => seq > position.seq)];
}

/** `ref` of a request for the page before the first message. */
export function olderRef(room: Room): string {
  return `before ${room.messages[0]?.seq}`;
}

/** A page is of use only before the message it was asked for, which may have left memory since. */
function applyPage(room: Room, frame: Page): Room {
  const next = { ...room, fetching: false, above: [] };
  if (frame.ref !== olderRef(room)) return next;
  const messages = [...frame.messages, ...room.messages];
  const moderated = [...deedsIn(frame, 0), ...room.moderated];
  return room.above.reduce(tell, { ...next, messages, moderated, older: frame.more });
}

/** In a crowd the server names nobody, and everyone again when it is one no longer. */
function applyPresence(room: Room, frame: Presence): Room {
  const crowd = frame.joined.length + frame.left.length === 0;
  if (crowd) return { ...room, members: [], count: frame.count };
  const moved = new Set([...frame.left, ...frame.joined.map((user) => user.id)]);
  const stayed = room.members.filter((user) => !moved.has(user.id));
  return { ...room, members: [...stayed, ...frame.joined], count: frame.count };
}

/** I have read it at another place too; a marker never goes back. */
function applyMarked(room: Room, { seq }: Marked): Room {
  return seq > room.seen ? { ...room, seen: seq } : room;
}

/** The history is another one than we knew: only what I have not said yet stays. */
export function forget(room: Room, epoch: string): Room {
  const { title, unsent, members, count, here } = room;
  return { ...emptyRoom(room.name, epoch), title, unsent, members, count, here };
}

/** The line is lost: nobody is here until we are again. */
export function lose(room: Room): Room {
  return { ...room, here: false, fetching: false, above: [] };
}

/** The server would not let us in, or would not answer for the room. */
export function refuse(room: Room, no: No): Room {
  return { ...room, no, fetching: false };
}

/** The oldest messages beyond `most` leave memory; they can be fetched again. */
export function keepNewest(room: Room, most: number): Room {
  const over = room.messages.length - most;
  return over > 0 ? { ...room, messages: room.messages.slice(over), older: true } : room;
}

/** I say something; it stays pending until its `id` comes back. Saying it again replaces it. */
export function say(room: Room, unsent: Unsent): Room {
  return { ...room, unsent: put(room.unsent, unsent) };
}

/** I do something to a message; it stays pending until its `id` comes back, and ends what failed. */
export function change(room: Room, mine: Change): Room {
  const others = room.changes.filter(
    ({ id, of, state }) => id === mine.id || of !== mine.of || state !== "failed",
  );
  return { ...room, changes: put(others, mine) };
}

function put<Mine extends { readonly id: string }>(all: readonly Mine[], mine: Mine): Mine[] {
  const at = all.findIndex(({ id }) => id === mine.id);
  return at < 0 ? [...all, mine] : all.with(at, mine);
}

/** It was kept, or its author let it go. */
export function settle(room: Room, id: string): Room {
  if (![...room.unsent, ...room.changes].some((mine) => mine.id === id)) return room;
  const others = (mine: { readonly id: string }) => mine.id !== id;
  return { ...room, unsent: room.unsent.filter(others), changes: room.changes.filter(others) };
}

/** Those of some messages, which are in order, that come after entry `seq`. */
export function after(messages: readonly Message[], seq: number): readonly Message[] {
  let from = messages.length;
  while (from > 0 && (messages[from - 1] as Message).seq > seq) from--;
  return messages.slice(from);
}

/** What I did last to a message and the server has not numbered yet. */
export function changeOf(room: Room, message: Message): Change | undefined {
  return room.changes.findLast(({ of }) => of === message.seq);
}
