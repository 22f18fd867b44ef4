// Generated from protocol/ by tools/generate_protocol.py: do not edit.

/** Enter a room, or resume it after entry `after`. `check` is the id of that entry. */
export interface Join {
  type: "join";
  room: string;
  after?: number;
  epoch?: string;
  check?: string;
  ref?: string;
}

/** Leave a room. */
export interface Leave {
  type: "leave";
  room: string;
  ref?: string;
}

/** A file that was uploaded to the room, as its sender names it. */
export interface FileRef {
  hash: string;
  name: string;
}

/** One output of a shared cell: a text of some type, or a file uploaded before. */
export interface OutputRef {
  type: string;
  text?: string;
  file?: FileRef;
}

/** A snapshot of a notebook's cell, as its sender made it. */
export interface CellRef {
  source: string;
  language?: string;
  count?: number;
  notebook?: string;
  outputs?: OutputRef[];
}

/** A question to the room, as its asker puts it. */
export interface QuestionRef {
  choices: string[];
  seconds: number;
  vote?: boolean;
}

/** Something that takes a while, as who does it says; the message's text is its last word. */
export interface JobRef {
  what: string;
  state?: "done" | "failed" | "running";
  seconds?: number;
}

/** Say something: a text, files, a cell, an object, a question, a job. The same `id` again gives the same message again. */
export interface Send {
  type: "send";
  room: string;
  id: string;
  text: string;
  reply?: number;
  files?: FileRef[];
  cell?: CellRef;
  data?: OutputRef[];
  question?: QuestionRef;
  job?: JobRef;
  hops?: number;
  ref?: string;
}

/** Give my message `seq` another text; where files, a cell or data are named as well, be they empty, it holds them and nothing else. The `id` is that of the edit, as in `send`. */
export interface Edit {
  type: "edit";
  room: string;
  seq: number;
  id: string;
  text: string;
  files?: FileRef[];
  cell?: CellRef;
  data?: OutputRef[];
  state?: "done" | "failed";
  ref?: string;
}

/** Take my message `seq` back. The `id` is that of the deletion, as in `send`. */
export interface Delete {
  type: "delete";
  room: string;
  seq: number;
  id: string;
  ref?: string;
}

/** Answer the question in message `seq`. The `id` is that of the answer, as in `send`. */
export interface Respond {
  type: "answer";
  room: string;
  seq: number;
  id: string;
  choice: number;
  ref?: string;
}

/** Close my question in message `seq`. The `id` is that of the closing, as in `send`. */
export interface Withdraw {
  type: "withdraw";
  room: string;
  seq: number;
  id: string;
  ref?: string;
}

/** The last word of my running job in message `seq`: shown, and not kept. */
export interface Report {
  type: "progress";
  room: string;
  seq: number;
  text: string;
  ref?: string;
}

/** Keep order in a room. `whom` is somebody's id: to give them a `role`, to `mute` them for so many `seconds`, to `unmute`, to `kick` (they may come back), to `ban`, to `unban`. `slow` lets everyone speak every `seconds`, or with 0 as fast as elsewhere. `clear` takes away the message `of`, or all of `whom`, or all. `kind` makes the room another one. The `id` is that of the deed, as in `send`. */
export interface Moderate {
  type: "moderate";
  room: string;
  id: string;
  act: "ban" | "clear" | "kick" | "kind" | "mute" | "role" | "slow" | "unban" | "unmute";
  whom?: string;
  role?: "member" | "moderator" | "reader";
  seconds?: number;
  of?: number;
  kind?: "announce" | "help" | "open";
  ref?: string;
}

/** The request for help in message `seq` is claimed, resolved, or waits again. The `id` is that of the deed, as in `send`. */
export interface Serve {
  type: "help";
  room: string;
  seq: number;
  id: string;
  state: "claimed" | "resolved" | "waiting";
  ref?: string;
}

/** I have read the room up to `seq`; it never goes back. */
export interface Read {
  type: "read";
  room: string;
  seq: number;
  ref?: string;
}

/** A page of history before `before`. */
export interface Older {
  type: "older";
  room: string;
  before: number;
  limit?: number;
  ref?: string;
}

/** Is anybody there? Answered by a `heartbeat`. */
export interface Pulse {
  type: "heartbeat";
  ref?: string;
}

/** A person or program as the server knows them; never as they say of themselves. */
export interface User {
  id: string;
  name: string;
  kind: "guest" | "member" | "program";
  declared?: boolean;
  whose?: string;
}

/** What a client may ask for; sent in `welcome`, so that no client has copies of its own. */
export interface Limits {
  text_chars: number;
  text_bytes: number;
  text_lines: number;
  combining_marks: number;
  frame_bytes: number;
  unknown_bytes: number;
  name_chars: number;
  title_chars: number;
  page_messages: number;
  page_bytes: number;
  cell_bytes: number;
  cell_outputs: number;
  data_bytes: number;
  data_types: number;
  choices: number;
  choice_chars: number;
  question_seconds: number;
  answers: number;
  job_chars: number;
  job_seconds: number;
  progress_rate: number;
  hops: number;
  keys: number;
  invites: number;
  invite_seconds: number;
  invite_uses: number;
  invite_rooms: number;
  mute_seconds: number;
  slow_seconds: number;
  hooks: number;
  files_shown: number;
  file_bytes: number;
  file_name_chars: number;
  image_pixels: number;
  files_a_day: number;
  members_listed: number;
  in_flight: number;
  rooms_joined: number;
  rooms: number;
  rooms_created: number;
  silence_seconds: number;
  bad_frames: number;
}

/** A link that lets somebody in as a guest, to chat in some rooms and to do nothing else. */
export interface Invite {
  id: string;
  rooms: string[];
  at: number;
  user: User;
  until: number;
  uses: number;
  used?: number;
  past?: boolean;
  key?: string;
}

/** The first frame of a connection: who you are here, and what holds. */
export interface Welcome {
  type: "welcome";
  user: User;
  named: boolean;
  epoch: string;
  limits: Limits;
  features: string[];
  now: number;
  version: string;
  heartbeat: number;
  invite?: Invite;
  ref?: string;
}

/** A file that a message shows. Its bytes are at `rooms/{room}/files/{hash}`. */
export interface StoredFile {
  hash: string;
  name: string;
  type: string;
  size: number;
  width?: number;
  height?: number;
}

/** One output of a shared cell, as it is kept. */
export interface Output {
  type: string;
  text?: string;
  file?: StoredFile;
}

/** A snapshot of a notebook's cell, as it is kept; later changes of the notebook do not touch it. */
export interface Cell {
  source: string;
  language?: string;
  count?: number;
  notebook?: string;
  outputs?: Output[];
}

/** What somebody answered to a question. */
export interface Answer {
  user: User;
  choice: number;
  at: number;
}

/** A question to the room, with what was answered. It is closed where it is no vote and has an answer, and where `closed` says so. */
export interface Question {
  choices: string[];
  until: number;
  vote?: boolean;
  answers?: Answer[];
  closed?: "deadline" | "kernel" | "withdrawn";
}

/** Something that takes a while, and how it stands. */
export interface Job {
  what: string;
  state: "running" | "done" | "failed" | "lost";
  since: number;
  until?: number;
}

/** How a request for help stands: what begins a thread of a help desk. */
export interface Help {
  state: "claimed" | "resolved" | "waiting";
  at: number;
  by?: User;
}

/** One message of a room, as it is kept: `seq` is its place in the room. */
export interface Message {
  type: "message";
  room: string;
  seq: number;
  id: string;
  user: User;
  text: string;
  at: number;
  reply?: number;
  files?: StoredFile[];
  cell?: Cell;
  data?: Output[];
  question?: Question;
  job?: Job;
  hops?: number;
  help?: Help;
  edited?: number;
  deleted?: boolean;
  ref?: string;
}

/** A message was edited, or deleted where there is no `text`. It has a place of its own in the room; `of` is the `seq` of the message. Where files, a cell or data are named, it holds them and no others. */
export interface Changed {
  type: "changed";
  room: string;
  seq: number;
  id: string;
  of: number;
  at: number;
  text?: string;
  files?: StoredFile[];
  cell?: Cell;
  data?: Output[];
  state?: "done" | "failed" | "lost";
  ref?: string;
}

/** Somebody answered the question in message `of`. It has a place of its own in the room. */
export interface Answered {
  type: "answered";
  room: string;
  seq: number;
  id: string;
  of: number;
  user: User;
  choice: number;
  at: number;
  ref?: string;
}

/** The question in message `of` takes no more answers. It has a place of its own in the room. */
export interface Closed {
  type: "closed";
  room: string;
  seq: number;
  id: string;
  of: number;
  why: "deadline" | "kernel" | "withdrawn";
  at: number;
  ref?: string;
}

/** Somebody keeps order, as `moderate` says; the room is told. It has a place of its own in the room. */
export interface Moderated {
  type: "moderated";
  room: string;
  seq: number;
  id: string;
  user: User;
  at: number;
  act: "ban" | "clear" | "kick" | "kind" | "mute" | "role" | "slow" | "unban" | "unmute";
  whom?: User;
  role?: "member" | "moderator" | "reader";
  until?: number;
  seconds?: number;
  of?: number;
  kind?: "announce" | "help" | "open";
  ref?: string;
}

/** How the request for help in message `of` stands from now on. It has a place of its own in the room. */
export interface Helped {
  type: "helped";
  room: string;
  seq: number;
  id: string;
  of: number;
  user: User;
  state: "claimed" | "resolved" | "waiting";
  at: number;
  ref?: string;
}

/** Entry `seq` of the room is not for you to see; what comes after it goes on from there. */
export interface Passed {
  type: "passed";
  room: string;
  seq: number;
  ref?: string;
}

/** What somebody may do in a room, as far as the room goes. */
export interface Seat {
  role: "guest" | "member" | "moderator" | "owner" | "reader";
  kind?: "announce" | "help" | "open";
  slow?: number;
  muted?: number;
}

/** What you may do in a room has changed. */
export interface Seated {
  type: "seat";
  room: string;
  seat: Seat;
  ref?: string;
}

/** The last word of the running job in message `of`, until the next one, or until the message is changed. */
export interface Progress {
  type: "progress";
  room: string;
  of: number;
  text: string;
  ref?: string;
}

/** You are in the room. `messages` are those said or changed after `from` up to `to`, as they are now, oldest first. */
export interface Joined {
  type: "joined";
  room: string;
  title: string;
  members: User[];
  count: number;
  messages: Message[];
  from: number;
  to: number;
  more: boolean;
  check?: string;
  seat?: Seat;
  roles?: Record<string, "guest" | "member" | "moderator" | "owner" | "reader">;
  since?: number;
  moderated?: Moderated[];
  ref?: string;
}

/** This history is not the one you know: forget it, and join without `after`. */
export interface Reset {
  type: "reset";
  room: string;
  epoch: string;
  ref?: string;
}

/** Who came and who went since the last one; at most one a second for each room. Where more than `limits.members_listed` are here it names nobody, and what was known of who is here no longer holds; when they are fewer again, it names everyone. */
export interface Presence {
  type: "presence";
  room: string;
  joined: User[];
  left: string[];
  count: number;
  ref?: string;
}

/** A page of history, oldest first; `more` says that older ones exist. */
export interface Page {
  type: "page";
  room: string;
  messages: Message[];
  more: boolean;
  moderated?: Moderated[];
  ref?: string;
}

/** A room that exists; sent to everyone when one is created. */
export interface Room {
  type: "room";
  room: string;
  title: string;
  at: number;
  user?: User;
  kind?: "announce" | "help" | "open";
  ref?: string;
}

/** What is new in a room. */
export interface Newer {
  room: string;
  seq: number;
  messages: number;
}

/** Rooms in which something was said, whether one is in them or not; at most one a second. */
export interface News {
  type: "news";
  rooms: Newer[];
  ref?: string;
}

/** I have read a room up to `seq`, on another connection of mine; sent to who comes in too. */
export interface Marked {
  type: "marked";
  room: string;
  seq: number;
  ref?: string;
}

/** The line is alive. */
export interface Heartbeat {
  type: "heartbeat";
  now: number;
  ref?: string;
}

/** No. `code` is a key of the reasons, `reason` says it in English for people. */
export interface Rejected {
  type: "rejected";
  code: string;
  reason: string;
  room?: string;
  id?: string;
  retry_after?: number;
  ref?: string;
}

/** A key that opens one room to a program, which has its name. */
export interface RoomKey {
  id: string;
  name: string;
  at: number;
  user: User;
  used?: number;
  key?: string;
}

/** An address that is told what people say in one room. */
export interface Hook {
  id: string;
  host: string;
  at: number;
  user: User;
  trouble?: string;
  over?: boolean;
  secret?: string;
}

/** Somebody who came by an invite. */
export interface Guest {
  user: User;
  at: number;
  invite: string;
}

/** The chat server of its own that is opened beside a running notebook server, for guests. */
export interface Gate {
  state: "closed" | "forbidden" | "open";
  addresses?: string[];
  trouble?: string;
  stays?: boolean;
}

/** Somebody of whom the moderators of a room made something, or who opened it. */
export interface Sitter {
  user: User;
  role?: "guest" | "member" | "moderator" | "owner" | "reader";
  muted?: number;
  banned?: boolean;
}

export type ClientFrame = Join | Leave | Send | Edit | Delete | Respond | Withdraw | Report | Moderate | Serve | Read | Older | Pulse;

export type ServerFrame = Welcome | Message | Changed | Answered | Closed | Moderated | Helped | Passed | Seated | Progress | Joined | Reset | Presence | Page | Room | News | Marked | Heartbeat | Rejected;

export const SUBPROTOCOL = "tornchat.v1";
export const TICKET_PROTOCOL = "tornchat.ticket.";
export const DEFAULT_ROOM = "lobby";

/** What holds until `welcome` says otherwise. */
export const LIMITS: Limits = {
  text_chars: 8_000,
  text_bytes: 32_768,
  text_lines: 500,
  combining_marks: 30,
  frame_bytes: 131_072,
  unknown_bytes: 4_096,
  name_chars: 32,
  title_chars: 250,
  page_messages: 200,
  page_bytes: 262_144,
  cell_bytes: 65_536,
  cell_outputs: 20,
  data_bytes: 65_536,
  data_types: 6,
  choices: 10,
  choice_chars: 80,
  question_seconds: 604_800,
  answers: 1_000,
  job_chars: 120,
  job_seconds: 31_622_400,
  progress_rate: 4,
  hops: 8,
  keys: 20,
  invites: 50,
  invite_seconds: 2_592_000,
  invite_uses: 1_000,
  invite_rooms: 20,
  mute_seconds: 2_592_000,
  slow_seconds: 3_600,
  hooks: 5,
  files_shown: 10,
  file_bytes: 5_242_880,
  file_name_chars: 120,
  image_pixels: 25_000_000,
  files_a_day: 100,
  members_listed: 100,
  in_flight: 64,
  rooms_joined: 32,
  rooms: 1_000,
  rooms_created: 50,
  silence_seconds: 10,
  bad_frames: 10,
};

/** Close codes: 4000-4499 come back, 4500-4999 do not. */
export const Close = {
  GOING_AWAY: 1001,
  TOO_BIG: 1009,
  RESTARTING: 1012,
  CHANGED: 4401,
  SLOW: 4408,
  TOO_MANY: 4411,
  TOO_FAST: 4429,
  SIGNED_OUT: 4501,
  REMOVED: 4503,
  PROTOCOL_ERROR: 4510,
  RELOAD: 4512,
} as const;

/** The kinds of no. */
export type Code =
  | "bad_frame"
  | "empty"
  | "too_long"
  | "bad_text"
  | "bad_name"
  | "name_taken"
  | "unnamed"
  | "signed_out"
  | "forbidden"
  | "no_such_room"
  | "no_such_message"
  | "room_exists"
  | "too_many_rooms"
  | "not_joined"
  | "conflict"
  | "loop"
  | "closed"
  | "no_such_kernel"
  | "not_running"
  | "no_such_key"
  | "too_many_keys"
  | "no_such_hook"
  | "too_many_hooks"
  | "no_such_invite"
  | "too_many_invites"
  | "bad_invite"
  | "gate_closed"
  | "no_such_person"
  | "not_moderator"
  | "removed"
  | "read_only"
  | "muted"
  | "bad_address"
  | "too_fast"
  | "full"
  | "no_such_file"
  | "too_big"
  | "bad_file"
  | "too_many_files"
  | "storage_full"
  | "unavailable";

/** Kinds of no after which the very same request may succeed later. */
export const RETRY: ReadonlySet<string> = new Set(["muted", "too_fast", "full", "too_many_files", "storage_full", "unavailable"]);
