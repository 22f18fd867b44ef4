// Notices: what calls its reader to a room that they do not look at.
//
// Rule: one notice a person and browser, however many tabs, panels and doors are open. Whoever has
// the room before their eyes claims a message at once and shows nothing; the others wait a moment, and
// one of them shows it. A notice goes away when its room is read.

import { host, type Notice } from "../host.js";
import { isForMe } from "../mention.js";
import { isOpen, outcomes } from "../outcome.js";
import { plain } from "../plain.js";
import type { Message, User } from "../protocol.js";
import { after, emptyRoom, type Room } from "../room.js";
import { type Listed, Refused } from "./api.js";
import type { Attention } from "./attention.js";
import { Claim } from "./claim.js";
import { isLookedAt } from "./reading.js";

/** Milliseconds that a tab waits for another one in which somebody looks at the room. */
const PATIENCE = 300;
/** Characters of a message that a notice shows. */
const EXCERPT = 200;

/** A panel, as far as notices must know it. */
export interface Place {
  readonly room: string;
  open(room: string): void;
  getClientRects(): ArrayLike<unknown>;
}

/** What notices need of their session. */
export interface Desk {
  readonly base: string;
  readonly epoch: string;
  readonly user: User | null;
  readonly attention: Attention;
  /** The panels of this browser page. */
  readonly places: ReadonlySet<Place>;
  room(name: string): Room;
  newer(name: string, seq: number): Promise<readonly Message[]>;
}

/** A message that calls, as of entry `seq` of its room. */
interface Call {
  readonly room: Called;
  readonly message: Message;
  readonly seq: number;
}

type Called = Pick<Room, "name" | "title" | "messages" | "members">;

/** Why this browser cannot show notices of its own, or null where it can. */
export function obstacle(): "insecure" | "unable" | "denied" | null {
  if (!window.isSecureContext) return "insecure";
  if (!("Notification" in window)) return "unable";
  return Notification.permission === "denied" ? "denied" : null;
}

/** Asks whether notices may be shown; browsers hear that only on a click. */
export async function mayNotify(): Promise<boolean> {
  return obstacle() === null && (await Notification.requestPermission()) === "granted";
}

export class Notices {
  readonly #desk: Desk;
  readonly #claim: Claim;
  /** What each room calls to in a moment. */
  readonly #waiting = new Map<string, Call>();
  /** What is shown of each room, and up to which entry it must be read to go away. */
  readonly #shown = new Map<string, { readonly notice: Notification; readonly seq: number }>();

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#claim = new Claim(desk.base);
  }

  /** Something came in a room that was like `before`. */
  heard(before: Room, room: Room): void {
    const { seq } = room.position;
    if (seq > before.position.seq) this.#call(room, room.messages, before.position.seq);
    for (const { message, ended } of outcomes(before, room)) {
      if (ended && message.job && this.#callsToEnd(room, message))
        this.#wait({ room, message, seq });
    }
  }

  /** Something was said in a room that we are not in, and knew up to here. */
  async told({ room, title, seq = 0 }: Listed): Promise<void> {
    const { attention } = this.#desk;
    if (attention.level === "off" || attention.isMute(room)) return;
    try {
      const said = await this.#desk.newer(room, seq);
      this.#call({ ...emptyRoom(room), title }, said, seq);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** A room was read up to `seq`, here or at another place: that calls nobody any more. */
  read(room: string, seq: number): void {
    const shown = this.#shown.get(room);
    if (!shown || seq < shown.seq) return;
    this.#shown.delete(room);
    shown.notice.close();
  }

  /** Calls to the last message after entry `seq` that is worth it. */
  #call(room: Called, said: readonly Message[], seq: number): void {
    const message = after(said, seq).findLast((one) => this.#calls(room, one));
    if (message) this.#wait({ room, message, seq: message.seq });
  }

  #wait(call: Call): void {
    const { name } = call.room;
    const waits = this.#waiting.has(name);
    this.#waiting.set(name, call);
    const wait = this.#isBeforeEyes(name) ? 0 : PATIENCE;
    if (!waits) setTimeout(() => void this.#decide(name), wait);
  }

  /** Whether a message calls its reader, as they set it. A question calls everyone in the room,
   * and a request for help all who may see it: those who help. */
  #calls(room: Called, message: Message): boolean {
    const { user } = this.#desk;
    if (!user || message.user.id === user.id || message.deleted) return false;
    const asks = message.question !== undefined && isOpen(message.question);
    const needs = message.help?.state === "waiting";
    return this.#listens(room, asks || needs || speaksTo(user, message, room));
  }

  /** Whether the end of a job does: its own end calls who began it. */
  #callsToEnd(room: Called, message: Message): boolean {
    const { user } = this.#desk;
    if (!user) return false;
    return this.#listens(room, message.user.id === user.id || speaksTo(user, message, room));
  }

  #listens({ name }: Called, forMe: boolean): boolean {
    const { attention } = this.#desk;
    if (attention.level === "off" || attention.isMute(name)) return false;
    return attention.level === "all" || forMe;
  }

  async #decide(name: string): Promise<void> {
    const call = this.#waiting.get(name);
    this.#waiting.delete(name);
    if (!call || (this.#desk.room(name).seen >= call.seq && !this.#isBeforeEyes(name))) return;
    const mine = await this.#claim.take(name, this.#desk.epoch, call.seq);
    if (mine && !this.#isBeforeEyes(name)) this.#show(call);
  }

  /** A notice inside a page reaches only who looks at that page. */
  #show({ room: { name, title }, message, seq }: Call): void {
    const notice: Notice = {
      room: name,
      title: title || name,
      from: message.user.name,
      text: plain(message).slice(0, EXCERPT),
      open: () => this.#open(name),
    };
    const granted = obstacle() === null && Notification.permission === "granted";
    if (host.notify && (isLookedAt() || !granted)) host.notify(notice);
    else if (granted) this.#showOutside(notice, seq);
  }

  #showOutside({ room, title, from, text, open }: Notice, seq: number): void {
    this.#shown.get(room)?.notice.close();
    const tag = `tornchat ${this.#desk.base} ${room}`;
    const notice = made(`${from} · ${title}`, { body: text, tag });
    if (!notice) return;
    notice.onclick = () => {
      notice.close();
      window.focus();
      open();
    };
    this.#shown.set(room, { notice, seq });
  }

  #open(name: string): void {
    const places = [...this.#desk.places];
    if (host.open) host.open(name);
    else (places.find(({ room }) => room === name) ?? places[0])?.open(name);
  }

  #isBeforeEyes(name: string): boolean {
    const shows = (place: Place) => place.room === name && place.getClientRects().length > 0;
    return isLookedAt() && [...this.#desk.places].some(shows);
  }
}

/** By name, to everyone, or as an answer to what they said. */
function speaksTo(user: User, { text, reply }: Message, { messages, members }: Called): boolean {
  const answered = reply && messages.find(({ seq }) => seq === reply);
  return isForMe(text, user, members) || (answered && answered.user.id === user.id) === true;
}

/** Phones have the class, but let only installed apps make one. */
function made(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}
