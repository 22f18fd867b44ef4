// The bundle: one UI for every home. Loading it defines <tornchat-panel>.
//
// Rule: whoever waits for it has its reader's language too, so that nothing is shown in another one.

import { speak } from "./words.js";

await speak();

/** The card of a shared cell, for who shows one before it is sent. */
export const cellCard = () => import("./message/cell.js");
export { host } from "./host.js";
export { Panel } from "./panel/panel.js";
export { sessionAt } from "./session/session.js";
