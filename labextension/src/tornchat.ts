// The bundle: one UI for every home. Loading it defines <tornchat-panel>.

export { host } from "./host.js";
export { Panel } from "./panel.js";
export { sessionAt } from "./session.js";
