// <tornchat-attachments session room>: the files that wait to be sent with the next message.
//
// Rule: a file is uploaded as soon as it is here, so that sending is sending a name. Nothing is lost
// in silence: what cannot be sent stays, with the reason, until its owner takes it away. Each room
// has a tray of its own.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { size } from "../message/file.js";
import { define } from "../panel/define.js";
import { cross, sheet } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import type { StoredFile } from "../protocol.js";
import type { No } from "../room.js";
import { Refused } from "../session/api.js";
import type { Session } from "../session/session.js";
import { saysNo, words } from "../words.js";
import { develop } from "./photo.js";

/** A file on its way to the server, or there. */
interface Item {
  readonly room: string;
  readonly file: File;
  /** An address at which the browser shows it, of a picture. */
  readonly picture: string;
  readonly stop: AbortController;
  /** How much of it has gone, from 0 to 1. */
  part: number;
  stored?: StoredFile;
  no?: No;
  /** Done when it is stored, or cannot be. */
  done: Promise<void>;
}

export class Attachments extends LitElement {
  static override properties = { session: { attribute: false }, room: {}, items: { state: true } };
  declare session: Session;
  declare room: string;
  declare items: readonly Item[];
  #unwatch: (() => void) | undefined;

  constructor() {
    super();
    this.room = "";
    this.items = [];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  /** How many wait in the room that is shown. */
  get count(): number {
    return this.#here.length;
  }

  /** These shall be sent; what cannot be is shown with the reason. */
  add(files: readonly File[]): void {
    for (const file of files) this.#add(file);
    if (!this.session.named)
      this.dispatchEvent(new CustomEvent("unnamed", { bubbles: true, composed: true }));
  }

  /** Waits until all are uploaded, and empties the tray; null where one of them cannot be sent. */
  async take(): Promise<StoredFile[] | null> {
    const { room } = this;
    const items = this.#here;
    await Promise.all(items.map(({ done }) => done));
    const left = items.filter((item) => this.items.includes(item));
    const stored = left.flatMap((item) => item.stored ?? []);
    if (stored.length < left.length || room !== this.room) return null;
    for (const item of left) this.#remove(item);
    return stored;
  }

  get #here(): readonly Item[] {
    return this.items.filter(({ room }) => room === this.room);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("session") && this.#unwatch) return;
    this.#unwatch?.();
    this.#unwatch = this.session?.watch(() => this.#named());
  }

  /** What waited for its sender's name goes on its way as soon as there is one. */
  #named(): void {
    if (!this.session.named) return;
    for (const item of this.items) if (item.no?.code === "unnamed") this.#again(item);
  }

  #add(file: File): void {
    const item: Item = {
      room: this.room,
      file,
      picture: file.type.startsWith("image/") ? URL.createObjectURL(file) : "",
      stop: new AbortController(),
      part: 0,
      done: Promise.resolve(),
    };
    const full = this.count >= this.session.limits.files_shown;
    this.items = [...this.items, item];
    if (full) this.#change(item, { no: { code: "too_many_here", reason: "" } });
    else this.#again(item);
  }

  #again(item: Item): void {
    this.#change(item, { no: undefined, part: 0 });
    item.done = this.#send(item);
  }

  async #send(item: Item): Promise<void> {
    const { session } = this;
    try {
      const file = await develop(item.file);
      if (item.stop.signal.aborted) return;
      if (file.size > session.limits.file_bytes) throw new Refused({ code: "too_big", reason: "" });
      if (!session.named) throw new Refused({ code: "unnamed", reason: "" });
      const stored = await session.upload({
        room: item.room,
        name: file.name,
        blob: file,
        progress: (part) => this.#change(item, { part }),
        stop: item.stop.signal,
      });
      this.#change(item, { stored });
    } catch (error) {
      const no = error instanceof Refused ? error.no : { code: "unavailable", reason: `${error}` };
      this.#change(item, { no });
    }
  }

  #change(item: Item, change: Partial<Item>): void {
    Object.assign(item, change);
    this.items = [...this.items];
    this.#tell();
  }

  #remove(item: Item): void {
    item.stop.abort();
    if (item.picture) URL.revokeObjectURL(item.picture);
    this.items = this.items.filter((other) => other !== item);
    this.#tell();
  }

  #tell(): void {
    this.dispatchEvent(new CustomEvent("change"));
  }

  protected override render(): TemplateResult | typeof nothing {
    const t = words();
    const items = this.#here;
    if (items.length === 0) return nothing;
    return html`<ul aria-label=${t.filesToSend}>${items.map(
      (item) => html`<li class=${item.no ? "refused" : ""}>${this.#item(item)}</li>`,
    )}</ul>`;
  }

  #item(item: Item): TemplateResult {
    const t = words();
    const { file, no } = item;
    return html`
      ${item.picture ? html`<img src=${item.picture} alt="">` : sheet}
      <span class="what">
        <bdi>${file.name}</bdi>
        <span class="quiet">${size(item.stored?.size ?? file.size)}</span>
        ${no ? html`<span class="bad" role="alert">${says(no)}</span>` : this.#state(item)}
      </span>
      ${
        no && no.code !== "too_big" && no.code !== "bad_file"
          ? html`<button type="button" class="word" @click=${() => this.#again(item)}>
            ${t.retry}
          </button>`
          : nothing
      }
      <button
        type="button"
        class="plain"
        aria-label=${t.removeFile(file.name)}
        title=${t.removeFile(file.name)}
        @click=${() => this.#remove(item)}
      >
        ${cross}
      </button>
    `;
  }

  #state({ file, part, stored }: Item): TemplateResult {
    const t = words();
    if (stored) return html`<span class="unseen" role="status">${t.fileReady}</span>`;
    return html`<progress .value=${part} aria-label=${t.uploading(file.name)}></progress>`;
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4em;
        max-height: 30cqh;
        padding: 0.4em;
        overflow-y: auto;
        scrollbar-width: thin;
      }
      li {
        display: flex;
        align-items: center;
        gap: 0.5em;
        max-width: 100%;
        padding-inline-start: 0.5em;
        border: 1px solid var(--line);
        border-radius: var(--round);
      }
      .refused {
        border-color: var(--bad);
      }
      img {
        width: 2.5em;
        height: 2.5em;
        margin-block: 0.25em;
        border-radius: calc(var(--round) / 2);
        object-fit: cover;
      }
      .what {
        display: flex;
        flex-direction: column;
        min-width: 0;
        padding-block: 0.25em;
        font-size: 0.85em;
        line-height: 1.3;
      }
      bdi {
        max-width: 16em;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      progress {
        width: 100%;
        height: 0.4em;
        accent-color: var(--accent);
      }
    `,
  ];
}

function says({ code, reason }: No): string {
  if (code === "too_many_here") return words().tooManyFiles;
  return code === "down" ? words().doors.problems.down.says : saysNo(code, reason);
}

define("tornchat-attachments", Attachments);
