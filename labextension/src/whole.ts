// The bundle as one file, and the way through a kernel: for a page that cannot reach the chat's server.

export { relay } from "./session/relay.js";
export * from "./tornchat.js";
