import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { expect, it } from 'vitest';
import { startServer, TestFolder } from './harness.ts';
import { citations, strategy } from './library.ts';

it('a library with a damaged index is searched, and mended from its own text when the person says so', async () => {
  const folder = new TestFolder();
  const server = await startServer({ folder: folder.path, settings: {} });
  try {
    const output = join(folder.path, 'library.sqlite');
    const input = folder.write('export.jsonl', citations);
    await server.request('querent/buildLibrary', { inputs: [input], output });
    const sql = await initSqlJs();
    const database = new sql.Database(readFileSync(output));
    database.exec("UPDATE index_blob SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB)");
    writeFileSync(output, database.export());
    const offered: { message: string; actions: { title: string }[] }[] = [];
    server.connection.onRequest('window/showMessageRequest', (params: (typeof offered)[number]) => {
      offered.push(params);
      return params.actions[0] ?? null;
    });
    const uri = folder.uri('falls.pubmed');
    await server.open(uri, strategy.replace('citations.jsonl', 'library.sqlite'));
    const hover = (): Promise<unknown> =>
      server.request('textDocument/hover', {
        textDocument: { uri },
        position: { line: strategy.split('\n').findIndex((line) => line.startsWith('#1')), character: 1 },
      });
    await server.until(
      async () => offered.length,
      (count) => count > 0,
      'The offer to repair the library',
    );
    expect(offered[0]).toMatchObject({
      message: expect.stringMatching(/library\.sqlite is missing, damaged or of another version/),
      actions: [{ title: 'Repair Library' }],
    });
    await server.until(
      hover,
      (answer) => /4 records/.test(JSON.stringify(answer)) && !/made anew/.test(JSON.stringify(answer)),
      'Numbers without the warning',
      30_000,
    );
    expect(offered).toHaveLength(1);
  } finally {
    expect(await server.stop()).toBe(0);
    folder.dispose();
  }
}, 60_000);
