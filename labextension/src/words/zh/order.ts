// What is said of order in a room, in Chinese.

import type { order as en } from "../en/order.js";

export const order: typeof en = {
  deeds: {
    moderator: (who, whom) => `${who} 将 ${whom} 设为管理员`,
    member: (who, whom) => `${who} 将 ${whom} 设为普通成员`,
    reader: (who, whom) => `${who} 将 ${whom} 设为只读`,
    mute: (who, whom, time) => `${who} 将 ${whom} 禁言${time}`,
    unmute: (who, whom) => `${who} 解除了 ${whom} 的禁言`,
    kick: (who, whom) => `${who} 将 ${whom} 请出了房间`,
    ban: (who, whom) => `${who} 封禁了 ${whom}`,
    unban: (who, whom) => `${who} 解除了对 ${whom} 的封禁`,
    slow: (who, time) => `${who} 开启了慢速模式：每人每${time}发言一次`,
    fast: (who) => `${who} 关闭了慢速模式`,
    clearOne: (who) => `${who} 移除了一条消息`,
    clearWhom: (who, whom) => `${who} 移除了 ${whom} 的发言`,
    clearAll: (who) => `${who} 清空了房间`,
    open: (who) => `${who} 开放了房间：所有人都可以发言`,
    announce: (who) => `${who} 将本房间设为公告房间：只有管理员可以发言`,
    help: (who) => `${who} 将本房间设为答疑室`,
  },
  roles: { owner: "房主", moderator: "管理员", reader: "只读" },
  rolesHint: {
    owner: "创建了这个房间",
    moderator: "维护这个房间的秩序",
    reader: "在这里只能阅读",
  },
  silent: {
    muted: (until) => `你被禁言至 ${until}，在此之前可以阅读。`,
    announce: "这个房间只有管理员可以发言。",
    reader: "你在这个房间只能阅读。",
    slow: (every, left) => `每${every}可发言一次，还需等待${left}。`,
  },
  keepOrder: "本房间的秩序",
  keepOrderOf: (name) => `维护秩序：${name}`,
};
