// What the composer says: writing, editing, replying, files to send. In Chinese.

import type { composer as en } from "../en/composer.js";
import { number } from "../language.js";

const UNITS = { characters: "个字符", bytes: "字节", lines: "行" };

export const composer: typeof en = {
  messageBox: (room) => `发消息到 ${room}`,
  hintEnter: "Enter 发送，Shift+Enter 换行",
  hintKeys: "Enter 发送，Shift+Enter 换行。@ 选人，冒号选表情，上箭头编辑你的上一条消息。",
  hintTouch: "Enter 换行，按钮发送。@ 选人，冒号选表情。",
  emptyText: "还没有可发送的内容，请先输入消息。",
  tooLong: ({ what, has, allowed }) => {
    const unit = UNITS[what];
    return `这条消息有 ${number(has)} ${unit}，最多 ${number(allowed)} ${unit}。请缩短或分几次发送。`;
  },
  left: (count) => `还可输入 ${number(count)} 个字符`,

  tooMany: ({ what, has, allowed }) => `超出 ${number(has - allowed)} ${UNITS[what]}`,
  pastedCode: "这是代码吗？",
  asCode: "改为代码块",
  asCodeKey: "Ctrl+E，Mac 上为 ⌘E",
  token: "这里有带服务器令牌的链接：任何人打开它，都能在那台服务器上运行代码。",
  withoutToken: "去掉令牌后发送",
  sendAnyway: "仍然发送",
  back: "返回",
  save: "保存",
  editing: "正在编辑你的消息",
  noEdit: "保持原样",
  replyTo: (name) => (name ? `回复 ${name}` : "回复一条较早的消息"),
  noReply: "取消回复",

  completions: "建议",
  offered: (count) => `${count} 条建议：用箭头选择，Enter 选用`,
  everyone: "房间里的所有人",

  attach: "添加文件",
  filesToSend: "待发送的文件",
  dropHere: "把文件拖到这里发送",
  noFiles: "这里不能发送文件。",
  fileReady: "已就绪",
  fileFailed: "有一个文件无法发送。请移除它或重试。",
  tooManyFiles: "一条消息不能再带更多文件，请分几次发送。",
  sendAsFile: "作为文件发送",
  uploading: (name) => `正在上传 ${name}`,
  removeFile: (name) => `移除 ${name}`,
};
