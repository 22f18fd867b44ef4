// What JupyterLab and Notebook 7 say of the chat. In Chinese.

import type { lab as en } from "../en/lab.js";
import { number } from "../language.js";
import { messages } from "./messages.js";

export const lab: typeof en = {
  chatHere: "本窗口中的聊天",
  chatWithNews: (count) => `聊天：${messages.newBelow(count)}`,
  openChat: "打开聊天",
  openRoom: "打开房间…",
  newRoomDialog: "新建房间…",
  markAll: "全部标为已读",
  open: "打开",
  noChat: "这台 Jupyter 服务器上没有聊天，或者没有响应。",
  openNotebookFirst: "请先打开一个笔记本，并选中一个单元格。",
  notebookReadOnly: "这个笔记本不能修改。",
  shareCell: "分享单元格",
  share: "分享",
  shareWith: "房间：",
  withOutputs: "包括输出",
  shareSize: (bytes) => `将发送以下内容：${number(bytes)} 字节。`,
  cellShared: (room) => `单元格已分享到 ${room}。`,
  tellWhenDone: "运行结束后通知房间",
  tell: "通知",
  willBeTold: (room, what) => `${what} 运行结束后会通知 ${room}。`,
  cellOf: (notebook, number) => `${notebook} 第 ${number} 个单元格`,
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
    helpRoom: {
      title: "答疑室",
      description: "“求助”发往的答疑室的地址；留空则从对我开放的答疑室中选择",
    },
  },

  classroom: {
    askForHelp: "就此单元格求助",
    ask: "求助",
    question: "遇到了什么问题？",
    asked: (room) => `已在 ${room} 求助。`,
    noDesk: "这里没有对你开放的答疑室。授课者可以创建：新建房间，然后选“答疑室”。",
    nameRoom: "设置此笔记本的房间…",
    nameThis: "此笔记本所有副本共用的房间",
    use: "使用",
    namesNone: "去掉此笔记本的房间",
    openIts: "打开此笔记本的房间",
    itsRoom: "此笔记本的房间：",
  },
};
