PRAGMA application_id = 1953460846;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE entries (
    offset INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,  -- 0: not a room's content
    id TEXT,               -- NULL: nothing that a client could send twice
    body TEXT NOT NULL     -- JSON of the event
);
INSERT INTO "entries" VALUES(1,'opened','lobby',0,NULL,'{"type":"opened","room":"lobby","title":"Lobby","at":1700000000000}');
INSERT INTO "entries" VALUES(2,'opened','analysis',0,NULL,'{"type":"opened","room":"analysis","title":"数据 ''分析''","at":1700000001000,"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true}}');
INSERT INTO "entries" VALUES(3,'said','lobby',1,'l1','{"type":"said","room":"lobby","id":"l1","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 1\n\t日志   \"quoted\" \\","at":1700000002001}');
INSERT INTO "entries" VALUES(4,'said','lobby',2,'l2','{"type":"said","room":"lobby","id":"l2","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 2\n\t日志   \"quoted\" \\","at":1700000002002}');
INSERT INTO "entries" VALUES(5,'said','lobby',3,'l3','{"type":"said","room":"lobby","id":"l3","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 3\n\t日志   \"quoted\" \\","at":1700000002003}');
INSERT INTO "entries" VALUES(6,'said','lobby',4,'l4','{"type":"said","room":"lobby","id":"l4","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 4\n\t日志   \"quoted\" \\","at":1700000002004}');
INSERT INTO "entries" VALUES(7,'said','lobby',5,'l5','{"type":"said","room":"lobby","id":"l5","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 5\n\t日志   \"quoted\" \\","at":1700000002005}');
INSERT INTO "entries" VALUES(8,'said','analysis',1,'a1','{"type":"said","room":"analysis","id":"a1","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"epoch 1: 0.93","at":1700000003000}');
CREATE TABLE keep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "keep" VALUES('token:1','ann');
CREATE TABLE messages (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,    -- JSON of the event
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
INSERT INTO "messages" VALUES('analysis',1,'{"type":"said","room":"analysis","id":"a1","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"epoch 1: 0.93","at":1700000003000}');
INSERT INTO "messages" VALUES('lobby',1,'{"type":"said","room":"lobby","id":"l1","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 1\n\t日志   \"quoted\" \\","at":1700000002001}');
INSERT INTO "messages" VALUES('lobby',2,'{"type":"said","room":"lobby","id":"l2","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 2\n\t日志   \"quoted\" \\","at":1700000002002}');
INSERT INTO "messages" VALUES('lobby',3,'{"type":"said","room":"lobby","id":"l3","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 3\n\t日志   \"quoted\" \\","at":1700000002003}');
INSERT INTO "messages" VALUES('lobby',4,'{"type":"said","room":"lobby","id":"l4","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 4\n\t日志   \"quoted\" \\","at":1700000002004}');
INSERT INTO "messages" VALUES('lobby',5,'{"type":"said","room":"lobby","id":"l5","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 5\n\t日志   \"quoted\" \\","at":1700000002005}');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('epoch','c37016cd1521356017b0df1e3e517a21');
CREATE TABLE rooms (
    room TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,             -- JSON of who opened it
    seq INTEGER NOT NULL   -- of its newest entry, 0 while there is none
) WITHOUT ROWID;
INSERT INTO "rooms" VALUES('analysis','数据 ''分析''',1700000001000,'{"id":"guest:1","name":"ann","kind":"guest","declared":true}',1);
INSERT INTO "rooms" VALUES('lobby','Lobby',1700000000000,NULL,5);
CREATE UNIQUE INDEX entries_by_id ON entries (room, id) WHERE id IS NOT NULL;
COMMIT;
