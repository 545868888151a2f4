import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readExpectation } from '@querent/core/sqlExpectation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectationFile, expectationStamp } from './expectationFile.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'expected-'));
  await writeFile(join(folder, 'rows.csv'), 'a\n1\n');
  await writeFile(join(folder, 'broken.json'), '[[1]');
  await writeFile(join(folder, 'folder.csv'), '');
  await writeFile(join(folder, 'large.csv'), '');
  await truncate(join(folder, 'large.csv'), 17 * 2 ** 20);
});
afterAll(() => rm(folder, { recursive: true }));

const world = (trusted: boolean, ...folders: readonly string[]) =>
  ({ client: () => ({ trusted }), measuring: { folders } }) as unknown as Parameters<
    typeof expectationFile
  >[0];
const document = (uri: string) => ({ uri }) as Parameters<typeof expectationFile>[1];

async function read(name: string, uri = pathToFileURL(join(folder, 'a.sql')).href, services = world(false)) {
  const expectation = readExpectation(name);
  if (expectation.kind !== 'file') throw new Error(JSON.stringify(expectation));
  return expectationFile(services, document(uri), expectation);
} // prettier-ignore

describe('a file with expected rows', () => {
  it('lies beside the document, or in the workspace where the document has no place yet, or anywhere', async () => {
    const rows = { kind: 'rows', table: { width: 1, rows: [[{ csv: '1', isQuoted: false }]] } };
    expect(await read('rows.csv')).toMatchObject({ ...rows, isOrdered: false });
    expect(await read('in order rows.csv')).toMatchObject({ ...rows, isOrdered: true });
    expect(await read('rows.csv', 'untitled:Untitled-1', world(false, folder))).toMatchObject(rows);
    expect(await read(join(folder, 'rows.csv'), 'untitled:Untitled-1')).toMatchObject(rows);
  });

  it.each([
    ['none.csv', /^There is no file .*none\.csv\. Correct its name behind "expect:", or write it\.$/u],
    ['broken.json', /broken\.json: The JSON cannot be read: /u],
    ['folder.csv', /folder\.csv: The CSV is empty\. Its first line names the columns/u],
    ['large.csv', /large\.csv has 17 MB, and 16 MB of expected rows are the most\./u],
    ['\\\\server\\share\\rows.csv', /lies on another machine, which is not asked in Restricted Mode\./u],
  ])('%s is told', async (name, message) => {
    expect(await read(name)).toEqual({ kind: 'problem', message: expect.stringMatching(message) as string });
  });

  it('of no place is told', async () => {
    expect(await read('rows.csv', 'untitled:Untitled-1')).toEqual({
      kind: 'problem',
      message: 'rows.csv is relative to a document that lies in no folder yet. Save the document first.',
    });
    expect(await read('.csv', pathToFileURL(folder).href)).toMatchObject({ kind: 'problem' });
  });

  it('has a stamp that changes with it', async () => {
    const own = document(pathToFileURL(join(folder, 'a.sql')).href);
    const stamp = (): Promise<string> => expectationStamp(world(false), own, 'changing.csv');
    expect(await stamp()).toBe('absent');
    await writeFile(join(folder, 'changing.csv'), 'a\n1\n');
    const first = await stamp();
    expect(first).not.toBe('absent');
    await writeFile(join(folder, 'changing.csv'), 'a\n1\n2\n');
    expect(await stamp()).not.toBe(first);
  });
});
