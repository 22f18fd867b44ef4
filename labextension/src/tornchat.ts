// The bundle: one UI for every home. Loading it defines <tornchat-panel>.

export { Panel } from "./panel.js";
export { sessionAt } from "./session.js";
