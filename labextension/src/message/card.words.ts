// What only the cards of questions and jobs say, in English and Chinese; it comes with them.

import { language, locale } from "../words.js";

const en = {
  firstCounts: "The first answer counts.",
  changeable: "You can change your choice.",
  readOnly: "You may not answer here.",
  left: (time: string) => `${time} left`,
  lastMinute: "less than a minute left",
  over: "The time is over.",
  votes: (count: number) => (count === 1 ? "1 vote" : `${count.toLocaleString(locale())} votes`),
  nobody: "Nobody answered.",
  withdraw: "Close the question",
  took: {
    running: (time: string) => `running for ${time}`,
    done: (time: string) => `done after ${time}`,
    failed: (time: string) => `failed after ${time}`,
    lost: (time: string) => `lost after ${time}: its kernel is gone`,
  },
};

const zh: typeof en = {
  firstCounts: "第一个回答有效。",
  changeable: "你可以更改选择。",
  readOnly: "你不能在这里回答。",
  left: (time) => `还剩${time}`,
  lastMinute: "还剩不到一分钟",
  over: "时间到了。",
  votes: (count) => `${count.toLocaleString(locale())} 票`,
  nobody: "没有人回答。",
  withdraw: "关闭问题",
  took: {
    running: (time) => `已运行${time}`,
    done: (time) => `已完成，用时${time}`,
    failed: (time) => `运行${time}后失败`,
    lost: (time) => `运行${time}后失联：内核已不在`,
  },
};

export function cardWords(): typeof en {
  return language() === "zh" ? zh : en;
}
