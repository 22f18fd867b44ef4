// Generated from protocol.py by tools/generate_protocol.py: do not edit.

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
  members_listed: number;
  in_flight: number;
  rooms_joined: number;
  rooms: number;
  rooms_created: number;
  silence_seconds: number;
  bad_frames: number;
}

/** A person or program as the server knows them; never as they say of themselves. */
export interface User {
  id: string;
  name: string;
  kind: "guest" | "member" | "program";
  declared?: boolean;
}

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

/** Say something. The same `id` again gives the same message again. */
export interface Send {
  type: "send";
  room: string;
  id: string;
  text: string;
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
  ref?: string;
}

/** One message of a room, as it is kept: `seq` is its place, 1, 2, 3 … without holes. */
export interface Message {
  type: "message";
  room: string;
  seq: number;
  id: string;
  user: User;
  text: string;
  at: number;
  ref?: string;
}

/** You are in the room. `messages` are those after `from` up to `to`, oldest first. */
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
  ref?: string;
}

/** A room that exists; sent to everyone when one is created. */
export interface Room {
  type: "room";
  room: string;
  title: string;
  at: number;
  user?: User;
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

export type ClientFrame = Join | Leave | Send | Older | Pulse;

export type ServerFrame = Welcome | Message | Joined | Reset | Presence | Page | Room | Heartbeat | Rejected;

export const SUBPROTOCOL = "tornchat.v1";
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
  | "too_fast"
  | "full"
  | "storage_full"
  | "unavailable";

/** Kinds of no after which the very same request may succeed later. */
export const RETRY: ReadonlySet<string> = new Set(["too_fast", "full", "storage_full", "unavailable"]);
