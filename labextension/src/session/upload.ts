// Posting a file. (`fetch` does not tell how much of a body has gone.) Loaded with the first one.

/** Rejects where nobody answers, or it was stopped. */
export function post(
  address: URL,
  file: Blob,
  xsrf: string,
  progress?: (part: number) => void,
  stop?: AbortSignal,
): Promise<Response> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject: (no: Error) => void) => {
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-XSRFToken", xsrf);
    request.upload.onprogress = ({ loaded, total }) => progress?.(total ? loaded / total : 0);
    request.onload = () => {
      const { status, responseText } = request;
      resolve(new Response(responseText, { status }));
    };
    request.onerror = () => reject(new Error("the server does not answer"));
    request.onabort = () => reject(new Error("stopped"));
    stop?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
