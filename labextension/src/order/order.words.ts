// The words of the dialog in which moderators keep order; apart from the others, because few open it.
//
// Rule: as in words.ts, Chinese has the type of English.

import { language } from "../words.js";

const en = {
  room: (title: string) => `Order in ${title}`,
  person: (name: string) => `Keep order: ${name}`,
  speaking: "Speaking",
  mute: (time: string) => `Mute for ${time}`,
  unmute: "Let speak again",
  is: "In this room they are",
  make: { moderator: "Moderator", member: "Member", reader: "Only reads" },
  out: "Out of the room",
  kick: "Send out",
  kickAsk: (name: string) => `Send ${name} out of this room? They may come back.`,
  ban: "Ban",
  banAsk: (name: string) => `Ban ${name}? The room is no longer there for them.`,
  unban: "Let in again",
  clear: "Take away what they said",
  clearAsk: (name: string) => `Take away all that ${name} said here? It cannot be brought back.`,
  who: "Who may speak",
  kinds: {
    open: "Everyone",
    announce: "Moderators only: announcements",
    help: "Each with the moderators alone: a help desk",
  },
  slow: "Slow mode: one message of a person every",
  fast: "off",
  said: "What was said here",
  clearAll: "Clear the room",
  clearAllAsk: "Take away all that was said in this room? It cannot be brought back.",
  seats: "Muted, banned, moderators and readers",
  nobody: "Nobody here is muted, banned, a moderator or a reader.",
  muted: (until: string) => `muted until ${until}`,
  banned: "banned",
  back: "Take back",
  backOf: (what: string, name: string) => `Take back: ${name}, ${what}`,
};

const zh: typeof en = {
  room: (title) => `${title} 的秩序`,
  person: (name) => `维护秩序：${name}`,
  speaking: "发言",
  mute: (time) => `禁言${time}`,
  unmute: "解除禁言",
  is: "在本房间的身份",
  make: { moderator: "管理员", member: "普通成员", reader: "只读" },
  out: "移出房间",
  kick: "请出房间",
  kickAsk: (name) => `将 ${name} 请出房间吗？对方可以再次进入。`,
  ban: "封禁",
  banAsk: (name) => `封禁 ${name} 吗？对方将看不到这个房间。`,
  unban: "解除封禁",
  clear: "移除其发言",
  clearAsk: (name) => `移除 ${name} 在这里的所有发言吗？无法恢复。`,
  who: "谁可以发言",
  kinds: {
    open: "所有人",
    announce: "仅管理员：公告",
    help: "每人单独与管理员交流：答疑室",
  },
  slow: "慢速模式：每人发言间隔",
  fast: "关闭",
  said: "聊天记录",
  clearAll: "清空房间",
  clearAllAsk: "移除房间里的全部发言吗？无法恢复。",
  seats: "禁言、封禁、管理员与只读成员",
  nobody: "没有人被禁言、被封禁，也没有管理员或只读成员。",
  muted: (until) => `禁言至 ${until}`,
  banned: "已封禁",
  back: "撤销",
  backOf: (what, name) => `撤销：${name}，${what}`,
};

export function orderWords(): typeof en {
  return language() === "zh" ? zh : en;
}
