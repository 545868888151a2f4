import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseLimits, openDatabaseFile } from './index.ts';
import type { OpenedDatabase, RowsPart } from './index.ts';
import { atlas, makeDatabase } from './testing/makeDatabase.ts';

let folder: string;
let database: OpenedDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-'));
  const path = join(folder, 'atlas.sqlite');
  await makeDatabase(path, ...atlas);
  database = await openDatabaseFile(path, { timeMs: 1_000 });
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

type Part = RowsPart | { readonly kind: 'error' | 'timeout' };

async function partsOf(sql: string): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for await (const part of database.stream(sql)) parts.push(part);
  return parts;
}

const count = (rows: number | undefined): string =>
  `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n${rows === undefined ? '' : ` LIMIT ${rows}`}) SELECT x FROM n`;

describe('all rows of a statement', () => {
  it.each([0, 1, databaseLimits.partRows, databaseLimits.partRows + 1, 3 * databaseLimits.partRows - 1])(
    'are %i in their order, in parts',
    async (total) => {
      const parts = await partsOf(`SELECT x FROM (${count(undefined)} LIMIT ${total})`);
      const rows = parts.flatMap((part) => (part.kind === 'part' ? part.rows : []));
      expect(rows).toEqual(Array.from({ length: total }, (_, i) => [i + 1]));
      expect(parts.map((part) => part.kind === 'part' && part.isLast)).toEqual(
        parts.map((_, i) => i === parts.length - 1),
      );
      expect(parts[0]).toMatchObject({ columns: ['x'] });
    },
  );

  it('come in smaller parts where they are large', async () => {
    const parts = await partsOf(`SELECT zeroblob(1000000) FROM (${count(20)})`);
    expect(parts.map((part) => (part.kind === 'part' ? part.rows.length : 0))).toEqual([5, 5, 5, 5, 0]);
  });

  it.each([
    ['SELECT nam FROM city', { kind: 'error', code: 'failed' }],
    ['DELETE FROM city', { kind: 'error', code: 'refused' }],
    ['SELECT 1; SELECT 2', { kind: 'error', code: 'refused' }],
    [`${count(undefined)} WHERE x < 0`, { kind: 'timeout', ms: 1_000 }],
  ])('%s: why there are none', async (sql, failure) => {
    expect(await partsOf(sql)).toEqual([expect.objectContaining(failure)]);
  });

  it('end in the middle where one cannot be computed', async () => {
    const parts = await partsOf(`SELECT CASE x WHEN 7000 THEN json('{') ELSE x END FROM (${count(9_000)})`);
    expect(parts.map(({ kind }) => kind)).toEqual(['part', 'error']);
  });

  it('may be more than anybody waits for, and are cancelled; others are answered meanwhile', async () => {
    const controller = new AbortController();
    let rows = 0;
    const endless = (async () => {
      for await (const part of database.stream(count(undefined), { signal: controller.signal })) {
        rows += part.kind === 'part' ? part.rows.length : 0;
        expect(await database.run('SELECT 1')).toMatchObject({ rows: [[1]] });
        if (rows > 20_000) controller.abort();
      }
    })();
    await expect(endless).rejects.toMatchObject({ code: 'aborted' });
    expect(rows).toBe(5 * databaseLimits.partRows);
  });

  it('of a file that is not there any more are told so', async () => {
    const path = join(folder, 'other.sqlite');
    await makeDatabase(path, ...atlas);
    const other = await openDatabaseFile(path);
    await rm(path);
    await expect(other.stream('SELECT 1').next()).rejects.toMatchObject({ code: 'bad-library' });
    await other.close();
  });
});
