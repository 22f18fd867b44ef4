// The UI of a server that tests mount: nothing is needed of it.
export {};
