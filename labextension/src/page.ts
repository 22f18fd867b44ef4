// The page of its own. Its address says which room: ?room=analysis.

import { showBadge } from "./badge.js";
import { mount } from "./home.js";
import { DEFAULT_ROOM } from "./protocol.js";
import { language } from "./words.js";

document.documentElement.lang = language();

const host = document.querySelector<HTMLElement>("main");
const base = document.body.dataset.base ?? "./";

function roomInAddress(): string {
  return new URLSearchParams(location.search).get("room") ?? DEFAULT_ROOM;
}

if (host) {
  mount(host, { base, room: roomInAddress(), home: "page" }, (panel) => {
    panel.addEventListener("room", () => {
      history.pushState(null, "", `?${new URLSearchParams({ room: panel.room })}`);
    });
    window.addEventListener("popstate", () => {
      panel.room = roomInAddress();
    });
    const show = () => {
      const { session, room } = panel;
      if (session) showBadge(session.room(room).title || room, session.unreadAll);
    };
    void panel.updateComplete.then(() => panel.session?.watch(show));
    panel.addEventListener("room", show);
  });
}
