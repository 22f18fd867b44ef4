// Every word of the UI, in Chinese.

import type { Words } from "../words.js";
import { composer } from "./zh/composer.js";
import { content } from "./zh/content.js";
import { doors } from "./zh/doors.js";
import { messages } from "./zh/messages.js";
import { order } from "./zh/order.js";
import { refusals } from "./zh/refusals.js";
import { rooms } from "./zh/rooms.js";

export const table: Words = {
  doors,
  ...rooms,
  ...messages,
  ...content,
  ...composer,
  order,
  ...refusals,
};
