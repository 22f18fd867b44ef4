"""The tables of the view: what `fold` makes of the log, and everything people read comes from."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE rooms (
    room TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,              -- JSON of who opened it
    seq INTEGER NOT NULL,   -- of its newest entry, 0 while there is none
    kind TEXT NOT NULL,     -- open, announce or help
    slow INTEGER NOT NULL,  -- seconds between two messages of one person, 0 where it is not slow
    since INTEGER NOT NULL  -- seq of the entry that cleared all that was said before, else 0
) WITHOUT ROWID;
CREATE TABLE messages (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    last INTEGER NOT NULL,    -- seq of the newest entry that made it what it is
    user TEXT NOT NULL,       -- id of its author
    edited INTEGER,           -- when its text was last changed
    deleted INTEGER NOT NULL, -- 1 where its author took it back, or a moderator took it away
    open INTEGER NOT NULL,    -- 1 while its question takes answers, or its job runs
    asker TEXT NOT NULL,      -- in a help desk: id of whose thread it is in, else empty
    thread INTEGER NOT NULL,  -- in a help desk: seq of what began it, else 0
    waits INTEGER NOT NULL,   -- 1 while it asks for help that nobody gave
    body TEXT NOT NULL,       -- JSON of the event, with what is in it now
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE INDEX messages_by_last ON messages (room, last);
CREATE INDEX messages_open ON messages (open) WHERE open;
CREATE INDEX messages_waiting ON messages (room, waits) WHERE waits;
CREATE TABLE answers (        -- the last one of each person
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,     -- of the question's message
    user TEXT NOT NULL,       -- id of who answered
    entry INTEGER NOT NULL,   -- seq of the answer
    body TEXT NOT NULL,       -- JSON of it, as the message holds it
    PRIMARY KEY (room, seq, user)
) WITHOUT ROWID;
CREATE TABLE changes (        -- entries that are no messages, or not any more
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    asker TEXT NOT NULL,      -- as that of a message
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE TABLE moderated (      -- how order was kept, since all was cleared
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    asker TEXT NOT NULL,      -- as that of a message
    body TEXT NOT NULL,       -- JSON of the event
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE TABLE seats (          -- what moderators said of somebody, NULL where they never did
    room TEXT NOT NULL,
    user TEXT NOT NULL,       -- their id
    role TEXT,                -- moderator, member or reader
    muted INTEGER,            -- until when, 0 where they may speak again
    banned INTEGER,           -- 1, or 0 where they may come again
    whom TEXT NOT NULL,       -- JSON of who it is
    PRIMARY KEY (room, user)
) WITHOUT ROWID;
CREATE TABLE shown (          -- files, by the messages that show them
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (room, seq, hash)
) WITHOUT ROWID;
CREATE INDEX shown_by_hash ON shown (hash, room);
CREATE TABLE grants (         -- keys, hooks and invites
    id TEXT PRIMARY KEY,
    room TEXT NOT NULL,       -- of an invite: the first one
    kind TEXT NOT NULL,       -- key, hook or invite
    hash TEXT,                -- of a key or an invite's
    at INTEGER NOT NULL,
    revoked INTEGER,          -- when that was, NULL while it holds
    body TEXT NOT NULL        -- JSON of the event that made it
) WITHOUT ROWID;
CREATE INDEX grants_by_room ON grants (room, kind);
CREATE INDEX grants_by_hash ON grants (hash);
CREATE TABLE guests (         -- who came by an invite
    hash TEXT PRIMARY KEY,    -- of their ticket
    id TEXT NOT NULL,         -- theirs
    invite TEXT NOT NULL,     -- its id
    at INTEGER NOT NULL,      -- when they came
    revoked INTEGER,          -- when their visit was ended, NULL while it lasts
    body TEXT NOT NULL        -- JSON of the last event that says who they are
) WITHOUT ROWID;
CREATE INDEX guests_by_id ON guests (id);
CREATE INDEX guests_by_invite ON guests (invite);
"""

TABLES = (
    "rooms",
    "messages",
    "answers",
    "changes",
    "moderated",
    "seats",
    "shown",
    "grants",
    "guests",
)
