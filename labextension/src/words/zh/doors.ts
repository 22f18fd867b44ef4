// What a home says before the UI is there, and the UI when the server is out of reach. In Chinese.

import type { Doors } from "../doors.js";
import { INSTALL, INSTALL_ANEW } from "../install.js";

export const doors: Doors = {
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
    removed: { says: "你已被移出聊天。", mend: "可以再试着进来。如有疑问，请联系房间的管理员。" },
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
  alone:
    "这里只有这台服务器上的人。想和整个 JupyterHub 的人聊天，请联系管理员开启 tornchat 服务（见 docs/deploy.md）。",
  known: "知道了",
  otherVersion: (kernel, server) =>
    `内核中的 jupyter_tornchat 是 ${kernel}，服务器上的是 ${server}。请在内核的环境中运行：`,
};
