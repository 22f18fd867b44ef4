// Every word of the UI, in English, by topic. What a lazy part alone says comes with it (*.words.ts).

import { composer } from "./en/composer.js";
import { content } from "./en/content.js";
import { doors } from "./en/doors.js";
import { messages } from "./en/messages.js";
import { order } from "./en/order.js";
import { refusals } from "./en/refusals.js";
import { rooms } from "./en/rooms.js";

export const table = {
  doors,
  ...rooms,
  ...messages,
  ...content,
  ...composer,
  order,
  ...refusals,
};
