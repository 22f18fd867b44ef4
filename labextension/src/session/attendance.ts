// Which rooms this page is in.
//
// Rule: it is in a room while somebody looks at it, or while something waits to be said in it, and
// resumes after the position it knows. While nobody looks at any room, or listens to what is new in
// all of them, there is no line.

import type { ClientFrame } from "../protocol.js";
import { JOIN, lose, type No, RESUME, type Room, refuse } from "../room.js";
import { isRoomName } from "../text.js";
import { pendingIn } from "./outbox.js";

/** Said here already: the server would not even understand such a name. */
const NO_SUCH_ROOM: No = { code: "no_such_room", reason: "" };

/** What attendance needs of its session. */
export interface House {
  /** That of the history the server has now. */
  epoch(): string;
  room(name: string): Room;
  update(room: Room): void;
  /** In a moment we are in this room no longer. */
  leaving(room: Room): void;
  send(frame: ClientFrame): boolean;
  openLine(): void;
  closeLine(): void;
}

export class Attendance {
  readonly #house: House;
  readonly #lookers = new Map<string, number>();
  #listeners = 0;

  constructor(house: House) {
    this.#house = house;
  }

  /** How many rooms somebody looks at. */
  get size(): number {
    return this.#lookers.size;
  }

  /** Somebody looks at a room: be in it until the function it returns is called. */
  look(name: string): () => void {
    this.#lookers.set(name, (this.#lookers.get(name) ?? 0) + 1);
    this.#house.openLine();
    if (!this.#house.room(name).here) this.join(name);
    let looking = true;
    return () => {
      if (looking) this.#lookAway(name);
      looking = false;
    };
  }

  /** Somebody listens to what is new, in no room, until the function it returns is called. */
  listen(): () => void {
    this.#listeners++;
    this.#house.openLine();
    let listening = true;
    return () => {
      if (listening) this.#listeners--;
      listening = false;
      this.#closeUnwanted();
    };
  }

  /** The line is open: enters every room of these that is wanted, and those somebody looks at. */
  joinAll(known: Iterable<string>): void {
    const names = new Set([...this.#lookers.keys(), ...known]);
    const wanted = [...names].filter((name) => this.#isWanted(name));
    for (const name of wanted) this.join(name);
    // A connection that says nothing at first is closed.
    if (wanted.length === 0) this.#house.send({ type: "heartbeat" });
  }

  /** Something waits to be said in a room that nobody may look at: be in it until it is said. */
  enter(name: string): void {
    if (!this.#lookers.has(name) && !this.#house.room(name).here) this.joinWanted(name);
  }

  joinWanted(name: string): void {
    if (this.#isWanted(name)) this.join(name);
  }

  /** Enters a room, after the position we know. */
  join(name: string): void {
    const room = this.#house.room(name);
    const { epoch, seq, check } = room.position;
    if (!isRoomName(name)) this.#house.update(refuse(room, NO_SUCH_ROOM));
    else if (seq > 0) {
      this.#house.update({ ...room, no: null });
      this.#house.send({ type: "join", room: name, after: seq, epoch, check, ref: RESUME });
    } else {
      this.#house.update({ ...room, no: null, position: { epoch: this.#house.epoch(), seq } });
      this.#house.send({ type: "join", room: name, ref: JOIN });
    }
  }

  leaveUnwanted(name: string): void {
    if (this.#isWanted(name)) return;
    this.#house.leaving(this.#house.room(name));
    if (this.#house.send({ type: "leave", room: name })) {
      this.#house.update(lose(this.#house.room(name)));
    }
  }

  /** The line broke, and we are in a room no longer. */
  lose(name: string): void {
    const room = this.#house.room(name);
    if (room.here) this.#house.leaving(room);
    this.#house.update(lose(room));
  }

  #isWanted(name: string): boolean {
    return this.#lookers.has(name) || pendingIn(this.#house.room(name)).length > 0;
  }

  #lookAway(name: string): void {
    const left = (this.#lookers.get(name) ?? 1) - 1;
    if (left > 0) this.#lookers.set(name, left);
    else this.#lookers.delete(name);
    this.leaveUnwanted(name);
    this.#closeUnwanted();
  }

  #closeUnwanted(): void {
    if (this.#lookers.size === 0 && this.#listeners === 0) this.#house.closeLine();
  }
}
