// A CouchDB-like server: express-pouchdb over leveldb. Loads the records of a
// file of JSON lines, then answers. A line "N R" on standard input changes N of
// them, differently in each round R.
'use strict';
const fs = require('fs');
const express = require('express');
const [, , dir, port, file] = process.argv;
const PouchDB = require('pouchdb').defaults({ prefix: dir + '/' });

(async () => {
  const db = new PouchDB('directory');
  const docs = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => {
    const doc = JSON.parse(line);
    doc._id = doc.id;
    return doc;
  });
  for (let i = 0; i < docs.length; i += 1000) await db.bulkDocs(docs.slice(i, i + 1000));
  const app = express();
  app.use('/', require('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB', logPath: dir + '/log.txt', inMemoryConfig: true }));
  app.listen(Number(port), '127.0.0.1', () => console.log('ready'));
  for await (const line of require('readline').createInterface({ input: process.stdin })) {
    const [n, round] = line.split(' ').map(Number);
    const start = (round * n) % docs.length;
    const keys = docs.slice(start, start + n).map((d) => d._id);
    const rows = (await db.allDocs({ keys, include_docs: true })).rows;
    await db.bulkDocs(rows.map((r) => ({ ...r.doc, summary: 'Ændret ' + round })));
    console.log('ok');
  }
})();
