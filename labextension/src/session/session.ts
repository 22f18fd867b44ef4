// One person's chat at one address: its rooms, its outbox and the line they share.
//
// Rule: one session for each address and browser page, however many panels show it (`sessionAt`).
// Panels read its fields and are told of every change; only a session asks the server.

import {
  type Invite,
  LIMITS,
  type Marked,
  type Message,
  type News,
  type Rejected,
  type Reset,
  type Room as RoomFrame,
  type StoredFile,
  type User,
  type Welcome,
} from "../protocol.js";
import {
  applyAll,
  emptyRoom,
  type Frame,
  type HelpState,
  isEntry,
  JOIN,
  type More,
  type No,
  RESUME,
  type Room,
  refuse,
} from "../room.js";
import { randomKey } from "../text.js";
import { turn } from "../turn.js";
import { Api, type Listed, type RoomKind, type Upload } from "./api.js";
import { Attendance } from "./attendance.js";
import { Attention } from "./attention.js";
import type { Draft } from "./draft.js";
import { Intake } from "./intake.js";
import { Line, type LineState } from "./line.js";
import { List } from "./list.js";
import { Notices, type Place } from "./notices.js";
import { type Mine, mineIn, Outbox } from "./outbox.js";
import { Pages } from "./pages.js";
import { Reading } from "./reading.js";
import { Store } from "./store.js";
import { Direct, type Kernel, type Transport, type Where } from "./transport.js";
import { VERSION } from "./version.js";

const sessions = new Map<string, Session>();

/**
 * The session of this browser page with the chat at `base` (its address, ending in "/").
 *
 * @param make makes it, the first time, where it is not reached by that address.
 */
export function sessionAt(base: string, make = (at: URL) => new Session(at)): Session {
  const address = new URL(base, document.baseURI).href;
  const session = sessions.get(address) ?? make(new URL(address));
  sessions.set(address, session);
  return session;
}

export class Session {
  user: User | null = null;
  /** False where a name must be said before the first message. */
  named = true;
  limits = LIMITS;
  /** By which we are here as a guest. */
  invite: Invite | null = null;
  /** What the server can do beyond the messages of the first version. */
  features: Set<string> = new Set();
  /** The server's version, once it welcomed us. */
  version = VERSION;
  /** That of the history the server has now. */
  epoch = "";
  readonly rooms = new Map<string, Room>();
  /** The panels of this browser page. */
  readonly places = new Set<Place>();
  /** What may call its reader to this browser. */
  readonly attention: Attention;
  readonly #base: URL;
  readonly #transport: Transport;
  readonly #api: Api;
  readonly #list: List;
  readonly #line: Line;
  readonly #intake = new Intake((room, entries) => this.#applied(room, entries));
  readonly #store: Store;
  readonly #outbox: Outbox;
  readonly #reading: Reading;
  readonly #attendance: Attendance;
  readonly #notices: Notices;
  readonly #pages: Pages;
  readonly #watchers = new Set<() => void>();
  /** Whether they are called with the next turn. */
  #telling = false;
  #skew = 0;

  constructor(base: URL, transport: Transport = new Direct(base)) {
    this.#base = base;
    this.#transport = transport;
    transport.changed = () => this.tell();
    this.#api = new Api(transport);
    this.#list = new List(this.#api, () => this.tell());
    this.#line = new Line(transport, VERSION, {
      hear: (frame) => this.#hear(frame),
      changed: () => this.#lineChanged(),
    });
    this.#store = new Store(base.href);
    this.#outbox = new Outbox(this.#store, {
      named: () => this.named,
      room: (name) => this.room(name),
      update: (room) => this.#update(room),
      join: (name) => this.#attendance.joinWanted(name),
      send: (frame) => this.#line.send(frame),
    });
    this.#reading = new Reading({
      me: () => this.user?.id,
      room: (name) => this.room(name),
      update: (room) => this.#update(room),
      send: (frame) => this.can("read") && this.#line.send(frame),
    });
    this.#attendance = new Attendance({
      epoch: () => this.epoch,
      room: (name) => this.room(name),
      update: (room) => this.#update(room),
      leaving: (room) => this.#leaving(room),
      send: (frame) => this.#line.send(frame),
      openLine: () => this.#line.open(),
      closeLine: () => this.#line.close(),
    });
    this.#pages = new Pages({
      room: (name) => this.room(name),
      update: (room) => this.#update(room),
      send: (frame) => this.#line.send(frame),
    });
    this.attention = new Attention(base.href);
    this.#notices = new Notices(this);
  }

  get base(): string {
    return this.#base.href;
  }

  /** The kernel through which this page speaks, where it cannot reach the chat itself. */
  get kernel(): Kernel | null {
    return this.#transport.kernel;
  }

  /** The rooms that exist, as far as we were told. */
  get list(): readonly Listed[] {
    return this.#list.rooms;
  }

  /** Whether we were sent away, for good. */
  get isOut(): boolean {
    const { line } = this;
    return line.is === "closed" && line.trouble?.problem === "removed";
  }

  get line(): LineState {
    return this.#line.state;
  }

  /** Whether somebody looks at as many rooms as one connection may be in. */
  get atRoomLimit(): boolean {
    return this.#attendance.size >= this.limits.rooms_joined;
  }

  /** Now, in milliseconds by the server's clock. */
  get now(): number {
    return Date.now() + this.#skew;
  }

  /** Calls back in every turn in which something changed, until the function it returns is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  room(name: string): Room {
    return this.rooms.get(name) ?? emptyRoom(name);
  }

  /** Somebody looks at a room: be in it until the function it returns is called. */
  look(name: string): () => void {
    return this.#attendance.look(name);
  }

  /** Hears what is new in every room, in none of them, until the function it returns is called. */
  listen(): () => void {
    return this.#attendance.listen();
  }

  join(name: string): void {
    this.#attendance.join(name);
  }

  tryNow(): void {
    this.#line.again();
  }

  // ------------------------------------------------------------------------------ messages

  say(name: string, text: string, more?: More): void {
    this.#outbox.say(name, text, more);
    this.#attendance.enter(name);
  }

  /** Gives my message another text. */
  edit({ room, seq }: Pick<Message, "room" | "seq">, text: string): void {
    this.#outbox.change(room, seq, { type: "edit", text });
  }

  /** Takes my message back. */
  delete(message: Message): void {
    this.#outbox.change(message.room, message.seq, { type: "delete" });
  }

  /** Answers the question in a message, or answers it anew. */
  answer({ room, seq }: Message, choice: number): void {
    this.#outbox.change(room, seq, { type: "answer", choice });
  }

  /** Closes my question. */
  withdraw({ room, seq }: Message): void {
    this.#outbox.change(room, seq, { type: "withdraw" });
  }

  /** Claims or resolves a request for help, or lets it wait again. */
  serve({ room, seq }: Message, to: HelpState): void {
    this.#outbox.change(room, seq, { type: "help", to });
  }

  retry(mine: Mine): void {
    this.#outbox.retry(mine);
  }

  discard(mine: Mine): void {
    this.#outbox.discard(mine);
  }

  /** Where the bytes of a file lie that a message of the room shows. */
  fileAddress(room: string, hash: string): Where {
    return this.#transport.where(`api/rooms/${room}/files/${hash}`);
  }

  /** Uploads a file to a room, for a message to come. Throws `Refused`. */
  upload(file: Upload): Promise<StoredFile> {
    return this.#api.upload(file);
  }

  /** For what a part asks for by itself, such as the keys of a room. */
  get api(): Api {
    return this.#api;
  }

  /** Whether the server has a feature. */
  can(feature: string): boolean {
    return this.features.has(feature);
  }

  /** Asks for the page before the first message. */
  older(name: string): void {
    this.#pages.older(name);
  }

  draft(name: string): Draft {
    return this.#store.draft(name);
  }

  keepDraft(name: string, draft: Draft): void {
    this.#store.keepDraft(name, draft);
  }

  // ------------------------------------------------------------------------- what was read

  /** How many messages of others its reader has not seen in a room they have read before. */
  unread(name: string): number {
    if (this.room(name).here) return this.#reading.unread(name);
    return this.#list.find(name)?.unread ?? 0;
  }

  /** The same of all rooms that are not mute. */
  get unreadAll(): number {
    const names = new Set([...this.list.map(({ room }) => room), ...this.rooms.keys()]);
    const loud = [...names].filter((name) => !this.attention.isMute(name));
    return loud.reduce((sum, name) => sum + this.unread(name), 0);
  }

  /** Its reader turns to a room. */
  visit(name: string): void {
    this.#reading.visit(name);
  }

  /** Everything in every room is read, seen or not. */
  markAll(): void {
    for (const { room, seq = 0 } of this.list) {
      this.#reading.skip(room, seq);
      this.#list.marked(room, seq);
    }
  }

  /** Everything of a room is before its reader's eyes. */
  mark(name: string): void {
    this.#reading.mark(name);
  }

  // ------------------------------------------------------------------------- names and rooms

  /** Whether a name was said meanwhile, in another tab for instance. */
  async namedElsewhere(): Promise<boolean> {
    const { named } = await this.#api.me();
    if (named) this.#line.again();
    return named;
  }

  /** Says my name. Throws `Refused` where it cannot be mine. */
  async rename(name: string): Promise<void> {
    await this.#api.name(name);
    this.#line.again();
  }

  async signOut(): Promise<void> {
    await this.#api.signOut();
    this.#line.close();
    this.#forgetMine();
  }

  /** Throws `Refused` where there can be no such room. */
  createRoom(name: string, title: string, kind?: RoomKind): Promise<void> {
    return this.#list.create(name, title, kind);
  }

  /** Tells a room when the cell is over that runs in a kernel now. Throws `Refused`. */
  async tellWhenDone(room: string, kernel: string, what: string): Promise<void> {
    await this.#api.tellWhenDone(room, randomKey(), kernel, what);
  }

  /** What was said in a room after its entry `seq`, for who is not in it. */
  newer(name: string, seq: number): Promise<readonly Message[]> {
    return this.#api.messages(name, seq);
  }

  listRooms(): Promise<void> {
    return this.#list.ask();
  }

  // ------------------------------------------------------------------- what the server says

  #hear(frame: Frame): void {
    const { room } = frame;
    const known = room !== undefined && this.rooms.has(room);
    // Whatever waits for its answer is not made to wait for more.
    if (known && isEntry(frame) && !this.#outbox.awaits(room, frame.id)) {
      this.#intake.take(room, frame);
      return;
    }
    this.#intake.flush();
    if (frame.type === "welcome") this.#welcomed(frame as Frame & Welcome);
    else if (frame.type === "rejected") this.#rejected(frame as Frame & Rejected);
    else if (frame.type === "room") this.#list.add({ ...(frame as Frame & RoomFrame), count: 0 });
    else if (frame.type === "news") this.#told(frame as Frame & News);
    else if (known) this.#applied(room, [frame]);
    if (frame.type === "marked") this.#marked(frame as Frame & Marked);
  }

  #marked({ room, seq }: Marked): void {
    this.#list.marked(room, seq);
    this.#notices.read(room, seq);
  }

  #welcomed(frame: Welcome): void {
    const { user } = frame;
    if (this.user !== null && this.user.id !== user.id) this.#forgetRooms();
    this.#store.own(user.id);
    this.user = user;
    this.named = frame.named;
    this.invite = frame.invite ?? null;
    this.limits = frame.limits;
    this.features = new Set(frame.features);
    // The mark of what was read belongs to the kernel's programs, which go on from there.
    if (this.kernel) this.features.delete("read");
    this.version = frame.version;
    this.epoch = frame.epoch;
    this.#skew = frame.now - Date.now();
    this.#outbox.restore();
    this.#attendance.joinAll(this.rooms.keys());
    void this.listRooms();
    this.#reading.tellAll();
    this.tell();
  }

  /** From here on only the list knows what is unread in the room. */
  #leaving({ name, position }: Room): void {
    this.#reading.tellAll();
    this.#list.left(name, position.seq, this.#reading.unread(name));
  }

  /** Of the rooms we are in we know ourselves what is new. */
  #told({ rooms }: News): void {
    for (const newer of rooms.filter(({ room }) => !this.room(room).here)) {
      const before = this.#list.find(newer.room);
      this.#list.news(newer);
      if (before?.unread !== undefined) void this.#notices.told(before);
    }
  }

  /** Frames of one room: some entries, or one of another kind. */
  #applied(name: string, frames: readonly Frame[]): void {
    const before = this.room(name);
    this.#update(applyAll(before, frames));
    if (before.known) this.#notices.heard(before, this.room(name));
    else if (this.room(name).known) this.#reading.entered(name);
    for (const { id } of frames) if (id !== undefined) this.#outbox.answered(name, id);
    const [frame] = frames;
    if (frame?.type === "reset") {
      this.epoch = (frame as Frame & Reset).epoch;
      this.join(name);
      return;
    }
    // A page of what was missed asks for the next one; so does a hole, once.
    const page = frame?.type === "joined";
    if (this.room(name).behind && (page || !before.behind)) this.join(name);
    else this.#outbox.sendNext(name);
    if (this.room(name).here) this.#attendance.leaveUnwanted(name);
    else if (frames.some(isEntry)) this.#leaving(this.room(name)); // on their way when we left
  }

  #rejected(frame: Rejected): void {
    const no: No = { code: frame.code, reason: frame.reason, retryAfter: frame.retry_after };
    if (no.code === "unnamed") this.named = false;
    const mine = frame.id === undefined ? undefined : this.#findMine(frame.id);
    if (mine) this.#outbox.refused(mine, no);
    else if (frame.room !== undefined && this.rooms.has(frame.room)) {
      if (no.code === "removed") this.#attendance.lose(frame.room);
      const asked = frame.ref === JOIN || frame.ref === RESUME;
      if (asked || no.code === "removed") this.#joinRefused(frame.room, no);
      else this.#pages.refused(frame.room, no);
    }
    this.tell();
  }

  #joinRefused(name: string, no: No): void {
    this.#update(refuse(this.room(name), no));
    if (no.retryAfter !== undefined) this.#outbox.pause(name, no.retryAfter);
  }

  #findMine(id: string): Mine | undefined {
    return [...this.rooms.values()].flatMap(mineIn).find((mine) => mine.id === id);
  }

  // --------------------------------------------------------------------------------- changes

  #lineChanged(): void {
    this.#intake.flush();
    const { line } = this;
    if (line.is !== "open") {
      this.#outbox.lose();
      for (const name of this.rooms.keys()) this.#attendance.lose(name);
    }
    const signedOut = line.is === "closed" && line.trouble?.problem === "signed_out";
    if (signedOut && line.told) this.#forgetMine();
    this.tell();
  }

  #forgetMine(): void {
    this.#store.clear();
    this.#forgetRooms();
    this.user = null;
    this.tell();
  }

  #forgetRooms(): void {
    this.#reading.forget();
    this.rooms.clear();
  }

  #update(room: Room): void {
    const before = this.rooms.get(room.name);
    if (before === room) return;
    this.rooms.set(room.name, room);
    this.#outbox.changed(before, room);
    this.#notices.read(room.name, room.seen);
    this.tell();
  }

  /** Something changed: whoever watches looks again. */
  tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    void turn().then(() => {
      this.#telling = false;
      for (const changed of this.#watchers) changed();
    });
  }
}
