// How this page reaches its chat: by the browser's own WebSocket and requests, or through a kernel.
//
// Rule: nothing else in the session opens a connection, so that nothing else need know which it is.

import { SUBPROTOCOL, TICKET_PROTOCOL } from "../protocol.js";
import { cookie } from "./api.js";

/** Who hears what comes in on a socket. */
export interface Ears {
  hear(data: unknown): void;
  /** It is closed, from the other side or because the way broke; nothing comes any more. */
  closed(code: number): void;
}

export interface Socket {
  /** Whether it went on its way. */
  send(data: string): boolean;
  /** From now on its ears hear nothing. */
  close(): void;
}

/** The kernel through which a page reaches its chat. */
export interface Kernel {
  /** The name of whoever one is there: the kernel's program. */
  readonly program: string;
  /** Whether it runs a cell meanwhile, so that what is sent waits for the end of it. */
  readonly busy: boolean;
}

/** The bytes of a file: at an address, or at one that is only known when somebody wants them. An
 * empty one where they cannot be had now. */
export type Where = string | (() => Promise<string>);

export interface Transport {
  /** Null where this page reaches the chat itself. */
  readonly kernel: Kernel | null;
  /** Is called when the kernel became busy, or is so no longer. */
  changed: () => void;
  /** Throws where the browser forbids it. */
  open(ears: Ears): Socket;
  /** Like `fetch`, of a path of the chat. */
  fetch(path: string, asked: RequestInit): Promise<Response>;
  /** Posts a file, and tells how much of it has gone, from 0 to 1. */
  upload(
    path: string,
    file: Blob,
    progress?: (part: number) => void,
    stop?: AbortSignal,
  ): Promise<Response>;
  where(path: string): Where;
}

/** The browser's own way to the chat at `base` (its address, ending in "/"). */
export class Direct implements Transport {
  readonly kernel = null;
  changed = (): void => {};
  readonly #base: URL;
  /** Whether sockets do not open by the cookie alone: a server may take a ticket there only. */
  #refused = false;

  constructor(base: URL) {
    this.#base = base;
  }

  open(ears: Ears): Socket {
    if (!this.#refused) return this.#open(ears);
    let socket: Socket | null = null;
    let wanted = true;
    void this.#ticket().then((ticket) => {
      if (wanted) socket = this.#open(ears, ticket);
    });
    return {
      send: (data) => !!socket?.send(data),
      close() {
        wanted = false;
        socket?.close();
      },
    };
  }

  #open(ears: Ears, ticket: string[] = []): Socket {
    const address = new URL("chat", this.#base);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, [SUBPROTOCOL, ...ticket]);
    let refused = true;
    socket.onopen = () => {
      refused = !!ticket[0];
    };
    socket.onmessage = ({ data }) => ears.hear(data);
    socket.onclose = ({ code }) => {
      this.#refused = refused;
      ears.closed(code);
    };
    return {
      send(data) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(data);
        return true;
      },
      close() {
        socket.onmessage = socket.onclose = null;
        socket.close();
      },
    };
  }

  /** What opens one socket, beside the subprotocol; nothing where there is none to be had. */
  async #ticket(): Promise<string[]> {
    try {
      const answer = await this.fetch("api/ticket", { method: "POST" });
      return answer.ok ? [TICKET_PROTOCOL + (await answer.json()).ticket] : [];
    } catch {
      return [];
    }
  }

  fetch(path: string, asked: RequestInit): Promise<Response> {
    // A Hub wants it even where something is only read.
    const headers = { "X-XSRFToken": cookie("_xsrf"), ...asked.headers };
    return fetch(new URL(path, this.#base), { ...asked, headers });
  }

  async upload(
    path: string,
    file: Blob,
    progress?: (part: number) => void,
    stop?: AbortSignal,
  ): Promise<Response> {
    const { post } = await import("./upload.js");
    return post(new URL(path, this.#base), file, cookie("_xsrf"), progress, stop);
  }

  where(path: string): Where {
    return new URL(path, this.#base).href;
  }
}
