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
    open INTEGER NOT NULL,    -- 1 while its question takes answers, or its job runs
    body TEXT NOT NULL,       -- JSON of the event, with what is in it now
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE INDEX messages_by_last ON messages (room, last);
CREATE INDEX messages_open ON messages (open) WHERE open;
CREATE TABLE answers (        -- the last one of each person
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,     -- of the question's message
    user TEXT NOT NULL,       -- id of who answered
    entry INTEGER NOT NULL,   -- seq of the answer
    body TEXT NOT NULL,       -- JSON of it, as the message holds it
    PRIMARY KEY (room, seq, user)
) WITHOUT ROWID;
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
CREATE TABLE grants (         -- keys and hooks
    id TEXT PRIMARY KEY,
    room TEXT NOT NULL,
    kind TEXT NOT NULL,       -- key or hook
    hash TEXT,                -- of a key
    at INTEGER NOT NULL,
    revoked INTEGER,          -- when that was, NULL while it holds
    body TEXT NOT NULL        -- JSON of the event that made it
) WITHOUT ROWID;
CREATE INDEX grants_by_room ON grants (room, kind);
CREATE INDEX grants_by_hash ON grants (hash);
"""

TABLES = ("rooms", "messages", "answers", "changes", "shown", "grants")

# Each statement takes all entries after one offset at once. A statement gives up the GIL at each
# step, and a busy event loop may keep it for 5 ms (sys.getswitchinterval), so a statement for
# each entry would let the loop decide how fast messages are kept.
FOLD = (
    """INSERT INTO rooms
       SELECT room, json_extract(body, '$.title'), json_extract(body, '$.at'),
              json_extract(body, '$.user'), 0
       FROM entries WHERE offset > :after AND kind = 'opened'""",
    """INSERT INTO messages
       SELECT room, seq, seq, json_extract(body, '$.user.id'), NULL, 0,
              coalesce(json_extract(body, '$.job.state') = 'running',
                       json_extract(body, '$.question') IS NOT NULL), body
       FROM entries WHERE offset > :after AND kind = 'said'""",
    """INSERT INTO changes
       SELECT room, seq, id FROM entries
       WHERE offset > :after AND kind IN ('changed', 'answered', 'closed')""",
    # Deletions come before all else: whatever their order was, nothing of the message is left. Only
    # the first one counts, and only its author's.
    """UPDATE messages SET last = gone.seq, edited = NULL, deleted = 1, open = 0,
              body = json_set(json_remove(body, '$.reply', '$.files', '$.cell', '$.data', '$.hops',
                                          '$.question', '$.job', '$.kernel'), '$.text', '')
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
    # Of those that name all that a message holds, the last one counts; what it does not name is
    # null, and json_patch takes that away.
    """UPDATE messages SET body = json_patch(
              json_remove(messages.body, '$.files', '$.cell', '$.data'),
              json_object('files', json_extract(whole.body, '$.files'),
                          'cell', json_extract(whole.body, '$.cell'),
                          'data', json_extract(whole.body, '$.data')))
       FROM (SELECT room, json_extract(body, '$.of') AS of, max(seq),
                    json_extract(body, '$.user.id') AS user, body
             FROM entries WHERE offset > :after AND kind = 'changed'
                            AND json_extract(body, '$.files', '$.cell', '$.data')
                                != '[null,null,null]'
             GROUP BY 1, 2, 4) AS whole
       WHERE messages.room = whole.room AND messages.seq = whole.of
         AND messages.user = whole.user AND NOT deleted""",
    """UPDATE messages SET open = 0,
              body = json_set(messages.body, '$.job.state', ended.state, '$.job.until', ended.at)
       FROM (SELECT room, json_extract(body, '$.of') AS of, min(seq),
                    json_extract(body, '$.user.id') AS user, json_extract(body, '$.at') AS at,
                    json_extract(body, '$.state') AS state
             FROM entries WHERE offset > :after AND kind = 'changed'
                            AND json_extract(body, '$.state') IS NOT NULL
             GROUP BY 1, 2, 4) AS ended
       WHERE messages.room = ended.room AND messages.seq = ended.of
         AND messages.user = ended.user AND open
         AND json_extract(messages.body, '$.job') IS NOT NULL""",
    """INSERT OR REPLACE INTO answers
       SELECT room, json_extract(body, '$.of'), json_extract(body, '$.user.id'), seq,
              json_object('user', json_extract(body, '$.user'), 'at', json_extract(body, '$.at'),
                          'choice', json_extract(body, '$.choice'))
       FROM entries WHERE offset > :after AND kind = 'answered' ORDER BY offset""",
    """UPDATE messages SET last = max(last, new.seq),
              open = open AND coalesce(json_extract(body, '$.question.vote'), 0),
              body = json_set(body, '$.question.answers',
                 (SELECT json_group_array(json(answer)) FROM
                    (SELECT answers.body AS answer FROM answers
                     WHERE answers.room = messages.room AND answers.seq = messages.seq
                     ORDER BY entry)))
       FROM (SELECT room, json_extract(body, '$.of') AS of, max(seq) AS seq
             FROM entries WHERE offset > :after AND kind = 'answered' GROUP BY 1, 2) AS new
       WHERE messages.room = new.room AND messages.seq = new.of AND NOT deleted""",
    """UPDATE messages SET last = max(last, closed.seq), open = 0,
              body = json_set(messages.body, '$.question.closed', closed.why)
       FROM (SELECT room, json_extract(body, '$.of') AS of, seq, json_extract(body, '$.why') AS why
             FROM entries WHERE offset > :after AND kind = 'closed') AS closed
       WHERE messages.room = closed.room AND messages.seq = closed.of AND NOT deleted""",
    """DELETE FROM answers WHERE (room, seq) IN
           (SELECT room, json_extract(body, '$.of') FROM entries
            WHERE offset > :after AND kind = 'changed')
         AND (SELECT deleted FROM messages AS m
              WHERE m.room = answers.room AND m.seq = answers.seq)""",
    """DELETE FROM shown WHERE (room, seq) IN
           (SELECT room, json_extract(body, '$.of') FROM entries
            WHERE offset > :after AND kind = 'changed')""",
    # As the messages are now, those that were changed here among them.
    """INSERT INTO shown
       WITH touched AS (
           SELECT room, seq, body FROM messages WHERE (room, seq) IN
               (SELECT room, iif(kind = 'said', seq, json_extract(body, '$.of')) FROM entries
                WHERE offset > :after AND kind IN ('said', 'changed')))
       SELECT room, seq, json_extract(value, '$.hash')
       FROM touched, json_each(body, '$.files')
       UNION
       SELECT room, seq, json_extract(value, '$.file.hash')
       FROM touched, json_each(body, '$.cell.outputs')
       WHERE json_extract(value, '$.file') IS NOT NULL
       UNION
       SELECT room, seq, json_extract(value, '$.file.hash')
       FROM touched, json_each(body, '$.data')
       WHERE json_extract(value, '$.file') IS NOT NULL""",
    """INSERT INTO grants
       SELECT json_extract(body, '$.id'), room, iif(kind = 'key_made', 'key', 'hook'),
              json_extract(body, '$.hash'), json_extract(body, '$.at'), NULL, body
       FROM entries WHERE offset > :after AND kind IN ('key_made', 'hook_made')""",
    """UPDATE grants SET revoked = gone.at
       FROM (SELECT json_extract(body, '$.id') AS id, json_extract(body, '$.at') AS at
             FROM entries WHERE offset > :after AND kind = 'revoked') AS gone
       WHERE grants.id = gone.id AND revoked IS NULL""",
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
