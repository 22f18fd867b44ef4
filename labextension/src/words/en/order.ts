// What is said of order in a room: what moderators did, who is what, and why somebody may not speak.

export const order = {
  deeds: {
    moderator: (who: string, whom: string) => `${who} made ${whom} a moderator`,
    member: (who: string, whom: string) => `${who} made ${whom} a member like others`,
    reader: (who: string, whom: string) => `${who} lets ${whom} only read here`,
    mute: (who: string, whom: string, time: string) => `${who} muted ${whom} for ${time}`,
    unmute: (who: string, whom: string) => `${who} lets ${whom} speak again`,
    kick: (who: string, whom: string) => `${who} sent ${whom} out`,
    ban: (who: string, whom: string) => `${who} banned ${whom}`,
    unban: (who: string, whom: string) => `${who} lets ${whom} come in again`,
    slow: (who: string, time: string) => `${who} lets everyone speak once every ${time}`,
    fast: (who: string) => `${who} ended slow mode`,
    clearOne: (who: string) => `${who} took a message away`,
    clearWhom: (who: string, whom: string) => `${who} took away what ${whom} said`,
    clearAll: (who: string) => `${who} cleared the room`,
    open: (who: string) => `${who} opened the room: everyone may speak`,
    announce: (who: string) => `${who} made this a room for announcements: only moderators speak`,
    help: (who: string) => `${who} made this room a help desk`,
  },
  roles: {
    owner: "owner",
    moderator: "moderator",
    reader: "reads only",
  },
  rolesHint: {
    owner: "Made this room",
    moderator: "Keeps order in this room",
    reader: "May only read here",
  },
  silent: {
    muted: (until: string) => `You are muted until ${until}. Until then you can read.`,
    announce: "Only moderators speak in this room.",
    reader: "You may only read in this room.",
    slow: (every: string, left: string) => `One message every ${every}; ${left} left.`,
  },
  keepOrder: "Order in this room",
  keepOrderOf: (name: string) => `Keep order: ${name}`,
};
