// The words of the dialog of a room's programs; apart from the others, because few ever open it.
//
// Rule: as in words.ts, Chinese has the type of English.

import { language } from "../words.js";

const en = {
  title: (room: string) => `Programs in ${room}`,
  keys: {
    title: "Keys",
    hint: "A key lets a program, or another service, read and write in this room and nowhere else. Whoever has it may use it.",
    what: "What is the program called?",
    make: "Make a key",
  },
  hooks: {
    title: "Webhooks",
    hint: "A webhook is an address that is told what people say in this room.",
    what: "Which address is told?",
    make: "Make a webhook",
  },
  by: (who: string, day: string) => `made by ${who} · ${day}`,
  used: (day: string) => `last used: ${day}`,
  unused: "never used",
  trouble: (why: string, over: boolean) =>
    over ? `Given up: ${why}` : `Will be tried again: ${why}`,
  revoke: "Revoke",
  revokeOne: (name: string) => `Revoke ${name}`,
  sure: (name: string) => `Revoke ${name}? It ends at once and cannot be brought back.`,
  keyOnce: (name: string) =>
    `The key of ${name} is shown only this once. Keep it as you keep a password.`,
  secretOnce: (name: string) =>
    `What is told to ${name} is signed with this secret. It is shown only this once.`,
  key: "The key",
  copy: (what: string) => `Copy: ${what}`,
  secret: "The secret",
  shell: "Say something from a shell",
  bot: "A bot in ten lines",
};

const zh: typeof en = {
  title: (room: string) => `${room} 的程序`,
  keys: {
    title: "密钥",
    hint: "有了密钥，程序或其他服务可以在本房间读写，别处都不行。谁拿到密钥谁就能用。",
    what: "程序叫什么？",
    make: "生成密钥",
  },
  hooks: {
    title: "推送",
    hint: "大家在本房间说的话会推送到这个地址。",
    what: "推送到哪个地址？",
    make: "添加推送",
  },
  by: (who: string, day: string) => `${who} 添加 · ${day}`,
  used: (day: string) => `上次使用：${day}`,
  unused: "从未使用",
  trouble: (why: string, over: boolean) => (over ? `已放弃：${why}` : `稍后重试：${why}`),
  revoke: "撤销",
  revokeOne: (name: string) => `撤销 ${name}`,
  sure: (name: string) => `要撤销 ${name} 吗？立即生效，无法恢复。`,
  keyOnce: (name: string) => `${name} 的密钥只显示这一次。请像保管密码一样保管它。`,
  secretOnce: (name: string) => `推送到 ${name} 的内容用这个密钥签名。它只显示这一次。`,
  key: "密钥",
  copy: (what: string) => `复制：${what}`,
  secret: "签名密钥",
  shell: "在命令行里说一句话",
  bot: "十行代码的机器人",
};

export function programWords(): typeof en {
  return language() === "zh" ? zh : en;
}
