// What is said of rooms, of who is there, and of the connection. In Chinese.

import type { rooms as en } from "../en/rooms.js";

export const rooms: typeof en = {
  chat: "聊天",
  rooms: "房间",
  people: "成员",
  close: "关闭",
  signOut: "退出",
  forgetName: "忘记我的名字",
  you: "你",

  newRoom: "新建房间",
  reloadRooms: "刷新列表",

  notices: "通知",
  noticesAre: { off: "关闭", mentions: "提到我时", all: "所有消息" },
  callMe: "何时通知我",
  levels: { off: "从不", mentions: "有人提到我或回复我时", all: "每条消息" },
  muteRoom: (room) => `不包括 ${room}`,
  noNotices: {
    insecure: "浏览器只为通过 https 打开的页面显示通知，而本页面不是。",
    unable: "这个浏览器不能显示通知。",
    denied: "浏览器阻止了本页面的通知，可以在浏览器的网站设置中允许。",
  },

  openDialog: { programs: "本房间的程序", invite: "邀请访客" },
  kinds: { announce: "公告", help: "答疑室" },
  roomTitle: "房间叫什么？",
  roomName: "链接中用的短名",
  roomNameHint: "小写字母、数字、点和短横线。创建后不能更改。",
  create: "创建",
  cancel: "取消",
  leave: (room) => `离开 ${room}`,
  unread: "有新消息",
  unreadIn: (count) => `${count} 条未读消息`,
  peopleIn: (count) => `${count} 人`,

  program: "程序",
  programOf: (name) => `${name} 的程序`,
  programHint: "这是程序写的，不是人写的",
  guest: "访客",
  guestHint: "访客身份，无人担保其姓名",
  declared: "自报姓名",
  declaredHint: "姓名由本人自报，无人担保",
  vouched: "已核实",
  vouchedHint: "服务器确认此人的姓名",

  nobodyHere: "现在没有人在这里。",
  alone: "目前只有你在这里。",
  andMore: (count) => `以及另外 ${count} 人`,
  came: (names) => `${names} 进入聊天室`,
  went: (names) => `${names} 离开聊天室`,
  now: (count) => `这里有 ${count} 人`,

  guestsIn: (count) => `${count} 位访客`,
  programsIn: (count) => `${count} 个程序`,
  listComma: "，",

  askName: "大家怎么称呼你？",
  askNameHint: "你说的内容会保留，填好名字后立即发送。",
  yourName: "你的名字",
  join: "加入",
  joinAndSend: "加入并发送",
  emptyName: "请先输入名字。",

  connecting: "正在连接…",
  lost: "连接已断开。",
  nextTry: (seconds) => `${seconds} 秒后重试`,
  keptForYou: "你写的内容会保留，连接恢复后发送。",
  tryNow: "立即重试",
  relayed: (program) => `经由内核：你在这里以 ${program} 的身份发言。`,
  kernelBusy: "内核正在运行单元格，完成后才会发出你的消息。",
  updated: "服务器上的聊天已更新，方便时请重新加载页面。",
  createThis: (room) => `创建 ${room}`,
  inTooMany: "本页面同时进入的房间已达上限。请先关闭另一个房间的面板，然后重试。",
};
