// How many messages are unread, told outside the page: in its title, on its icon, on the app's.

/** Of more messages than this only that they are more is said. */
const COUNTED = 99;
const BUBBLE = "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-6 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z";

/** The title of a page that shows a room. */
export function titled(room: string, unread: number): string {
  return unread > 0 ? `(${unread > COUNTED ? `${COUNTED}+` : unread}) ${room}` : room;
}

/** The page's icon, as the address of a drawing; with a dot where something is unread. */
export function icon(unread: boolean): string {
  const dot = unread
    ? '<circle cx="18" cy="6" r="6" fill="#d32f2f" stroke="#fff" stroke-width="1.5"/>'
    : "";
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#1b66cc" d="${BUBBLE}"/>${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

/** Puts it on the page, and on the app's icon where the page was installed as one. */
export function showBadge(room: string, unread: number): void {
  const title = titled(room, unread);
  if (document.title === title) return;
  document.title = title;
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const drawing = icon(unread > 0);
  if (link && link.href !== drawing) link.href = drawing;
  void navigator.setAppBadge?.(unread).catch(() => {});
}
