"""The fold: how the log's entries become the view's tables, on the log's writer thread.

The tables hold nothing that the log does not: folding all entries from the beginning gives the
same tables again, in whatever pieces it is done, and a test does it for every kind of event.
"""

from __future__ import annotations

import sqlite3

SCHEMA = """
CREATE TABLE rooms (
    room TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,             -- JSON of who opened it
    seq INTEGER NOT NULL   -- of its newest entry, 0 while there is none
) WITHOUT ROWID;
CREATE TABLE messages (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    last INTEGER NOT NULL,    -- seq of the newest entry that made it what it is
    user TEXT NOT NULL,       -- id of its author
    edited INTEGER,           -- when its text was last changed
    deleted INTEGER NOT NULL, -- 1 where its author took it back
    body TEXT NOT NULL,       -- JSON of the event, with what is in it now
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE INDEX messages_by_last ON messages (room, last);
CREATE TABLE changes (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE TABLE shown (          -- files, by the messages that show them
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (room, seq, hash)
) WITHOUT ROWID;
CREATE INDEX shown_by_hash ON shown (hash, room);
"""

TABLES = ("rooms", "messages", "changes", "shown")

# Each statement takes all entries after one offset at once. A statement gives up the GIL at each
# step, and a busy event loop may keep it for 5 ms (sys.getswitchinterval), so a statement for
# each entry would let the loop decide how fast messages are kept.
FOLD = (
    """INSERT INTO rooms
       SELECT room, json_extract(body, '$.title'), json_extract(body, '$.at'),
              json_extract(body, '$.user'), 0
       FROM entries WHERE offset > :after AND kind = 'opened'""",
    """INSERT INTO messages
       SELECT room, seq, seq, json_extract(body, '$.user.id'), NULL, 0, body
       FROM entries WHERE offset > :after AND kind = 'said'""",
    """INSERT INTO changes
       SELECT room, seq, id FROM entries WHERE offset > :after AND kind = 'changed'""",
    # Deletions come before edits: whatever their order was, nothing of the text is left. Only the
    # first one counts, and only its author's.
    """UPDATE messages SET last = gone.seq, edited = NULL, deleted = 1, body = json_set(
              json_remove(body, '$.reply', '$.files', '$.cell'), '$.text', '')
       FROM (SELECT room, json_extract(body, '$.of') AS of, min(seq) AS seq,
                    json_extract(body, '$.user.id') AS user
             FROM entries WHERE offset > :after AND kind = 'changed'
                            AND json_extract(body, '$.text') IS NULL
             GROUP BY 1, 2, 4) AS gone
       WHERE messages.room = gone.room AND messages.seq = gone.of
         AND messages.user = gone.user AND NOT deleted""",
    """UPDATE messages SET last = edit.seq, edited = edit.at,
              body = json_set(messages.body, '$.text', json_extract(edit.body, '$.text'))
       FROM (SELECT room, json_extract(body, '$.of') AS of, max(seq) AS seq,
                    json_extract(body, '$.user.id') AS user, json_extract(body, '$.at') AS at, body
             FROM entries WHERE offset > :after AND kind = 'changed'
                            AND json_extract(body, '$.text') IS NOT NULL
             GROUP BY 1, 2, 4) AS edit
       WHERE messages.room = edit.room AND messages.seq = edit.of
         AND messages.user = edit.user AND NOT deleted""",
    """INSERT INTO shown
       SELECT room, seq, json_extract(file.value, '$.hash')
       FROM entries, json_each(body, '$.files') AS file
       WHERE offset > :after AND kind = 'said'
       UNION
       SELECT room, seq, json_extract(output.value, '$.file.hash')
       FROM entries, json_each(body, '$.cell.outputs') AS output
       WHERE offset > :after AND kind = 'said'
         AND json_extract(output.value, '$.file') IS NOT NULL""",
    """DELETE FROM shown WHERE (room, seq) IN
           (SELECT room, json_extract(body, '$.of') FROM entries
            WHERE offset > :after AND kind = 'changed')
         AND (SELECT deleted FROM messages AS m WHERE m.room = shown.room AND m.seq = shown.seq)""",
    """UPDATE rooms SET seq = newest.seq
       FROM (SELECT room, max(seq) AS seq FROM entries WHERE offset > :after
             GROUP BY room) AS newest
       WHERE rooms.room = newest.room AND newest.seq > rooms.seq""",
)


def fold(db: sqlite3.Connection, after: int) -> None:
    """Write what the entries after offset `after` mean into the tables."""
    for statement in FOLD:
        db.execute(statement, {"after": after})


def rebuild(db: sqlite3.Connection) -> None:
    """Make the tables anew, as today's schema has them, from the whole log."""
    for table in TABLES:
        db.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in SCHEMA.split(";"):  # executescript() would commit
        db.execute(statement)
    fold(db, 0)
