// Replicates the server's database into leveldb each time a line comes in on
// standard input, and answers with one JSON object: {"ms","records"}.
'use strict';
const [, , dir, url, batch] = process.argv;
const PouchDB = require('pouchdb').defaults({ prefix: dir + '/' });
const db = new PouchDB('copy');
const options = { batch_size: Number(batch), batches_limit: 10 };

(async () => {
  console.log('ready');
  for await (const line of require('readline').createInterface({ input: process.stdin })) {
    const t = process.hrtime.bigint();
    const result = await db.replicate.from(url + '/directory', options);
    const ms = Number(process.hrtime.bigint() - t) / 1e6;
    console.log(JSON.stringify({ ms, records: result.docs_written }));
  }
  await db.close();
})();
