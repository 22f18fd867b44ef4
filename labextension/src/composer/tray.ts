// The files that go with what is written, as the composer sees them: its tray and how they get there.

import { html, type LitElement, type TemplateResult } from "lit";
import { clip } from "../panel/icons.js";
import type { StoredFile } from "../protocol.js";
import { type Draft, textOf } from "../session/draft.js";
import type { Session } from "../session/session.js";
import { words } from "../words.js";
import type { Attachments } from "./attachments.js";
import { pick, textAsFile } from "./drop.js";
import type { Choice } from "./question.js";

/** What it needs of its composer. */
export interface Writer extends LitElement {
  readonly session: Session;
  readonly room: { readonly name: string };
  readonly draft: Draft;
  tell(says: string, bad?: boolean): void;
  /** Goes on with another draft. */
  become(draft: Draft): void;
}

export class Tray {
  readonly #writer: Writer;
  #taking = false;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  get #element(): Attachments | null {
    return this.#writer.renderRoot.querySelector("tornchat-attachments");
  }

  /** Whether files go with what is written. */
  get isFull(): boolean {
    return this.#writer.draft.edit === undefined && (this.#element?.count ?? 0) > 0;
  }

  async add(files: readonly File[]): Promise<void> {
    if (!this.#writer.session.can("files")) return this.#writer.tell(words().noFiles);
    try {
      await import("./attachments.js");
      this.#element?.add(files);
    } catch {
      this.#writer.tell(words().doors.problems.down.says);
    }
  }

  /** Empties it once all are uploaded; null where the message has to wait for one. */
  async take(): Promise<readonly StoredFile[] | null> {
    if (this.#taking) return null;
    this.#taking = true;
    const { room } = this.#writer;
    const files = (await this.#element?.take()) ?? null;
    this.#taking = false;
    const stays = files === null && room.name === this.#writer.room.name;
    if (stays) this.#writer.tell(words().fileFailed, true);
    return files;
  }

  /** Whoever has too much to say may say it in a file all the same. */
  offer(): Choice[] {
    const { draft, session } = this.#writer;
    if (draft.edit !== undefined || !session.can("files")) return [];
    return [{ says: words().sendAsFile, choose: () => void this.#takeText() }];
  }

  async #takeText(): Promise<void> {
    const { draft } = this.#writer;
    await this.add([textAsFile(textOf(draft))]);
    const stands = this.isFull && draft === this.#writer.draft;
    if (stands) this.#writer.become({ ...draft, text: "", pasted: [] });
  }

  render(changed: () => void): TemplateResult {
    const { session, room } = this.#writer;
    return html`<tornchat-attachments
      .session=${session}
      .room=${room.name}
      @change=${changed}
    ></tornchat-attachments>`;
  }

  button(): TemplateResult {
    const says = words().attach;
    return html`<button
      type="button"
      class="plain"
      ?hidden=${!this.#writer.session.can("files")}
      aria-label=${says}
      title=${says}
      @click=${() => pick((files) => void this.add(files))}
    >
      ${clip}
    </button>`;
  }
}
