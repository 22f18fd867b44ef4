// Frames for tests, by people with names.

import type { Joined, Message, User, Welcome } from "../src/protocol.js";
import { LIMITS } from "../src/protocol.js";
import { RESUME } from "../src/room.js";

export const ann: User = { id: "u-ann", name: "ann", kind: "member" };
export const bob: User = { id: "u-bob", name: "bob", kind: "member" };

/** Message number `seq` of the lobby. */
export function message(seq: number, more: Partial<Message> = {}): Message {
  const at = Date.UTC(2026, 10, 22) + seq;
  return {
    type: "message",
    room: "lobby",
    seq,
    id: `m${seq}`,
    user: bob,
    text: `${seq}`,
    at,
    ...more,
  };
}

/** The messages `from` to `to`, both of them too. */
export function messages(from: number, to: number): Message[] {
  return Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
}

/** The answer to a first join, with the messages after `from` up to `to`. */
export function joined(from: number, to: number, more: Partial<Joined> = {}): Joined {
  return {
    type: "joined",
    room: "lobby",
    title: "Lobby",
    members: [ann, bob],
    count: 2,
    messages: messages(from + 1, to),
    from,
    to,
    more: false,
    ref: "join",
    ...more,
  };
}

/** The answer to a join that resumes. */
export function resumed(from: number, to: number, more = false): Joined {
  return joined(from, to, { more, ref: RESUME });
}

export function welcome(more: Partial<Welcome> = {}): Welcome {
  return {
    type: "welcome",
    user: ann,
    named: true,
    epoch: "e1",
    limits: LIMITS,
    features: ["rooms"],
    now: Date.now(),
    version: "",
    heartbeat: 5,
    ...more,
  };
}
