PRAGMA application_id = 1953460846;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE changes (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
INSERT INTO "changes" VALUES('analysis',4,'a4');
INSERT INTO "changes" VALUES('analysis',5,'a5');
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
INSERT INTO "entries" VALUES(9,'said','analysis',2,'a2','{"type":"said","room":"analysis","id":"a2","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"","at":1700000003001,"reply":1,"files":[{"hash":"1111111111111111111111111111111111111111111111111111111111111111","name":"图 a.png","type":"image/png","size":9,"width":640,"height":480},{"hash":"2222222222222222222222222222222222222222222222222222222222222222","name":"b.csv","type":"text/csv","size":1}]}');
INSERT INTO "entries" VALUES(10,'said','analysis',3,'a3','{"type":"said","room":"analysis","id":"a3","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"as a cell","at":1700000003002,"cell":{"source":"df.plot()","language":"python","count":7,"notebook":"a.ipynb","outputs":[{"type":"image/png","file":{"hash":"1111111111111111111111111111111111111111111111111111111111111111","name":"图 a.png","type":"image/png","size":9,"width":640,"height":480}},{"type":"text/plain","text":"2"}]}}');
INSERT INTO "entries" VALUES(11,'changed','analysis',4,'a4','{"type":"changed","room":"analysis","id":"a4","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"of":1,"at":1700000003003,"text":"epoch 2: 0.95"}');
INSERT INTO "entries" VALUES(12,'changed','analysis',5,'a5','{"type":"changed","room":"analysis","id":"a5","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"of":2,"at":1700000003004}');
INSERT INTO "entries" VALUES(13,'said','analysis',6,'a6','{"type":"said","room":"analysis","id":"a6","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"gone?","at":1700000003005,"reply":2}');
CREATE TABLE keep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "keep" VALUES('file:analysis:1111111111111111111111111111111111111111111111111111111111111111','{"hash":"1111111111111111111111111111111111111111111111111111111111111111","name":"图 a.png","type":"image/png","size":9,"width":640,"height":480}');
INSERT INTO "keep" VALUES('token:1','ann');
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
INSERT INTO "messages" VALUES('analysis',1,4,'program:1',1700000003003,0,'{"type":"said","room":"analysis","id":"a1","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"epoch 2: 0.95","at":1700000003000}');
INSERT INTO "messages" VALUES('analysis',2,5,'guest:1',NULL,1,'{"type":"said","room":"analysis","id":"a2","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"","at":1700000003001}');
INSERT INTO "messages" VALUES('analysis',3,3,'member:ben',NULL,0,'{"type":"said","room":"analysis","id":"a3","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"as a cell","at":1700000003002,"cell":{"source":"df.plot()","language":"python","count":7,"notebook":"a.ipynb","outputs":[{"type":"image/png","file":{"hash":"1111111111111111111111111111111111111111111111111111111111111111","name":"图 a.png","type":"image/png","size":9,"width":640,"height":480}},{"type":"text/plain","text":"2"}]}}');
INSERT INTO "messages" VALUES('analysis',6,6,'member:ben',NULL,0,'{"type":"said","room":"analysis","id":"a6","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"gone?","at":1700000003005,"reply":2}');
INSERT INTO "messages" VALUES('lobby',1,1,'guest:1',NULL,0,'{"type":"said","room":"lobby","id":"l1","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 1\n\t日志   \"quoted\" \\","at":1700000002001}');
INSERT INTO "messages" VALUES('lobby',2,2,'member:ben',NULL,0,'{"type":"said","room":"lobby","id":"l2","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 2\n\t日志   \"quoted\" \\","at":1700000002002}');
INSERT INTO "messages" VALUES('lobby',3,3,'guest:1',NULL,0,'{"type":"said","room":"lobby","id":"l3","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 3\n\t日志   \"quoted\" \\","at":1700000002003}');
INSERT INTO "messages" VALUES('lobby',4,4,'member:ben',NULL,0,'{"type":"said","room":"lobby","id":"l4","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 4\n\t日志   \"quoted\" \\","at":1700000002004}');
INSERT INTO "messages" VALUES('lobby',5,5,'guest:1',NULL,0,'{"type":"said","room":"lobby","id":"l5","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 5\n\t日志   \"quoted\" \\","at":1700000002005}');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('epoch','f8edd1c8746f9facfac024b8ad4103d6');
CREATE TABLE rooms (
    room TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,             -- JSON of who opened it
    seq INTEGER NOT NULL   -- of its newest entry, 0 while there is none
) WITHOUT ROWID;
INSERT INTO "rooms" VALUES('analysis','数据 ''分析''',1700000001000,'{"id":"guest:1","name":"ann","kind":"guest","declared":true}',6);
INSERT INTO "rooms" VALUES('lobby','Lobby',1700000000000,NULL,5);
CREATE TABLE shown (          -- files, by the messages that show them
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (room, seq, hash)
) WITHOUT ROWID;
INSERT INTO "shown" VALUES('analysis',3,'1111111111111111111111111111111111111111111111111111111111111111');
CREATE UNIQUE INDEX entries_by_id ON entries (room, id) WHERE id IS NOT NULL;
CREATE INDEX messages_by_last ON messages (room, last);
CREATE INDEX shown_by_hash ON shown (hash, room);
COMMIT;
