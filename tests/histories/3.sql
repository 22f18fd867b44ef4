PRAGMA application_id = 1953460846;
PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE answers (        -- the last one of each person
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,     -- of the question's message
    user TEXT NOT NULL,       -- id of who answered
    entry INTEGER NOT NULL,   -- seq of the answer
    body TEXT NOT NULL,       -- JSON of it, as the message holds it
    PRIMARY KEY (room, seq, user)
) WITHOUT ROWID;
INSERT INTO "answers" VALUES('analysis',6,'guest:1',7,'{"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"at":1700000003006,"choice":1}');
INSERT INTO "answers" VALUES('analysis',8,'guest:1',11,'{"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"at":1700000003010,"choice":1}');
INSERT INTO "answers" VALUES('analysis',8,'member:ben',10,'{"user":{"id":"member:ben","name":"ben","kind":"member"},"at":1700000003009,"choice":2}');
CREATE TABLE changes (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
INSERT INTO "changes" VALUES('analysis',4,'a4');
INSERT INTO "changes" VALUES('analysis',5,'a5');
INSERT INTO "changes" VALUES('analysis',7,'a7');
INSERT INTO "changes" VALUES('analysis',9,'a9');
INSERT INTO "changes" VALUES('analysis',10,'a10');
INSERT INTO "changes" VALUES('analysis',11,'a11');
INSERT INTO "changes" VALUES('analysis',13,'a13');
INSERT INTO "changes" VALUES('analysis',14,'a14');
INSERT INTO "changes" VALUES('analysis',16,'a16');
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
INSERT INTO "entries" VALUES(8,'said','analysis',1,'a1','{"type":"said","room":"analysis","id":"a1","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"epoch 1: 0.93","at":1700000003000,"job":{"what":"fit","state":"running","since":1700000003000},"kernel":"k-1"}');
INSERT INTO "entries" VALUES(9,'said','analysis',2,'a2','{"type":"said","room":"analysis","id":"a2","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"","at":1700000003001,"reply":1,"files":[{"hash":"1111111111111111111111111111111111111111111111111111111111111111","name":"图 a.png","type":"image/png","size":9,"width":640,"height":480},{"hash":"2222222222222222222222222222222222222222222222222222222222222222","name":"b.csv","type":"text/csv","size":1}]}');
INSERT INTO "entries" VALUES(10,'said','analysis',3,'a3','{"type":"said","room":"analysis","id":"a3","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"as a cell","at":1700000003002,"cell":{"source":"df.plot()","language":"python","count":3,"notebook":"a.ipynb","outputs":[{"type":"image/png","file":{"hash":"1111111111111111111111111111111111111111111111111111111111111111","name":"图 a.png","type":"image/png","size":9,"width":640,"height":480}},{"type":"text/plain","text":"<Axes>"}]}}');
INSERT INTO "entries" VALUES(11,'changed','analysis',4,'a4','{"type":"changed","room":"analysis","id":"a4","user":{"id":"member:ben","name":"ben","kind":"member"},"of":3,"at":1700000003003,"text":"as a cell, again"}');
INSERT INTO "entries" VALUES(12,'changed','analysis',5,'a5','{"type":"changed","room":"analysis","id":"a5","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"of":2,"at":1700000003004}');
INSERT INTO "entries" VALUES(13,'said','analysis',6,'a6','{"type":"said","room":"analysis","id":"a6","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"go on?","at":1700000003005,"question":{"choices":["no","是"],"until":1700000099000},"hops":1,"kernel":"k-1"}');
INSERT INTO "entries" VALUES(14,'answered','analysis',7,'a7','{"type":"answered","room":"analysis","id":"a7","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"of":6,"choice":1,"at":1700000003006}');
INSERT INTO "entries" VALUES(15,'said','analysis',8,'a8','{"type":"said","room":"analysis","id":"a8","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"which?","at":1700000003007,"question":{"choices":["a","b","c"],"until":1700000099000,"vote":true}}');
INSERT INTO "entries" VALUES(16,'answered','analysis',9,'a9','{"type":"answered","room":"analysis","id":"a9","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"of":8,"choice":0,"at":1700000003008}');
INSERT INTO "entries" VALUES(17,'answered','analysis',10,'a10','{"type":"answered","room":"analysis","id":"a10","user":{"id":"member:ben","name":"ben","kind":"member"},"of":8,"choice":2,"at":1700000003009}');
INSERT INTO "entries" VALUES(18,'answered','analysis',11,'a11','{"type":"answered","room":"analysis","id":"a11","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"of":8,"choice":1,"at":1700000003010}');
INSERT INTO "entries" VALUES(19,'said','analysis',12,'a12','{"type":"said","room":"analysis","id":"a12","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"","at":1700000003012,"data":[{"type":"text/csv","text":"x\n1","file":{"hash":"2222222222222222222222222222222222222222222222222222222222222222","name":"b.csv","type":"text/csv","size":1}},{"type":"text/plain","text":"   x\n0  1"}]}');
INSERT INTO "entries" VALUES(20,'changed','analysis',13,'a13','{"type":"changed","room":"analysis","id":"a13","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"of":1,"at":1700000003013,"text":"epoch 9: 0.99","state":"done"}');
INSERT INTO "entries" VALUES(21,'changed','analysis',14,'a14','{"type":"changed","room":"analysis","id":"a14","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"of":12,"at":1700000003014,"text":"replaced","files":[{"hash":"2222222222222222222222222222222222222222222222222222222222222222","name":"b.csv","type":"text/csv","size":1}],"data":[{"type":"text/plain","text":"2"}]}');
INSERT INTO "entries" VALUES(22,'said','analysis',15,'a15','{"type":"said","room":"analysis","id":"a15","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"closed?","at":1700000003015,"question":{"choices":["no","yes"],"until":1700000099000}}');
INSERT INTO "entries" VALUES(23,'closed','analysis',16,'a16','{"type":"closed","room":"analysis","id":"a16","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"of":15,"why":"withdrawn","at":1700000003016}');
INSERT INTO "entries" VALUES(24,'key_made','lobby',0,NULL,'{"type":"key_made","room":"lobby","id":"k1","name":"bot","hash":"3333333333333333333333333333333333333333333333333333333333333333","at":1700000004000,"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true}}');
INSERT INTO "entries" VALUES(25,'key_made','lobby',0,NULL,'{"type":"key_made","room":"lobby","id":"k2","name":"机器人","hash":"4444444444444444444444444444444444444444444444444444444444444444","at":1700000004001,"user":{"id":"member:ben","name":"ben","kind":"member"}}');
INSERT INTO "entries" VALUES(26,'hook_made','analysis',0,NULL,'{"type":"hook_made","room":"analysis","id":"h1","url":"https://example.com/?''","secret":"whsec_eA==","after":15,"at":1700000004002,"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true}}');
INSERT INTO "entries" VALUES(27,'revoked','lobby',0,NULL,'{"type":"revoked","room":"lobby","id":"k1","kind":"key","at":1700000004003,"user":{"id":"member:ben","name":"ben","kind":"member"}}');
CREATE TABLE grants (         -- keys and hooks
    id TEXT PRIMARY KEY,
    room TEXT NOT NULL,
    kind TEXT NOT NULL,       -- key or hook
    hash TEXT,                -- of a key
    at INTEGER NOT NULL,
    revoked INTEGER,          -- when that was, NULL while it holds
    body TEXT NOT NULL        -- JSON of the event that made it
) WITHOUT ROWID;
INSERT INTO "grants" VALUES('h1','analysis','hook',NULL,1700000004002,NULL,'{"type":"hook_made","room":"analysis","id":"h1","url":"https://example.com/?''","secret":"whsec_eA==","after":15,"at":1700000004002,"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true}}');
INSERT INTO "grants" VALUES('k1','lobby','key','3333333333333333333333333333333333333333333333333333333333333333',1700000004000,1700000004003,'{"type":"key_made","room":"lobby","id":"k1","name":"bot","hash":"3333333333333333333333333333333333333333333333333333333333333333","at":1700000004000,"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true}}');
INSERT INTO "grants" VALUES('k2','lobby','key','4444444444444444444444444444444444444444444444444444444444444444',1700000004001,NULL,'{"type":"key_made","room":"lobby","id":"k2","name":"机器人","hash":"4444444444444444444444444444444444444444444444444444444444444444","at":1700000004001,"user":{"id":"member:ben","name":"ben","kind":"member"}}');
CREATE TABLE keep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "keep" VALUES('read:guest:1:lobby','3');
INSERT INTO "keep" VALUES('token:1','ann');
INSERT INTO "keep" VALUES('used:k2','1700000004004');
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
INSERT INTO "messages" VALUES('analysis',1,13,'program:1',1700000003013,0,0,'{"type":"said","room":"analysis","id":"a1","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"epoch 9: 0.99","at":1700000003000,"job":{"what":"fit","state":"done","since":1700000003000,"until":1700000003013},"kernel":"k-1"}');
INSERT INTO "messages" VALUES('analysis',2,5,'guest:1',NULL,1,0,'{"type":"said","room":"analysis","id":"a2","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"","at":1700000003001}');
INSERT INTO "messages" VALUES('analysis',3,4,'member:ben',1700000003003,0,0,'{"type":"said","room":"analysis","id":"a3","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"as a cell, again","at":1700000003002,"cell":{"source":"df.plot()","language":"python","count":3,"notebook":"a.ipynb","outputs":[{"type":"image/png","file":{"hash":"1111111111111111111111111111111111111111111111111111111111111111","name":"图 a.png","type":"image/png","size":9,"width":640,"height":480}},{"type":"text/plain","text":"<Axes>"}]}}');
INSERT INTO "messages" VALUES('analysis',6,7,'program:1',NULL,0,0,'{"type":"said","room":"analysis","id":"a6","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"go on?","at":1700000003005,"question":{"choices":["no","是"],"until":1700000099000,"answers":[{"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"at":1700000003006,"choice":1}]},"hops":1,"kernel":"k-1"}');
INSERT INTO "messages" VALUES('analysis',8,11,'guest:1',NULL,0,1,'{"type":"said","room":"analysis","id":"a8","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"which?","at":1700000003007,"question":{"choices":["a","b","c"],"until":1700000099000,"vote":true,"answers":[{"user":{"id":"member:ben","name":"ben","kind":"member"},"at":1700000003009,"choice":2},{"user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"at":1700000003010,"choice":1}]}}');
INSERT INTO "messages" VALUES('analysis',12,14,'program:1',1700000003014,0,0,'{"type":"said","room":"analysis","id":"a12","user":{"id":"program:1","name":"train.ipynb","kind":"program"},"text":"replaced","at":1700000003012,"files":[{"hash":"2222222222222222222222222222222222222222222222222222222222222222","name":"b.csv","type":"text/csv","size":1}],"data":[{"type":"text/plain","text":"2"}]}');
INSERT INTO "messages" VALUES('analysis',15,16,'guest:1',NULL,0,0,'{"type":"said","room":"analysis","id":"a15","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"closed?","at":1700000003015,"question":{"choices":["no","yes"],"until":1700000099000,"closed":"withdrawn"}}');
INSERT INTO "messages" VALUES('lobby',1,1,'guest:1',NULL,0,0,'{"type":"said","room":"lobby","id":"l1","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 1\n\t日志   \"quoted\" \\","at":1700000002001}');
INSERT INTO "messages" VALUES('lobby',2,2,'member:ben',NULL,0,0,'{"type":"said","room":"lobby","id":"l2","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 2\n\t日志   \"quoted\" \\","at":1700000002002}');
INSERT INTO "messages" VALUES('lobby',3,3,'guest:1',NULL,0,0,'{"type":"said","room":"lobby","id":"l3","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 3\n\t日志   \"quoted\" \\","at":1700000002003}');
INSERT INTO "messages" VALUES('lobby',4,4,'member:ben',NULL,0,0,'{"type":"said","room":"lobby","id":"l4","user":{"id":"member:ben","name":"ben","kind":"member"},"text":"message 4\n\t日志   \"quoted\" \\","at":1700000002004}');
INSERT INTO "messages" VALUES('lobby',5,5,'guest:1',NULL,0,0,'{"type":"said","room":"lobby","id":"l5","user":{"id":"guest:1","name":"ann","kind":"guest","declared":true},"text":"message 5\n\t日志   \"quoted\" \\","at":1700000002005}');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('epoch','c323456789abcdef0123456789abcdef');
CREATE TABLE rooms (
    room TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,             -- JSON of who opened it
    seq INTEGER NOT NULL   -- of its newest entry, 0 while there is none
) WITHOUT ROWID;
INSERT INTO "rooms" VALUES('analysis','数据 ''分析''',1700000001000,'{"id":"guest:1","name":"ann","kind":"guest","declared":true}',16);
INSERT INTO "rooms" VALUES('lobby','Lobby',1700000000000,NULL,5);
CREATE TABLE shown (          -- files, by the messages that show them
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (room, seq, hash)
) WITHOUT ROWID;
INSERT INTO "shown" VALUES('analysis',3,'1111111111111111111111111111111111111111111111111111111111111111');
INSERT INTO "shown" VALUES('analysis',12,'2222222222222222222222222222222222222222222222222222222222222222');
CREATE UNIQUE INDEX entries_by_id ON entries (room, id) WHERE id IS NOT NULL;
CREATE INDEX messages_by_last ON messages (room, last);
CREATE INDEX messages_open ON messages (open) WHERE open;
CREATE INDEX shown_by_hash ON shown (hash, room);
CREATE INDEX grants_by_room ON grants (room, kind);
CREATE INDEX grants_by_hash ON grants (hash);
COMMIT;
