"""The fold: how the log's entries become the view's tables, on the log's writer thread.

The tables hold nothing that the log does not: folding all entries from the beginning gives the
same tables again, in whatever pieces it is done, and a test does it for every kind of event.
"""

from __future__ import annotations

import sqlite3

from .tables import SCHEMA, TABLES

# Each statement takes all entries after one offset at once. A statement gives up the GIL at each
# step, and a busy event loop may keep it for 5 ms (sys.getswitchinterval), so a statement for
# each entry would let the loop decide how fast messages are kept. For the same reason those that
# are for other kinds of entries than there are, are left out.
FOLD: tuple[tuple[str, str], ...] = (
    (
        "opened",
        """INSERT INTO rooms
       SELECT room, json_extract(body, '$.title'), json_extract(body, '$.at'),
              json_extract(body, '$.user'), 0,
              coalesce(json_extract(body, '$.kind'), 'open'), 0, 0
       FROM entries WHERE offset > :after AND kind = 'opened'""",
    ),
    (
        "said",
        """INSERT OR ROLLBACK INTO messages
       SELECT room, seq, seq, json_extract(body, '$.user.id'), NULL, 0,
              coalesce(json_extract(body, '$.job.state') = 'running',
                       json_extract(body, '$.question') IS NOT NULL),
              coalesce(json_extract(body, '$.asker'), ''),
              iif(json_extract(body, '$.asker') IS NULL, 0,
                  coalesce(json_extract(body, '$.reply'), seq)),
              coalesce(json_extract(body, '$.help.state') != 'resolved', 0), body
       FROM entries WHERE offset > :after AND kind = 'said'""",
    ),
    (
        "changed answered closed moderated helped",
        """INSERT INTO changes
       SELECT room, seq, id, coalesce(json_extract(body, '$.asker'), '') FROM entries
       WHERE offset > :after
         AND kind IN ('changed', 'answered', 'closed', 'moderated', 'helped')""",
    ),
    (
        "moderated",
        """INSERT INTO moderated
       SELECT room, seq, coalesce(json_extract(body, '$.asker'), ''), body FROM entries
       WHERE offset > :after AND kind = 'moderated'""",
    ),
    # Deletions come before all else: whatever their order was, nothing of the message is left. Only
    # the first one counts, and only its author's or a moderator's.
    (
        "changed moderated",
        """UPDATE messages SET last = gone.seq, edited = NULL, deleted = 1, open = 0, waits = 0,
              body = json_set(json_remove(body, '$.reply', '$.files', '$.cell', '$.data', '$.hops',
                                          '$.question', '$.job', '$.kernel', '$.help'),
                              '$.text', '')
       FROM (SELECT e.room, m.seq AS of, min(e.seq) AS seq
             FROM entries AS e JOIN messages AS m
               ON m.room = e.room AND m.seq = json_extract(e.body, '$.of')
             WHERE offset > :after
               AND CASE kind WHEN 'moderated' THEN json_extract(e.body, '$.act') = 'clear'
                             WHEN 'changed' THEN json_extract(e.body, '$.text') IS NULL
                                 AND json_extract(e.body, '$.user.id') = m.user END
             GROUP BY 1, 2) AS gone
       WHERE messages.room = gone.room AND messages.seq = gone.of AND NOT deleted""",
    ),
    # All of somebody: who missed it is told of the deed, and not of each message.
    (
        "moderated",
        """UPDATE messages SET last = messages.seq, edited = NULL, deleted = 1, open = 0, waits = 0,
              body = json_set(json_remove(body, '$.reply', '$.files', '$.cell', '$.data', '$.hops',
                                          '$.question', '$.job', '$.kernel', '$.help'),
                              '$.text', '')
       FROM (SELECT room, json_extract(body, '$.whom.id') AS user, max(seq) AS seq
             FROM entries WHERE offset > :after AND kind = 'moderated'
                            AND json_extract(body, '$.act') = 'clear'
                            AND json_extract(body, '$.whom') IS NOT NULL
             GROUP BY 1, 2) AS gone
       WHERE messages.room = gone.room AND messages.user = gone.user
         AND messages.seq < gone.seq AND NOT deleted""",
    ),
    (
        "changed",
        """UPDATE messages SET last = edit.seq, edited = edit.at,
              body = json_set(messages.body, '$.text', json_extract(edit.body, '$.text'))
       FROM (SELECT room, json_extract(body, '$.of') AS of, max(seq) AS seq,
                    json_extract(body, '$.user.id') AS user, json_extract(body, '$.at') AS at, body
             FROM entries WHERE offset > :after AND kind = 'changed'
                            AND json_extract(body, '$.text') IS NOT NULL
             GROUP BY 1, 2, 4) AS edit
       WHERE messages.room = edit.room AND messages.seq = edit.of
         AND messages.user = edit.user AND NOT deleted""",
    ),
    # Of those that name all that a message holds, the last one counts; what it does not name is
    # null, and json_patch takes that away.
    (
        "changed",
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
    ),
    (
        "changed",
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
    ),
    (
        "answered",
        """INSERT OR REPLACE INTO answers
       SELECT room, json_extract(body, '$.of'), json_extract(body, '$.user.id'), seq,
              json_object('user', json_extract(body, '$.user'), 'at', json_extract(body, '$.at'),
                          'choice', json_extract(body, '$.choice'))
       FROM entries WHERE offset > :after AND kind = 'answered' ORDER BY offset""",
    ),
    (
        "answered",
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
    ),
    (
        "closed",
        """UPDATE messages SET last = max(last, closed.seq), open = 0,
              body = json_set(messages.body, '$.question.closed', closed.why)
       FROM (SELECT room, json_extract(body, '$.of') AS of, seq, json_extract(body, '$.why') AS why
             FROM entries WHERE offset > :after AND kind = 'closed') AS closed
       WHERE messages.room = closed.room AND messages.seq = closed.of AND NOT deleted""",
    ),
    (
        "helped",
        """UPDATE messages SET last = max(last, helped.seq), waits = helped.state != 'resolved',
              body = json_set(messages.body, '$.help', json(helped.help))
       FROM (SELECT room, json_extract(body, '$.of') AS of, max(seq) AS seq,
                    json_extract(body, '$.state') AS state,
                    json_patch(json_object('state', json_extract(body, '$.state'),
                                           'at', json_extract(body, '$.at')),
                               iif(json_extract(body, '$.state') = 'waiting', '{}',
                                   json_object('by', json_extract(body, '$.user')))) AS help
             FROM entries WHERE offset > :after AND kind = 'helped' GROUP BY 1, 2) AS helped
       WHERE messages.room = helped.room AND messages.seq = helped.of AND NOT deleted""",
    ),
    (
        "changed",
        """DELETE FROM answers WHERE (room, seq) IN
           (SELECT room, json_extract(body, '$.of') FROM entries
            WHERE offset > :after AND kind = 'changed')
         AND (SELECT deleted FROM messages AS m
              WHERE m.room = answers.room AND m.seq = answers.seq)""",
    ),
    (
        "moderated",
        """DELETE FROM answers WHERE room IN (SELECT room FROM entries
                                      WHERE offset > :after AND kind = 'moderated'
                                        AND json_extract(body, '$.act') = 'clear')
         AND (SELECT deleted FROM messages AS m
              WHERE m.room = answers.room AND m.seq = answers.seq)""",
    ),
    (
        "changed",
        """DELETE FROM shown WHERE (room, seq) IN
           (SELECT room, json_extract(body, '$.of') FROM entries
            WHERE offset > :after AND kind = 'changed')""",
    ),
    (
        "moderated",
        """DELETE FROM shown WHERE room IN (SELECT room FROM entries
                                    WHERE offset > :after AND kind = 'moderated'
                                      AND json_extract(body, '$.act') = 'clear')
         AND (SELECT deleted FROM messages AS m
              WHERE m.room = shown.room AND m.seq = shown.seq)""",
    ),
    # As the messages are now, those that were changed here among them. What was only just said is
    # looked into where a file may be in it.
    (
        "said changed",
        """INSERT INTO shown
       WITH touched AS (
           SELECT room, seq, body FROM messages WHERE (room, seq) IN
               (SELECT room, iif(kind = 'said', seq, json_extract(body, '$.of')) FROM entries
                WHERE offset > :after
                  AND (kind = 'changed' OR kind = 'said' AND instr(body, '"hash":'))))
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
    ),
    (
        "key_made hook_made invite_made",
        """INSERT INTO grants
       SELECT json_extract(body, '$.id'), room, substr(kind, 1, length(kind) - length('_made')),
              json_extract(body, '$.hash'), json_extract(body, '$.at'), NULL, body
       FROM entries WHERE offset > :after AND kind IN ('key_made', 'hook_made', 'invite_made')""",
    ),
    (
        "revoked",
        """UPDATE grants SET revoked = gone.at
       FROM (SELECT json_extract(body, '$.id') AS id, json_extract(body, '$.at') AS at
             FROM entries WHERE offset > :after AND kind = 'revoked'
                            AND json_extract(body, '$.kind') != 'guest') AS gone
       WHERE grants.id = gone.id AND revoked IS NULL""",
    ),
    (
        "entered",
        """INSERT INTO guests
       SELECT json_extract(body, '$.hash'), json_extract(body, '$.user.id'),
              json_extract(body, '$.invite'), json_extract(body, '$.at'), NULL, body
       FROM entries WHERE offset > :after AND kind = 'entered' ORDER BY offset
       ON CONFLICT (hash) DO UPDATE SET body = excluded.body""",
    ),
    (
        "revoked",
        """UPDATE guests SET revoked = gone.at
       FROM (SELECT json_extract(body, '$.id') AS id, json_extract(body, '$.at') AS at
             FROM entries WHERE offset > :after AND kind = 'revoked'
                            AND json_extract(body, '$.kind') = 'guest') AS gone
       WHERE guests.id = gone.id AND revoked IS NULL""",
    ),
    (
        "said changed answered closed moderated helped",
        """UPDATE rooms SET seq = newest.seq
       FROM (SELECT room, max(seq) AS seq FROM entries WHERE offset > :after
             GROUP BY room) AS newest
       WHERE rooms.room = newest.room AND newest.seq > rooms.seq""",
    ),
    (
        "moderated",
        """INSERT INTO seats
       SELECT room, json_extract(body, '$.whom.id'), json_extract(body, '$.role'),
              CASE json_extract(body, '$.act') WHEN 'mute' THEN json_extract(body, '$.until')
                                               WHEN 'unmute' THEN 0 END,
              CASE json_extract(body, '$.act') WHEN 'ban' THEN 1 WHEN 'unban' THEN 0 END,
              json_extract(body, '$.whom')
       FROM entries WHERE offset > :after AND kind = 'moderated' AND json_extract(body, '$.act')
                            IN ('role', 'mute', 'unmute', 'ban', 'unban') ORDER BY offset
       ON CONFLICT (room, user) DO UPDATE SET whom = excluded.whom,
           role = coalesce(excluded.role, role), muted = coalesce(excluded.muted, muted),
           banned = coalesce(excluded.banned, banned)""",
    ),
    (
        "moderated",
        """UPDATE rooms SET kind = new.value
       FROM (SELECT room, max(seq), json_extract(body, '$.kind') AS value
             FROM entries WHERE offset > :after AND kind = 'moderated'
                            AND json_extract(body, '$.act') = 'kind' GROUP BY room) AS new
       WHERE rooms.room = new.room""",
    ),
    (
        "moderated",
        """UPDATE rooms SET slow = coalesce(new.value, 0)
       FROM (SELECT room, max(seq), json_extract(body, '$.seconds') AS value
             FROM entries WHERE offset > :after AND kind = 'moderated'
                            AND json_extract(body, '$.act') = 'slow' GROUP BY room) AS new
       WHERE rooms.room = new.room""",
    ),
    # All that was said is gone; of what was there, only the ids are left.
    (
        "moderated",
        """UPDATE rooms SET since = gone.seq
       FROM (SELECT room, max(seq) AS seq FROM entries
             WHERE offset > :after AND kind = 'moderated'
               AND json_extract(body, '$.act') = 'clear'
               AND json_extract(body, '$.whom') IS NULL AND json_extract(body, '$.of') IS NULL
             GROUP BY room) AS gone
       WHERE rooms.room = gone.room""",
    ),
    (
        "moderated",
        """INSERT INTO changes
       SELECT room, messages.seq, json_extract(body, '$.id'), asker
       FROM rooms JOIN messages USING (room) WHERE messages.seq < rooms.since""",
    ),
    *(
        (
            "moderated",
            f"""DELETE FROM {table} WHERE (room, seq) IN
           (SELECT room, {table}.seq FROM rooms JOIN {table} USING (room)
            WHERE {table}.seq < since)""",  # noqa: S608  tables of our own
        )
        for table in ("messages", "answers", "shown", "moderated")
    ),
)
"""Each statement after the kinds of entries that it is for."""


def fold(db: sqlite3.Connection, after: int) -> None:
    """Write what the entries after offset `after` mean into the tables."""
    found = db.execute("SELECT DISTINCT kind FROM entries WHERE offset > ?", (after,))
    kinds = {kind for (kind,) in found}
    for of, statement in FOLD:
        if not kinds.isdisjoint(of.split()):
            db.execute(statement, {"after": after})


def rebuild(db: sqlite3.Connection) -> None:
    """Make the tables anew, as today's schema has them, from the whole log."""
    for table in TABLES:
        db.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in SCHEMA.split(";"):  # executescript() would commit
        db.execute(statement)
    fold(db, 0)
