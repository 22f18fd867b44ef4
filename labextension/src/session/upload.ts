// Uploading a file to a room, for a message to come. (`fetch` does not tell how much of a body has gone.)

import type { StoredFile } from "../protocol.js";
import { cookie, type Refused, refused, type Said, unanswered } from "./api.js";

export interface Upload {
  readonly room: string;
  readonly name: string;
  readonly blob: Blob;
  /** Is told how much of it has gone, from 0 to 1. */
  readonly progress?: (part: number) => void;
  /** Breaks it off. */
  readonly stop?: AbortSignal;
}

/** Throws `Refused`, in the same words whoever refused it: the server, or a proxy on the way. */
export function upload(
  base: URL,
  { room, name, blob, progress, stop }: Upload,
): Promise<StoredFile> {
  const address = new URL(`api/rooms/${room}/files`, base);
  address.searchParams.set("name", name);
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject: (no: Refused) => void) => {
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-XSRFToken", cookie("_xsrf"));
    request.upload.onprogress = ({ loaded, total }) => progress?.(total ? loaded / total : 0);
    request.onload = () => {
      const { status, responseText } = request;
      if (status === 201) resolve(JSON.parse(responseText));
      else reject(refused(status, said(responseText)));
    };
    request.onerror = () => reject(unanswered());
    request.onabort = () => reject(unanswered());
    stop?.addEventListener("abort", () => request.abort());
    request.send(blob);
  });
}

function said(answer: string): Said {
  try {
    return JSON.parse(answer) ?? {};
  } catch {
    return {};
  }
}
