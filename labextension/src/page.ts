// The page of its own. Its address says which room, and may say which message: ?room=analysis&message=7.

import { showBadge } from "./badge.js";
import { mount } from "./home.js";
import type { Panel } from "./panel/panel.js";
import { DEFAULT_ROOM } from "./protocol.js";
import { language } from "./words/language.js";

/** The title is up to date after this time (milliseconds): what is read at once was never unread. */
const CALM = 300;

document.documentElement.lang = language();

const host = document.querySelector<HTMLElement>("main");
const base = document.body.dataset.base ?? "./";

function roomInAddress(): string {
  return new URLSearchParams(location.search).get("room") ?? DEFAULT_ROOM;
}

/** Goes to the message that the address names, if it names one. */
function seekMessage(panel: Panel): void {
  const seq = Number(new URLSearchParams(location.search).get("message"));
  if (Number.isSafeInteger(seq) && seq > 0) panel.seek(seq);
}

if (host) {
  mount(host, { base, room: roomInAddress(), home: "page" }, (panel) => {
    panel.addEventListener("room", () => {
      history.pushState(null, "", `?${new URLSearchParams({ room: panel.room })}`);
    });
    window.addEventListener("popstate", () => {
      panel.room = roomInAddress();
      seekMessage(panel);
    });
    seekMessage(panel);
    let waits = false;
    const tell = () => {
      waits = false;
      const { session, room } = panel;
      if (session) showBadge(session.room(room).title || room, session.unreadAll);
    };
    const show = () => {
      if (!waits) setTimeout(tell, CALM);
      waits = true;
    };
    void panel.updateComplete.then(() => panel.session?.watch(show));
    panel.addEventListener("room", show);
  });
}
