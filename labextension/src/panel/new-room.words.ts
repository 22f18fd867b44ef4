// What only the form that makes a room says, in English and Chinese; it comes with it.
//
// Rule: as in words.ts, Chinese has the type of English.

import { language } from "../words.js";

const en = {
  kind: "Who speaks in it?",
  kinds: {
    open: "Everyone",
    announce: "Announcements: only moderators speak",
    help: "Help desk: who asks for help sees their own requests, moderators see all",
  },
};

const zh: typeof en = {
  kind: "谁可以在里面发言？",
  kinds: {
    open: "所有人",
    announce: "公告：只有管理员发言",
    help: "答疑室：求助者只看到自己的求助，管理员看到全部",
  },
};

export function newRoomWords(): typeof en {
  return language() === "zh" ? zh : en;
}
