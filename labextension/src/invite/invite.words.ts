// The words of what lets guests in; apart from the others, because few ever open it.
//
// Rule: as in words.ts, Chinese has the type of English.

import { language } from "../words.js";

const en = {
  title: (room: string) => `Guests in ${room}`,
  hint: "A guest comes in by a link and a name. They read and write in the rooms of their invite, and can do nothing else here: they reach no notebook, no file and no kernel.",
  fresh: "A new invite",
  holds: "It holds for",
  uses: "How many may come by it",
  rooms: "Other rooms too",
  sees: "What they see",
  fromNow: "What is said from now on",
  past: "What was said before as well",
  make: "Make the link",
  once: (until: string) =>
    `The link is shown only this once. Whoever has it can come in, until ${until}.`,
  address: "By which address does your guest reach this machine?",
  link: "The link",
  copyLink: "Copy the link",
  picture: "The link as a QR code",
  invites: "Invites that hold",
  until: (until: string) => `until ${until}`,
  came: (used: number, uses: number) =>
    uses === 1
      ? used === 0
        ? "for one guest, who has not come yet"
        : "for one guest, who came"
      : `${used} of ${uses} guests came`,
  by: (who: string) => `made by ${who}`,
  into: (rooms: string) => `into ${rooms}`,
  seesPast: "they see what was said before",
  here: "here now",
  since: (at: string) => `came ${at}`,
  shutOut: "Shut out",
  shutOutOne: (name: string) => `Shut out ${name}`,
  isOut: (name: string) => `${name} is out.`,
  mayReturn:
    "Their invite has room for one more, so its link lets them in again; end it to prevent that.",
  end: "End",
  endOne: (until: string) => `End the invite that holds until ${until}`,
  sureEnd: (guests: number) =>
    guests === 0
      ? "End this invite? Its link opens nothing any more."
      : guests === 1
        ? "End this invite? Its link opens nothing any more, and its guest is out at once."
        : `End this invite? Its link opens nothing any more, and its ${guests} guests are out at once.`,
  door: "The door for guests",
  doorIs: {
    open: "It is open. The server listens for guests at another address than for you.",
    stays: "It is open for as long as the chat runs.",
    closed: "It is closed: no link opens anything. It opens with the next invite.",
    forbidden: "Whoever runs this server does not let guests in.",
  },
  openDoor: "Open the door",
  closeDoor: "Close the door",
  sureClose: "Close the door for guests? All of them are out at once. Their invites stay.",
  mend: "Whoever runs this server can change that: `c.TornChat.public_url` says by which address others reach the door, `c.TornChat.guest_ip` and `guest_port` where it is opened.",
  visit: (who: string) => `You are here as a guest, invited by ${who}.`,
  visitSince: (at: string) => `You see what was said since ${at}.`,
  visitAll: "You see all that was said here.",
  visitUntil: (until: string) => `Your visit ends ${until}.`,
  over: "Your visit is over.",
  askAgain: (who: string) => `If you want to come back, ask ${who} for another invite.`,
};

const zh: typeof en = {
  title: (room) => `${room} 的访客`,
  hint: "访客凭链接和名字进来，只能在邀请所含的房间里读写，别的什么都做不了：看不到笔记本和文件，也用不了内核。",
  fresh: "新的邀请",
  holds: "有效期",
  uses: "可以进来几人",
  rooms: "同时邀请到其他房间",
  sees: "访客能看到",
  fromNow: "从现在起的消息",
  past: "以前的消息也能看到",
  make: "生成链接",
  once: (until) => `链接只显示这一次。拿到链接的人在 ${until} 之前都可以进来。`,
  address: "访客通过哪个地址访问这台机器？",
  link: "链接",
  copyLink: "复制链接",
  picture: "链接的二维码",
  invites: "有效的邀请",
  until: (until) => `有效期至 ${until}`,
  came: (used, uses) => `已来 ${used} 人，共可来 ${uses} 人`,
  by: (who) => `${who} 创建`,
  into: (rooms) => `房间：${rooms}`,
  seesPast: "能看到以前的消息",
  here: "在线",
  since: (at) => `${at} 进来`,
  shutOut: "请出",
  shutOutOne: (name) => `请出 ${name}`,
  isOut: (name) => `${name} 已被请出。`,
  mayReturn: "邀请还有名额，凭链接仍可再进来；如要阻止，请结束邀请。",
  end: "结束",
  endOne: (until) => `结束有效期至 ${until} 的邀请`,
  sureEnd: (guests) =>
    guests === 0
      ? "要结束这个邀请吗？链接将立即失效。"
      : `要结束这个邀请吗？链接将立即失效，${guests} 位访客会马上离开。`,
  door: "访客入口",
  doorIs: {
    open: "已打开。服务器在另一个地址等候访客。",
    stays: "聊天运行期间一直打开。",
    closed: "已关闭：所有链接暂时无效。生成下一个邀请时会打开。",
    forbidden: "服务器的管理员不允许访客进入。",
  },
  openDoor: "打开入口",
  closeDoor: "关闭入口",
  sureClose: "要关闭访客入口吗？所有访客会马上离开，邀请仍然保留。",
  mend: "服务器的管理员可以更改：`c.TornChat.public_url` 是别人访问入口所用的地址，`c.TornChat.guest_ip` 和 `guest_port` 决定入口开在哪里。",
  visit: (who) => `你是 ${who} 邀请的访客。`,
  visitSince: (at) => `你能看到 ${at} 以来的消息。`,
  visitAll: "你能看到这里的全部消息。",
  visitUntil: (until) => `访问到 ${until} 结束。`,
  over: "你的访问已结束。",
  askAgain: (who) => `如果还想进来，请向 ${who} 再要一个邀请。`,
};

export function inviteWords(): typeof en {
  return language() === "zh" ? zh : en;
}
