import { appendFileSync, chmodSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceState } from './sourceState.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
  path = join(folder, 'a.sqlite');
  writeFileSync(path, 'pages');
  utimesSync(path, 1_000, 1_000);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the state of a database', () => {
  it.each([
    ['none', undefined, 1_000_000],
    ['an empty one', '', 1_000_000],
    ['one with commits', 'frames', 2_000_000],
  ])('counts commits in its log: %s', async (_, log, changed) => {
    if (log !== undefined) {
      writeFileSync(`${path}-wal`, log);
      utimesSync(`${path}-wal`, 2_000, 2_000);
    }
    expect(await sourceState(path)).toMatchObject({ kind: 'file', bytes: 5, changed });
  });

  it('is another one with more in its log, or a journal, and the same when the log is only looked at', async () => {
    writeFileSync(`${path}-wal`, 'frames');
    const first = await sourceState(path);
    // As SQLite does when root opens it: the time of the log's status is another one, and nothing was written.
    const { ctimeMs } = statSync(`${path}-wal`);
    while (statSync(`${path}-wal`).ctimeMs === ctimeMs) chmodSync(`${path}-wal`, 0o600);
    expect(await sourceState(path)).toEqual(first);
    appendFileSync(`${path}-wal`, 'more');
    const second = await sourceState(path);
    expect(second.stamp).not.toBe(first.stamp);
    writeFileSync(`${path}-journal`, 'pages');
    expect((await sourceState(path)).stamp).not.toBe(second.stamp);
  });

  it('of what is not there, and of a folder', async () => {
    expect(await sourceState(join(folder, 'none'))).toEqual({ kind: 'absent', stamp: 'absent', changed: 0, bytes: 0 });
    expect((await sourceState(folder)).kind).toBe('folder');
  }); // prettier-ignore
});
