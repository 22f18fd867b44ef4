// What is said of requests for help, in English and Chinese; it comes with the first of them.
//
// Rule: as in words.ts, Chinese has the type of English.

import { language, locale } from "../words.js";

const en = {
  request: "Request for help",
  waiting: "Waiting",
  waitingFor: (time: string) => `Waiting for ${time}`,
  claimed: (name: string) => `${name} is on it`,
  claimedFor: (name: string, time: string) => `${name} is on it, for ${time}`,
  resolved: (name: string) => `Resolved by ${name}`,
  claim: "Claim",
  giveBack: "Let others take it",
  resolve: "Resolve",
  mineIsResolved: "It is resolved",
  reopen: "Open it again",
  answer: "Reply in this thread",

  all: "All requests",
  mine: "All my requests",
  threadOf: (name: string) => `${name}’s request`,
  myThread: "Your request",
  open: "Open requests",
  openCount: (open: number, waiting: number) =>
    `${people(open)} open, ${waiting.toLocaleString(locale())} waiting`,
  nobody: "Nobody needs help at the moment.",
  more: (count: number) => `and ${count.toLocaleString(locale())} more`,
  private: "Only you and those who help here see what you ask.",
  othersWait: (count: number) =>
    count === 1
      ? "1 request is waiting."
      : `${count.toLocaleString(locale())} requests are waiting.`,
  askBox: "Ask for help",
  newBox: "Choose a request to answer it, or write a new one",
  aCell: "a notebook cell",
};

function people(count: number): string {
  return count === 1 ? "1 request" : `${count.toLocaleString(locale())} requests`;
}

const zh: typeof en = {
  request: "求助",
  waiting: "等待中",
  waitingFor: (time) => `已等待${time}`,
  claimed: (name) => `${name} 正在处理`,
  claimedFor: (name, time) => `${name} 正在处理，已${time}`,
  resolved: (name) => `${name} 已解决`,
  claim: "认领",
  giveBack: "让别人处理",
  resolve: "标为已解决",
  mineIsResolved: "问题已解决",
  reopen: "重新打开",
  answer: "在此求助中回复",

  all: "全部求助",
  mine: "我的全部求助",
  threadOf: (name) => `${name} 的求助`,
  myThread: "你的求助",
  open: "未解决的求助",
  openCount: (open, waiting) =>
    `${open.toLocaleString(locale())} 个未解决，${waiting.toLocaleString(locale())} 个等待中`,
  nobody: "现在没有人需要帮助。",
  more: (count) => `另有 ${count.toLocaleString(locale())} 个`,
  private: "只有你和答疑的人能看到你的求助。",
  othersWait: (count) => `有 ${count.toLocaleString(locale())} 个求助在等待。`,
  askBox: "求助",
  newBox: "选择一个求助来回复，或写一个新的",
  aCell: "笔记本单元格",
};

export function helpWords(): typeof en {
  return language() === "zh" ? zh : en;
}
