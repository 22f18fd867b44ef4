// Every word of the UI, in English and Chinese.
//
// Rule: one table. Chinese has the type of English, so a missing translation does not compile.
// `doors` is what a home says before the UI is there, apart so that it stays small; what only the
// cards of questions and jobs say comes with them (message/card.words.ts).

import type { Problem } from "./problem.js";
import type { Code } from "./protocol.js";
import type { Excess } from "./text.js";

export type Language = "en" | "zh";

/** The page's language, or else the browser's. Lab says its own in <html lang>. */
export function language(): Language {
  const said = document.documentElement.lang || navigator.language || "en";
  return said.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** For `Intl`: the reader's own form of the language, as for its order of day and month. */
export function locale(): string {
  const same = navigator.languages?.find((one) => one.toLowerCase().startsWith(language()));
  return same ?? language();
}

// ------------------------------------------------------------------------------------- doors

export interface Remedy {
  readonly says: string;
  readonly mend: string;
  /** Commands that mend it, or show it. */
  readonly run?: string;
}

const INSTALL = "pip install jupyter_tornchat\njupyter server extension list";
const INSTALL_ANEW = "pip install --force-reinstall jupyter_tornchat";

interface Doors {
  readonly opening: string;
  readonly tryAgain: string;
  readonly signIn: string;
  readonly reload: string;
  readonly problems: Record<Problem, Remedy>;
  readonly noBundle: Remedy;
  /** What a panel was, where there is no server to open it at. */
  saved(room: string): string;
  otherVersion(kernel: string, server: string): string;
}

const doorsEn: Doors = {
  opening: "Opening the chat…",
  tryAgain: "Try again",
  signIn: "Sign in",
  reload: "Reload",
  problems: {
    down: {
      says: "The server does not answer.",
      mend: "It may be restarting, or the network is away. The chat comes back by itself.",
    },
    gone: {
      says: "The chat is not on this Jupyter server.",
      mend: "Install it where the server runs, not only where the kernel does, and restart the server:",
      run: INSTALL,
    },
    signed_out: {
      says: "You are signed out.",
      mend: "Sign in again to go on.",
    },
    forbidden: {
      says: "You may not chat here.",
      mend: "The server knows you, but its owner does not let you into the chat. Ask them.",
    },
    full: {
      says: "As many people are connected as this server takes.",
      mend: "The chat comes in by itself when somebody leaves.",
    },
    removed: {
      says: "You were removed from this chat.",
      mend: "If that seems wrong, ask whoever runs this server.",
    },
    blocked: {
      says: "Something between you and the server blocks the chat's connection.",
      mend: "The server is well, but a proxy or firewall does not let WebSockets through. Ask whoever runs it to allow them.",
    },
    off: {
      says: "The chat on this server is off.",
      mend: "Everything else on the server works. Whoever runs it finds the reason here:",
    },
    reload: {
      says: "The chat was updated on the server.",
      mend: "Reload this page to go on.",
    },
    ended: {
      says: "The server ended this conversation.",
      mend: "Reload this page, or ask whoever runs the server.",
    },
    kernel: {
      says: "The kernel through which the chat comes does not answer.",
      mend: "It may be running a cell; then the chat comes back by itself. If it was restarted, run this cell again.",
    },
  },
  noBundle: {
    says: "The chat's files do not load.",
    mend: "The server has the extension, but not its user interface. Install it anew and restart the server:",
    run: INSTALL_ANEW,
  },
  saved: (room) =>
    `Chat panel of the room ${room}. No kernel answers here. It opens in a running notebook: run this cell, or wait until the kernel is done with another.`,
  otherVersion: (kernel, server) =>
    `The kernel has jupyter_tornchat ${kernel}, the server ${server}. Where the kernel runs:`,
};

const doorsZh: Doors = {
  opening: "正在打开聊天…",
  tryAgain: "重试",
  signIn: "登录",
  reload: "重新加载",
  problems: {
    down: {
      says: "服务器没有响应。",
      mend: "可能正在重启，或者网络已断开。恢复后聊天会自动连上。",
    },
    gone: {
      says: "这台 Jupyter 服务器上没有聊天扩展。",
      mend: "请在服务器所在的环境中安装（只装在内核的环境里不够），然后重启服务器：",
      run: INSTALL,
    },
    signed_out: { says: "你已退出登录。", mend: "请重新登录后继续。" },
    forbidden: {
      says: "你不能在这里聊天。",
      mend: "服务器认识你，但其所有者没有让你进入聊天。请联系所有者。",
    },
    full: { says: "连接人数已达到服务器的上限。", mend: "有人离开后，聊天会自动连上。" },
    removed: { says: "你已被移出聊天。", mend: "如有疑问，请联系服务器的管理员。" },
    blocked: {
      says: "你和服务器之间有东西挡住了聊天连接。",
      mend: "服务器正常，但代理或防火墙不放行 WebSocket。请联系其管理员放行。",
    },
    off: {
      says: "这台服务器上的聊天已关闭。",
      mend: "服务器的其他功能不受影响。原因如下，供管理员参考：",
    },
    reload: { says: "服务器上的聊天已更新。", mend: "请重新加载页面后继续。" },
    ended: { says: "服务器结束了这次会话。", mend: "请重新加载页面，或联系服务器的管理员。" },
    kernel: {
      says: "转发聊天的内核没有响应。",
      mend: "它可能正在运行单元格，完成后聊天会自动连上。如果内核重启过，请重新运行此单元格。",
    },
  },
  noBundle: {
    says: "聊天界面的文件无法加载。",
    mend: "服务器上有这个扩展，但缺少它的界面。请重新安装并重启服务器：",
    run: INSTALL_ANEW,
  },
  saved: (room) =>
    `房间 ${room} 的聊天面板。这里没有内核响应。面板在运行中的笔记本里打开：请运行此单元格，或等内核完成正在运行的单元格。`,
  otherVersion: (kernel, server) =>
    `内核中的 jupyter_tornchat 是 ${kernel}，服务器上的是 ${server}。请在内核的环境中运行：`,
};

export function doorWords(): Doors {
  return language() === "zh" ? doorsZh : doorsEn;
}

// ------------------------------------------------------------------------------------- panel

const en = {
  chat: "Chat",
  chatHere: "The chat in this window",
  chatWithNews: (count: number) => `Chat: ${en.newBelow(count)}`,
  openChat: "Open chat",
  openRoom: "Open room…",
  newRoomDialog: "New room…",
  markAll: "Mark all rooms read",
  open: "Open",
  noChat: "The chat is not on this Jupyter server, or does not answer.",
  openNotebookFirst: "Open a notebook first, and choose a cell in it.",
  notebookReadOnly: "This notebook cannot be changed.",
  shareCell: "Share cell",
  sharedCell: "Shared cell",
  share: "Share",
  shareWith: "Room:",
  withOutputs: "With its outputs",
  shareSize: (bytes: number) => `This is what will be sent: ${number(bytes)} bytes.`,
  cellShared: (room: string) => `The cell was shared in ${room}.`,
  tellWhenDone: "Tell the room when this is done",
  tell: "Tell",
  willBeTold: (room: string, what: string) => `${room} will be told when ${what} is done.`,
  cellOf: (notebook: string, number: number) => `${notebook}, cell ${number}`,
  insert: "Insert",
  allOutputs: (count: number) => `Show all ${count} outputs`,
  textCut: (left: number, of: number) => `${number(left)} of ${number(of)} bytes are left out`,
  outputsCut: (count: number) => `${count} more outputs are left out.`,
  pictureCut: (has: number, allowed: number) =>
    `A picture of ${number(has)} bytes is left out; ${number(allowed)} are allowed.`,
  settings: {
    room: { title: "Room", description: "The address of the room that the chat opens first" },
    notices: {
      title: "Notices",
      description:
        "What is told in a corner of the window: every message, those that speak to me, or nothing",
    },
    statusBar: {
      title: "Unread messages in the status bar",
      description: "Show there how many messages are unread",
    },
  },

  rooms: "Rooms",
  people: "People",
  close: "Close",
  signOut: "Sign out",
  forgetName: "Forget my name",
  you: "you",

  newRoom: "New room",
  reloadRooms: "Reload the list",

  notices: "Notices",
  noticesAre: { off: "off", mentions: "mentions", all: "all messages" },
  callMe: "When to notify me",
  levels: {
    off: "Never",
    mentions: "When somebody mentions or answers me",
    all: "For every message",
  },
  muteRoom: (room: string) => `Not for ${room}`,
  noNotices: {
    insecure: "This browser shows notices only for pages that come over https; this one does not.",
    unable: "This browser cannot show notices.",
    denied: "This browser blocks notices of this page. Its settings for this site can allow them.",
  },

  openPrograms: "Programs in this room",
  roomTitle: "What is the room called?",
  roomName: "Short name, for links",
  roomNameHint: "Small letters, digits, dots and dashes. It never changes.",
  create: "Create",
  cancel: "Cancel",
  leave: (room: string) => `Leave ${room}`,
  unread: "new messages",
  unreadIn: (count: string) => (count === "1" ? "1 unread message" : `${count} unread messages`),
  peopleIn: (count: number) => (count === 1 ? "1 person" : `${count} people`),

  messagesIn: (room: string) => `Messages in ${room}`,
  emptyRoom: (room: string) => `Nobody has said anything in ${room} yet.`,
  emptyRoomHint: "Say hello: whoever comes by will read it.",
  beginning: (room: string) => `This is where ${room} begins.`,
  older: "Show older messages",
  fetching: "Fetching older messages…",
  newBelow: (count: number) => (count === 1 ? "1 new message" : `${count} new messages`),
  toBottom: "Jump to the newest message",
  today: "Today",
  yesterday: "Yesterday",
  pending: "Sending…",
  failed: "Not sent.",
  late: (time: string) => `Not sent yet: it has waited since ${time}. Send it now?`,
  retry: "Try again",
  send: "Send",
  edit: "Edit",
  discard: "Discard",

  firstUnread: "New",
  toFirstUnread: "Jump to the first new message",
  seeking: "Looking for the message…",
  notFound: "This message is not here any more.",
  stopSeeking: "Stop",
  answers: "In reply to",
  answersOlder: "In reply to an older message",
  answersDeleted: "In reply to a deleted message",
  cell: "a notebook cell",
  edited: "edited",
  speaksToYou: "This message speaks to you:",
  saving: "Saving…",
  notSaved: "The change was not saved.",
  notDeleted: "The message was not deleted.",

  program: "program",
  programHint: "A program wrote this, not a person",
  guest: "guest",
  guestHint: "Here as a guest; nobody vouches for the name",
  declared: "self-declared",
  declaredHint: "The name is this person's own word; nobody vouches for it",

  nobodyHere: "Nobody is here at the moment.",
  alone: "You are the only one here so far.",
  andMore: (count: number) => `and ${count} more`,
  came: (names: string) => `${names} came in`,
  went: (names: string) => `${names} left`,
  now: (count: number) => `${count} people are here`,

  messageBox: (room: string) => `Message to ${room}`,
  hintEnter: "Enter sends, Shift+Enter begins a new line",
  hintKeys:
    "Enter sends, Shift+Enter begins a new line. At-sign for people, colon for emoji, arrow up edits your last message.",
  hintTouch: "Enter begins a new line, the button sends. At-sign for people, colon for emoji.",
  emptyText: "There is nothing to send yet. Write a message first.",
  tooLong: ({ what, has, allowed }: Excess) =>
    `This message has ${number(has)} ${what}; ${number(allowed)} are allowed. Shorten it or send it in parts.`,
  left: (count: number) => `${number(count)} characters left`,

  guestsIn: (count: number) => (count === 1 ? "1 guest" : `${count} guests`),
  programsIn: (count: number) => (count === 1 ? "1 program" : `${count} programs`),
  listComma: ", ",
  tooMany: ({ what, has, allowed }: Excess) => `${number(has - allowed)} ${what} too many`,
  pastedCode: "Is this code?",
  asCode: "Make it a code block",
  asCodeKey: "Ctrl+E, on a Mac ⌘E",
  token: "A link here carries a server's token: whoever opens it can run code on that server.",
  withoutToken: "Send without the token",
  sendAnyway: "Send anyway",
  back: "Back",
  save: "Save",
  editing: "Editing your message",
  noEdit: "Leave it as it was",
  replyTo: (name: string) => (name ? `Reply to ${name}` : "Reply to an older message"),
  noReply: "Do not reply to it",

  completions: "Suggestions",
  offered: (count: number) =>
    `${count === 1 ? "1 suggestion" : `${count} suggestions`}: arrows choose, Enter takes`,
  everyone: "everyone in the room",

  actions: "Actions for this message",
  acts: {
    reply: "Reply",
    quote: "Quote",
    copy: "Copy text",
    link: "Copy link",
    edit: "Edit",
    delete: "Delete",
  },
  deleteAsk: "Delete this message?",
  keep: "Keep",
  copied: "Copied.",
  linkCopied: "The link is copied. Whoever may read this room can open it.",
  notCopied: "The browser does not let us copy. Select the text and copy it yourself.",

  askName: "What should the others call you?",
  askNameHint: "What you said is kept and sent as soon as you have a name.",
  yourName: "Your name",
  join: "Join",
  joinAndSend: "Join and send",
  emptyName: "Type a name first.",

  connecting: "Connecting…",
  lost: "The connection is lost.",
  nextTry: (seconds: number) => `Trying again in ${seconds} s`,
  keptForYou: "What you write is kept and sent when the connection is back.",
  tryNow: "Try now",
  relayed: (program: string) => `Through the kernel: you speak here as ${program}.`,
  kernelBusy: "It is running a cell. What you send goes when the cell is done.",
  updated: "The chat was updated on the server. Reload this page when it suits you.",
  createThis: (room: string) => `Create ${room}`,
  inTooMany:
    "This page is in as many rooms as it may be in at a time. Close the panel of another one, then try again.",

  // What a message shows.
  deleted: "This message was deleted.",
  done: "done",
  toDo: "to do",
  table: "Table",
  copyCode: "Copy this code",
  copyTable: "Copy this table",
  insertAbove: "Insert above the active cell",
  insertBelow: "Insert below the active cell",
  replaceCell: "Replace the active cell",
  inserted: "Inserted",
  codeIn: (language: string) => (language ? `Code, ${language}` : "Code"),
  showLines: (count: number) => `Show all ${number(count)} lines`,
  showMoreLines: (count: number) => `Show ${number(count)} more lines`,
  showLess: "Show less",
  moreRows: (count: number) => (count === 1 ? "and 1 more row" : `and ${number(count)} more rows`),
  moreColumns: (count: number) =>
    count === 1 ? "and 1 more column" : `and ${number(count)} more columns`,
  output: "Output",
  frame: "HTML of a notebook, without its scripts",
  taller: "Taller",
  lower: "Lower",
  notShown: (type: string) => `An output of type ${type} is not shown here.`,
  picture: (name: string) => `Picture ${name}`,

  files: "Files",
  attach: "Attach files",
  filesToSend: "Files to send",
  dropHere: "Drop files here to send them",
  noFiles: "Files cannot be sent here.",
  fileReady: "ready",
  fileFailed: "One of the files cannot be sent. Remove it, or try it again.",
  tooManyFiles: "One message takes no more files than this. Send them in parts.",
  sendAsFile: "Send it as a file",
  showTable: "Show as a table",
  hideTable: "Hide the table",
  fetchingFile: "Fetching the file…",
  noFile: "The file cannot be fetched at the moment.",
  uploading: (name: string) => `Uploading ${name}`,
  removeFile: (name: string) => `Remove ${name}`,
  keepFile: (name: string) => `Download ${name}`,

  // Objects of programs.
  object: {
    label: "What a program sent",
    smaller: (was: string) => `Shown smaller than it is: ${was} pixels.`,
  },

  // Questions and jobs.
  question: {
    answered: (name: string, choice: string) => `${name} answered: ${choice}`,
    closed: {
      deadline: "Closed: the time is over.",
      withdrawn: "Closed by whoever asked.",
      kernel: "Closed: the kernel that asked is gone.",
    },
    notTaken: "Your answer was not taken.",
    notClosed: "The question was not closed.",
  },
  job: {
    running: "running",
    done: "done",
    failed: "failed",
    lost: "lost: its kernel is gone",
  },

  codes: {
    bad_frame: "The server did not understand this. Reload the page and try again.",
    empty: "The message is empty.",
    too_long: "The message is too long.",
    bad_text: "The text holds something that cannot be kept.",
    bad_name: "This name cannot be used.",
    name_taken: "Someone here has this name, or one that looks like it. Try another.",
    unnamed: "Say first what your name is.",
    signed_out: "You are not signed in any more.",
    forbidden: "You may not do this here.",
    no_such_room: "There is no such room.",
    no_such_message: "There is no such message.",
    loop: "Programs have answered each other too often in a row.",
    closed: "This question is closed.",
    no_such_kernel: "There is no such kernel.",
    not_running: "Nothing runs in this kernel.",
    no_such_key: "There is no such key.",
    too_many_keys: "The room has as many keys as it can have.",
    no_such_hook: "There is no such hook.",
    too_many_hooks: "The room has as many hooks as it can have.",
    no_such_invite: "There is no such invite.",
    too_many_invites: "The room has as many invites as it can have.",
    bad_invite: "This invite does not hold, or not any more. Ask for a new one.",
    gate_closed: "Guests cannot be let in here.",
    no_such_person: "Nobody here is known by that name.",
    not_moderator: "Only moderators may do this.",
    read_only: "Only moderators speak in this room.",
    muted: "A moderator has asked you to be silent for a while.",
    bad_address: "This address cannot be told anything.",
    room_exists: "A room with this short name exists already.",
    too_many_rooms: "There are as many rooms as this server takes.",
    not_joined: "You are not in this room.",
    conflict: "Something else was sent under the same key. Try again.",
    too_fast: "That was too fast. Try again in a moment.",
    full: "As many people are connected as this server takes.",
    no_such_file: "There is no such file.",
    too_big: "The file is too big to be sent here. Make it smaller, or send a link to it.",
    bad_file: "This file is empty or broken, or has too many pixels.",
    too_many_files: "You have sent as many files today as this server takes.",
    storage_full: "The server's disk is full.",
    unavailable: "The chat is off at the moment.",
  } satisfies Record<Code, string>,
};

const UNITS = { characters: "个字符", bytes: "字节", lines: "行" };

const zh: typeof en = {
  chat: "聊天",
  chatHere: "本窗口中的聊天",
  chatWithNews: (count) => `聊天：${zh.newBelow(count)}`,
  openChat: "打开聊天",
  openRoom: "打开房间…",
  newRoomDialog: "新建房间…",
  markAll: "全部标为已读",
  open: "打开",
  noChat: "这台 Jupyter 服务器上没有聊天，或者没有响应。",
  openNotebookFirst: "请先打开一个笔记本，并选中一个单元格。",
  notebookReadOnly: "这个笔记本不能修改。",
  shareCell: "分享单元格",
  sharedCell: "分享的单元格",
  share: "分享",
  shareWith: "房间：",
  withOutputs: "包括输出",
  shareSize: (bytes) => `将发送以下内容：${number(bytes)} 字节。`,
  cellShared: (room) => `单元格已分享到 ${room}。`,
  tellWhenDone: "运行结束后通知房间",
  tell: "通知",
  willBeTold: (room, what) => `${what} 运行结束后会通知 ${room}。`,
  cellOf: (notebook, number) => `${notebook} 第 ${number} 个单元格`,
  insert: "插入",
  allOutputs: (count) => `显示全部 ${count} 个输出`,
  textCut: (left, of) => `共 ${number(of)} 字节，省略了 ${number(left)} 字节`,
  outputsCut: (count) => `另有 ${count} 个输出被省略。`,
  pictureCut: (has, allowed) =>
    `一张 ${number(has)} 字节的图片被省略，最多 ${number(allowed)} 字节。`,
  settings: {
    room: { title: "房间", description: "聊天首先打开的房间的地址" },
    notices: {
      title: "通知",
      description:
        "在窗口一角提示什么：所有消息（all）、与我有关的（mentions），或什么都不提示（off）",
    },
    statusBar: { title: "在状态栏显示未读消息", description: "在状态栏显示有多少条未读消息" },
  },

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

  openPrograms: "本房间的程序",
  roomTitle: "房间叫什么？",
  roomName: "链接中用的短名",
  roomNameHint: "小写字母、数字、点和短横线。创建后不能更改。",
  create: "创建",
  cancel: "取消",
  leave: (room) => `离开 ${room}`,
  unread: "有新消息",
  unreadIn: (count) => `${count} 条未读消息`,
  peopleIn: (count) => `${count} 人`,

  messagesIn: (room) => `${room} 的消息`,
  emptyRoom: (room) => `${room} 里还没有人说话。`,
  emptyRoomHint: "打个招呼吧，之后来的人都会看到。",
  beginning: (room) => `${room} 从这里开始。`,
  older: "显示更早的消息",
  fetching: "正在读取更早的消息…",
  newBelow: (count) => `${count} 条新消息`,
  toBottom: "跳到最新消息",
  today: "今天",
  yesterday: "昨天",
  pending: "正在发送…",
  failed: "未发送。",
  late: (time) => `尚未发送：从 ${time} 等到现在。现在发送吗？`,
  retry: "重试",
  send: "发送",
  edit: "编辑",
  discard: "丢弃",

  firstUnread: "新消息",
  toFirstUnread: "跳到第一条新消息",
  seeking: "正在查找这条消息…",
  notFound: "这条消息已不在这里。",
  stopSeeking: "停止",
  answers: "回复",
  answersOlder: "回复更早的消息",
  answersDeleted: "回复一条已删除的消息",
  cell: "笔记本单元格",
  edited: "已编辑",
  speaksToYou: "这条消息提到了你：",
  saving: "正在保存…",
  notSaved: "修改未保存。",
  notDeleted: "消息未删除。",

  program: "程序",
  programHint: "这是程序写的，不是人写的",
  guest: "访客",
  guestHint: "访客身份，无人担保其姓名",
  declared: "自报姓名",
  declaredHint: "姓名由本人自报，无人担保",

  nobodyHere: "现在没有人在这里。",
  alone: "目前只有你在这里。",
  andMore: (count) => `以及另外 ${count} 人`,
  came: (names) => `${names} 进入聊天室`,
  went: (names) => `${names} 离开聊天室`,
  now: (count) => `这里有 ${count} 人`,

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

  guestsIn: (count) => `${count} 位访客`,
  programsIn: (count) => `${count} 个程序`,
  listComma: "，",
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

  actions: "对这条消息的操作",
  acts: {
    reply: "回复",
    quote: "引用",
    copy: "复制文本",
    link: "复制链接",
    edit: "编辑",
    delete: "删除",
  },
  deleteAsk: "删除这条消息？",
  keep: "保留",
  copied: "已复制。",
  linkCopied: "链接已复制，能读这个房间的人都可以打开。",
  notCopied: "浏览器不允许复制。请选中文本自行复制。",

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

  deleted: "这条消息已删除。",
  done: "已完成",
  toDo: "待办",
  table: "表格",
  copyCode: "复制这段代码",
  copyTable: "复制这个表格",
  insertAbove: "插入到活动单元格上方",
  insertBelow: "插入到活动单元格下方",
  replaceCell: "替换活动单元格",
  inserted: "已插入",
  codeIn: (language) => (language ? `代码，${language}` : "代码"),
  showLines: (count) => `显示全部 ${number(count)} 行`,
  showMoreLines: (count) => `再显示 ${number(count)} 行`,
  showLess: "收起",
  moreRows: (count) => `另有 ${number(count)} 行`,
  moreColumns: (count) => `另有 ${number(count)} 列`,
  output: "输出",
  frame: "笔记本的 HTML，不含脚本",
  taller: "加高",
  lower: "降低",
  notShown: (type) => `这里不显示类型为 ${type} 的输出。`,
  picture: (name) => `图片 ${name}`,

  files: "文件",
  attach: "添加文件",
  filesToSend: "待发送的文件",
  dropHere: "把文件拖到这里发送",
  noFiles: "这里不能发送文件。",
  fileReady: "已就绪",
  fileFailed: "有一个文件无法发送。请移除它或重试。",
  tooManyFiles: "一条消息不能再带更多文件，请分几次发送。",
  sendAsFile: "作为文件发送",
  showTable: "显示为表格",
  hideTable: "收起表格",
  fetchingFile: "正在读取文件…",
  noFile: "暂时无法读取这个文件。",
  uploading: (name) => `正在上传 ${name}`,
  removeFile: (name) => `移除 ${name}`,
  keepFile: (name) => `下载 ${name}`,

  object: {
    label: "程序发送的内容",
    smaller: (was) => `已缩小显示，原图 ${was} 像素。`,
  },

  question: {
    answered: (name, choice) => `${name} 回答：${choice}`,
    closed: {
      deadline: "已关闭：时间到了。",
      withdrawn: "已由提问者关闭。",
      kernel: "已关闭：提问的内核已不在。",
    },
    notTaken: "你的回答未被接受。",
    notClosed: "问题未能关闭。",
  },
  job: {
    running: "运行中",
    done: "已完成",
    failed: "失败",
    lost: "失联：内核已不在",
  },

  codes: {
    bad_frame: "服务器无法理解这个请求。请重新加载页面再试。",
    empty: "消息是空的。",
    too_long: "消息太长。",
    bad_text: "文本中有无法保存的内容，例如控制字符，或连续过多的组合符号。",
    bad_name: "这个名字不能用：可能太长，含有看不见的字符，或是聊天自用的名字。请换一个。",
    name_taken: "这里有人用了这个名字，或看起来相同的名字。请换一个。",
    unnamed: "请先说出你的名字。",
    signed_out: "你已不在登录状态。",
    forbidden: "你不能在这里这样做。",
    no_such_room: "没有这个房间。",
    no_such_message: "没有这条消息。",
    loop: "程序之间连续相互回复的次数过多。",
    closed: "这个问题已经关闭。",
    no_such_kernel: "没有这个内核。",
    not_running: "这个内核没有正在运行的内容。",
    no_such_key: "没有这个密钥。",
    too_many_keys: "这个房间的密钥已达上限。",
    no_such_hook: "没有这个推送地址。",
    too_many_hooks: "这个房间的推送地址已达上限。",
    no_such_invite: "没有这个邀请。",
    too_many_invites: "这个房间的邀请已达上限。",
    bad_invite: "这个邀请无效，或已经失效。请索取一个新的邀请。",
    gate_closed: "这里不能接待访客。",
    no_such_person: "这里没有这个人。",
    not_moderator: "只有管理员可以这样做。",
    read_only: "这个房间只有管理员可以发言。",
    muted: "管理员请你暂时不要发言。",
    bad_address: "无法向这个地址发送。",
    room_exists: "已有同样短名的房间。",
    too_many_rooms: "房间数量已达到服务器的上限。",
    not_joined: "你不在这个房间里。",
    conflict: "同一个键下已发送过别的内容。请重试。",
    too_fast: "太快了，请稍后再试。",
    full: "连接人数已达到服务器的上限。",
    no_such_file: "没有这个文件。",
    too_big: "文件太大，无法在这里发送。请缩小文件，或改发链接。",
    bad_file: "这个文件是空的、已损坏，或像素过多。",
    too_many_files: "你今天发送的文件已达到服务器的上限。",
    storage_full: "服务器的磁盘已满。",
    unavailable: "聊天现在已关闭。",
  },
};

export type Words = typeof en;

export function words(): Words {
  return language() === "zh" ? zh : en;
}

/** Kinds of no of which only the server's own words tell what exactly was wrong. */
const DETAILED: ReadonlySet<string> = new Set(["bad_frame", "bad_name", "bad_text", "too_long"]);

/** A no in the reader's language; where its code is unknown here, in the server's words. */
export function saysNo(code: string, reason: string): string {
  const says = (words().codes as Record<string, string>)[code];
  if (says === undefined) return reason;
  const detailed = DETAILED.has(code) && reason && language() === "en"; // the server speaks English
  return detailed ? `${says} (${reason})` : says;
}

function number(value: number): string {
  return value.toLocaleString(locale());
}
