import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-export-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 1,500 invented records, two of three on walking. */
const corpus = join(folder, 'many.jsonl');
writeFileSync(
  corpus,
  Array.from({ length: 1_500 }, (_, i) =>
    JSON.stringify({
      pmid: 91_000_000 + i,
      title: `${i % 3 === 0 ? 'Swimming' : 'Walking'} ${i}`,
      mesh: ['Humans'],
    }),
  ).join('\n'),
);
const searched = ['search', 'walking[ti]', '--corpus', corpus];

describe('querent search --format', () => {
  it.each(['nbib', 'ris', 'csv'])(
    'writes all records as %s, which can be searched like the source',
    async (format) => {
      const out = join(folder, `walking.${format}`);
      const { code, stdout, stderr } = await querent([...searched, '--format', format, '--out', out]);
      expect(stderr).toMatch(/walking\.\w+ written: 1,000 records from citation file many\.jsonl/);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      const again = await querentJson<{ count: number; ids: string[] }>([
        ...['search', 'walking[ti]', '--corpus', out, '--json'],
      ]);
      const before = await querentJson<{ ids: string[] }>([...searched, '--json']);
      expect(again.count).toBe(1_000);
      expect([...again.ids].sort()).toEqual([...before.ids].sort());
    },
  );

  it('tells what was written, and what the format cannot hold, as JSON', async () => {
    const out = join(folder, 'told.ris');
    expect(await querentJson([...searched, '--format', 'ris', '--out', out, '--json'])).toEqual({
      file: out,
      records: 1_000,
      bytes: readFileSync(out).length,
      engine: 'citation file many.jsonl, 1,500 records',
      at: expect.stringMatching(/^\d{4}-/),
      notes: ['RIS has no place for MeSH: headings are written as keywords (1,000 records).'],
    });
  });

  it('leaves a file that is there as it is without --force', async () => {
    const out = join(folder, 'mine.csv');
    writeFileSync(out, 'mine');
    const refused = await querent([...searched, '--format', 'csv', '--out', out]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--force replaces it');
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect((await querent([...searched, '--format', 'csv', '--out', out, '--force'])).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('Walking');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each([
    [['--format', 'nbib'], /--out FILE/],
    [['--out', 'x.nbib'], /--format/],
    [['--format', 'bibtex', '--out', 'x.bib'], /nbib, ris, csv/],
    [['--format', 'ris', '--out', 'x.ris', '--limit', '5'], /every record/],
    [['--format', 'ris', '--out', join('no', 'such', 'x.ris')], /no such folder/],
  ])('refuses %j with the way out', async (options, message) => {
    const { code, stderr } = await querent([...searched, ...options]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
