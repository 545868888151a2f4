import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import initSqlJs from 'sql.js';
import { afterAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-cli-updates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = resolve(import.meta.dirname, '../../server/src/cli/main.ts');
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const path = (name: string): string => join(folder, name);
/** Records with a text that compresses badly. */
const records = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => {
    const title = `study ${from + i} of ${['falls', 'pain', 'sleep'][i % 3] ?? ''} ${Math.sin(from + i)}`;
    return `${JSON.stringify({ pmid: from + i, title, abstract: `word${i % 700} `.repeat(20) })}\n`;
  }).join('');
const ids = async (query: string, library: string): Promise<string> =>
  (await querent(['search', query, '--corpus', library, '--ids'])).stdout;

interface Summary {
  readonly records: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly rejected: number;
}

/** Starts a build in a process of its own, and lets it be until its draft holds some records. */
async function startBuild(
  args: readonly string[],
  output: string,
): Promise<{ child: ReturnType<typeof spawn>; gone: Promise<unknown[]> }> {
  const child = spawn(process.execPath, [main, 'corpus', 'build', ...args, '--out', output], {
    stdio: 'ignore',
  });
  const until = Date.now() + 60_000;
  const size = (): number => statSync(`${output}.part`, { throwIfNoEntry: false })?.size ?? 0;
  const gone = once(child, 'exit');
  while (size() < 3_000_000 && child.exitCode === null && Date.now() < until)
    await new Promise((done) => setTimeout(done, 10));
  return { child, gone };
}

describe('an import', () => {
  const input = file('many.jsonl', `nonsense\n${records(1, 60_000)}`);

  it(
    'that was killed goes on where it was, and comes to the same library',
    { timeout: 120_000 },
    async () => {
      const output = path('killed.sqlite');
      const { child, gone } = await startBuild([input], output);
      child.kill('SIGKILL');
      await gone;
      expect(existsSync(output)).toBe(false);
      const again = await querent(['corpus', 'build', input, '--out', output, '--json'], {
        ownProcess: true,
      });
      expect(again.stderr).toMatch(/An interrupted import goes on: \d+ records are there already/);
      expect(JSON.parse(again.stdout)).toMatchObject({ records: 59_999, added: 59_999, rejected: 1 });
      expect(existsSync(`${output}.part`)).toBe(false);
      const whole = path('whole.sqlite');
      await querentJson(['corpus', 'build', input, '--out', whole, '--json']);
      const hash = async (library: string): Promise<unknown> =>
        (await querentJson<{ contentHash: string }>(['corpus', 'info', library, '--json'])).contentHash;
      expect(await hash(output)).toBe(await hash(whole));
      expect(await ids('sleep[ti] AND word77[tiab]', output)).toBe(
        await ids('sleep[ti] AND word77[tiab]', whole),
      );
    },
  );

  it('of other files does not go on with one that was interrupted', { timeout: 60_000 }, async () => {
    const output = path('other.sqlite');
    const { child, gone } = await startBuild([input], output);
    child.kill('SIGKILL');
    await gone;
    const few = file('few.jsonl', records(1, 4));
    expect(await querentJson(['corpus', 'build', few, '--out', output, '--json'])).toMatchObject({
      records: 3,
    });
  });

  it('is refused while another process builds the same library, which it does not disturb', async () => {
    const output = path('both.sqlite');
    const { gone } = await startBuild([input], output);
    const second = await querent(['corpus', 'build', file('two.jsonl', records(1, 3)), '--out', output]);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/both\.sqlite is being built by another process/);
    const [code] = await gone;
    expect(code).toBe(0);
    expect(await querentJson(['corpus', 'info', output, '--json'])).toMatchObject({ records: 59_999 });
  }, 120_000);

  it('on a disk that is full says so, keeps the old library and what it has, and goes on when there is room', async ({
    skip,
  }) => {
    const disk = path('disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.warn('Skipped: a full disk needs the right to mount one (tmpfs).');
      skip();
    }
    try {
      const output = join(disk, 'library.sqlite');
      await querentJson([
        'corpus',
        'build',
        file('few.jsonl', records(70_000, 70_010)),
        '--out',
        output,
        '--json',
      ]);
      const before = readFileSync(output);
      const full = await querent(['corpus', 'build', input, '--out', output], { ownProcess: true });
      expect(full.stderr).toMatch(
        /cannot be completed: the disk is full.* \d+ records are kept in .*library\.sqlite\.part.*is as it was/,
      );
      expect(full.code).toBe(2);
      expect(readFileSync(output).equals(before)).toBe(true);
      execFileSync('mount', ['-o', 'remount,size=400m', disk], { stdio: 'ignore' });
      const again = await querent(['corpus', 'build', input, '--out', output, '--json'], {
        ownProcess: true,
      });
      expect(again.stderr).toMatch(/An interrupted import goes on/);
      expect(JSON.parse(again.stdout)).toMatchObject({ records: 60_009 });
    } finally {
      execFileSync('umount', [disk], { stdio: 'ignore' });
    }
  }, 120_000);

  it('does not write its list of rejected records over what it reads or makes', async () => {
    const source = file('own.jsonl', records(1, 3));
    for (const [list, message] of [
      [source, /is read or written by this import itself/],
      [path('own.sqlite'), /is read or written by this import itself/],
      [join(folder, 'no/where.jsonl'), /cannot be written/],
    ] as const) {
      const args = ['corpus', 'build', source, '--out', path('own.sqlite'), '--rejected', list];
      const { code, stderr } = await querent(args);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
    expect(readFileSync(source, 'utf8')).toBe(records(1, 3));
    if (!existsSync('/dev/full')) return;
    const bad = file('own-bad.jsonl', `nonsense\n${records(1, 3)}`);
    const full = await querent([
      ...['corpus', 'build', bad, '--out', path('own.sqlite'), '--rejected', '/dev/full'],
    ]);
    expect(full.stderr).toMatch(/list of rejected records is not complete: \/dev\/full cannot be written/);
    expect(full.code).toBe(0);
  });

  it('lists every rejected record where it is told to', async () => {
    const bad = file('bad.jsonl', `${'nonsense\n'.repeat(1_200)}${records(1, 2)}`);
    const list = path('rejected.jsonl');
    await querentJson(['corpus', 'build', bad, '--out', path('bad.sqlite'), '--rejected', list, '--json']);
    const lines = readFileSync(list, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(1_200);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ file: bad, line: 1_200, reason: 'is not valid JSON' });
  });
});

describe('a library that is brought up to date', () => {
  it('finds what one that is built anew finds', async () => {
    const output = path('updated.sqlite');
    const first = file('first.jsonl', records(1, 400));
    const second = file('second.jsonl', `${records(390, 420)}{"pmid":7,"title":"changed altogether"}\n`);
    await querentJson(['corpus', 'build', first, '--out', output, '--json']);
    expect(await querentJson<Summary>(['corpus', 'build', second, '--out', output, '--json'])).toMatchObject({
      records: 419,
      added: 20,
      updated: 11,
    });
    const anew = path('anew.sqlite');
    await querentJson(['corpus', 'build', first, second, '--out', anew, '--json']);
    for (const query of [
      'falls[ti]',
      'changed[ti]',
      'word3[tiab] NOT sleep[ti]',
      '"study 7"[ti]',
      'hasabstract',
    ])
      expect([query, await ids(query, output)]).toEqual([query, await ids(query, anew)]);
  });

  it('loses the records that are taken out, and says when there were none', async () => {
    const output = path('removed.sqlite');
    await querentJson(['corpus', 'build', file('ten.jsonl', records(1, 11)), '--out', output, '--json']);
    expect(
      await querentJson(['corpus', 'remove', output, '-', '99', '--json'], { input: '3\n5\n' }),
    ).toMatchObject({ records: 8, deleted: 2 });
    expect((await ids('study[ti]', output)).trim().split('\n').sort()).toEqual(
      ['1', '2', '4', '6', '7', '8', '9', '10'].sort(),
    );
    const some = await querent(['corpus', 'remove', output, '3', '4']);
    expect([some.code, some.stderr]).toEqual([0, expect.stringMatching(/^Not in .*removed\.sqlite: 3\n$/)]);
    const none = await querent(['corpus', 'remove', output, '3']);
    expect(none.stderr).toMatch(/None of these records is in .*removed\.sqlite/);
    expect(none.code).toBe(2);
  });

  it('works on deletions of an update file', async () => {
    const output = path('deleted.sqlite');
    await querentJson(['corpus', 'build', file('ten.jsonl', records(1, 11)), '--out', output, '--json']);
    const update = file(
      'update.xml',
      '<?xml version="1.0"?>\n<PubmedArticleSet><DeleteCitation><PMID Version="1">4</PMID><PMID Version="1">77</PMID></DeleteCitation></PubmedArticleSet>\n',
    );
    expect(await querentJson<Summary>(['corpus', 'build', update, '--out', output, '--json'])).toMatchObject({
      records: 9,
      deleted: 1,
    });
    expect(await ids('4[pmid] OR 5[pmid]', output)).toBe('5\n');
  });
});

describe('a damaged library', () => {
  const damage = async (name: string, statement: string): Promise<string> => {
    const output = path(name);
    await querentJson(['corpus', 'build', file('ten.jsonl', records(1, 11)), '--out', output, '--json']);
    const sql = await initSqlJs();
    const database = new sql.Database(readFileSync(output));
    database.exec(statement);
    writeFileSync(output, database.export());
    return output;
  };

  it('with a damaged index is searched all the same, says so, and is mended from its own text', async () => {
    const output = await damage(
      'index.sqlite',
      "UPDATE index_blob SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB)",
    );
    const found = await querent(['search', 'study[ti]', '--corpus', output, '--ids']);
    expect(found.stdout.trim().split('\n')).toHaveLength(10);
    expect(found.stderr).toMatch(/search index inside index\.sqlite .* querent corpus repair/);
    expect(await querentJson(['corpus', 'repair', output, '--json'])).toMatchObject({ records: 10, lost: 0 });
    expect((await querent(['search', 'study[ti]', '--corpus', output, '--ids'])).stderr).toBe('');
  });

  it('whose text was changed is told by verify, with exit code 1', async () => {
    const output = await damage('text.sqlite', "UPDATE citation SET title = 'other' WHERE id = '3'");
    const told = await querent(['corpus', 'verify', output]);
    expect([told.code, told.stdout]).toEqual([
      1,
      expect.stringMatching(/record 3 is not what it was.*repair/),
    ]);
    expect(await querentJson(['corpus', 'verify', output, '--json'], { code: 1 })).toMatchObject({
      ok: false,
    });
    await querentJson(['corpus', 'repair', output, '--json']);
    expect((await querent(['corpus', 'verify', output])).code).toBe(0);
  });
});
