// What is said with what a message shows: code, tables, outputs, files, objects, questions, jobs. In Chinese.

import type { content as en } from "../en/content.js";
import { number } from "../language.js";

export const content: typeof en = {
  sharedCell: "分享的单元格",
  insert: "插入",
  allOutputs: (count) => `显示全部 ${count} 个输出`,

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
  showTable: "显示为表格",
  hideTable: "收起表格",
  fetchingFile: "正在读取文件…",
  noFile: "暂时无法读取这个文件。",
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
  help: {
    notDone: "求助的状态没有改变。",
    waiting: (asker) => `${asker} 的求助重新等待处理。`,
    claimed: (asker, by) => `${by} 正在处理 ${asker} 的求助。`,
    resolved: (asker, by) => `${asker} 的求助已由 ${by} 解决。`,
  },
  job: {
    running: "运行中",
    done: "已完成",
    failed: "失败",
    lost: "失联：内核已不在",
  },
};
