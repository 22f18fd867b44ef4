// The plugin for JupyterLab and Notebook 7. Each file is one thing that Lab shows of the chat.

import { chat } from "./chat.js";
import { done } from "./done.js";
import { help } from "./help.js";
import { insert } from "./insert.js";
import { menu } from "./menu.js";
import { naming } from "./naming.js";
import { notices } from "./notices.js";
import { rooms } from "./rooms.js";
import { share } from "./share.js";
import { sidebar } from "./sidebar.js";
import { status } from "./status.js";
import { tab } from "./tab.js";

export default [
  ...[chat, sidebar, tab, rooms, menu, status, notices],
  ...[insert, share, help, naming, done],
];
