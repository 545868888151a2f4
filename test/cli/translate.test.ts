import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-translate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ovid = '1. exp Asthma/ (135000)\n2. wheez$.mp.\n3. 1 or 2\n4. limit 3 to english language\n';

interface Translation {
  readonly query: string;
  readonly notes: readonly {
    readonly kind: string;
    readonly message: string;
    readonly reason: string;
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
    readonly resultRange: { readonly start: { readonly line: number } };
  }[];
}

describe('querent translate', () => {
  it('prints the strategy on stdout and what is not exact on stderr', async () => {
    const { code, stdout, stderr } = await querent(['translate', '-', '--from', 'ovid'], { input: ovid });
    expect(code).toBe(0);
    expect(stdout).toBe(
      '#1 "Asthma"[mh]\n// converted from Ovid: approximate: .mp. became [tw], which searches about the same fields\n#2 wheez*[tw]\n#3 #1 OR #2\n#4 #3 AND english[la]\n',
    );
    expect(stderr).toMatch(/^<stdin>:2:4 approximate \.mp\. became \[tw\]/);
    expect(stderr).toContain('1 approximate, 0 left out');
  });

  it('prints the contract with --json: places in the file and in the query', async () => {
    const { query, notes } = await querentJson<Translation>(['translate', '-', '--from', 'ovid', '--json'], {
      input: ovid,
    });
    expect(query).toContain('#2 wheez*[tw]');
    const [note, ...others] = notes.filter(({ kind }) => kind !== 'exact');
    expect(others).toEqual([]);
    expect(note).toMatchObject({
      kind: 'approximate',
      reason: 'field-mp',
      range: { start: { line: 1, character: 3 } },
      resultRange: { start: { line: 2 } },
    });
  });

  it('keeps the front matter, which is no search, and tells places in the whole file', async () => {
    const head = '---\ntitle: Asthma\ndatabase: pubmed\n---\n\n';
    const { query, notes } = await querentJson<Translation>(['translate', '-', '--from', 'ovid', '--json'], {
      input: head + ovid,
    });
    expect(query).toMatch(/^---\ntitle: Asthma\ndatabase: pubmed\n---\n\n#1 "Asthma"\[mh\]\n/);
    expect(notes.find(({ reason }) => reason === 'field-mp')).toMatchObject({
      range: { start: { line: 6, character: 3 } },
      resultRange: { start: { line: 7 } },
    });
  });

  it('takes a line of dashes above an Ovid strategy for a line of dashes', async () => {
    const { stdout } = await querent(['translate', '-', '--from', 'ovid'], { input: `---\n${ovid}` });
    expect(stdout).toContain('#1 "Asthma"[mh]');
  });

  it('exits with 1 when something had to be left out', async () => {
    const result = await querent(['translate', '-', '--from', 'ovid'], {
      input: 'asthma.tw.\nlimit 1 to "qualitative (maximizes sensitivity)"',
    });
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('// converted from Ovid: refused: ');
  });

  it('looks headings up in MeSH', async () => {
    const mesh = join(folder, 'mesh.jsonl');
    const row = {
      ui: 'D051437',
      name: 'Renal Insufficiency',
      entry: ['Kidney Failure'],
      perm: [],
      tree: [],
      pa: [],
    };
    writeFileSync(mesh, `${JSON.stringify(row)}\n`);
    const result = await querent(['translate', '-', '--from', 'ovid', '--mesh', mesh], {
      input: 'Kidney Failure/',
    });
    expect(result.stdout).toContain('#1 "Renal Insufficiency"[mh:noexp]');
    expect(result.stderr).toContain('is "Renal Insufficiency" in MeSH');
  });

  it('prints a PubMed strategy in its usual form', async () => {
    const result = await querent(['translate', '-', '--from', 'pubmed'], {
      input: 'asthma [tiab]  and “wheeze”[tiab]',
    });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toBe('asthma[tiab] AND "wheeze"[tiab]\n');
  });

  it.each([
    [['translate', '-', '--from', 'ovid', '--to', 'embase'], /only pubmed/],
    [['translate', '-', '--from', 'scopus'], /pubmed, ovid/],
    [['translate', '-'], /--from/],
    [['translate', 'no-such-file', '--from', 'ovid'], /there is no such file/],
  ])('%j is bad usage', async (args, message) => {
    const result = await querent(args, { input: 'asthma' });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });
});
