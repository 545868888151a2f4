import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { besideDatabase, databasesIn } from './besideFolder.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'querent-beside-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function database(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, 'SQLite format 3\0 and pages');
  return path;
}

describe('databases beside a document', () => {
  it('are told by how they begin', async () => {
    const path = database('a.sqlite');
    writeFileSync(join(folder, 'thumbs.db'), 'something else of Windows');
    expect(await databasesIn(folder)).toEqual([path]);
  });

  it('are chosen by the name of the document', async () => {
    const [a] = [database('a.sqlite'), database('b.sqlite')];
    expect(await besideDatabase(join(folder, 'a.sql'), [folder])).toEqual({ kind: 'one', path: a });
    expect(await besideDatabase(join(folder, 'c.sql'), [folder])).toEqual({
      kind: 'several',
      names: ['a.sqlite', 'b.sqlite'],
    });
  });

  it.skipIf(process.platform === 'win32')(
    'are no links to what is no file: opening a pipe waits until somebody writes into it',
    async () => {
      const path = database('a.sqlite');
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      for (const name of ['b.sqlite', 'c.db']) symlinkSync(join(folder, 'pipe'), join(folder, name));
      symlinkSync('/dev/zero', join(folder, 'd.db'));
      symlinkSync('e.db', join(folder, 'e.db'));
      expect(await databasesIn(folder)).toEqual([path]);
    },
  );
});
