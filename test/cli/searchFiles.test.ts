import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querent } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-search-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const STRATEGY =
  '\ufeff---\ntitle: Falls\n---\r\n// people\r\n#1 aged[mh]\r\n#2 falls[ti]\r\n#3 #1 AND #2\r\n';

describe('search files on the command line', () => {
  it('go out and come back byte for byte', async () => {
    const strategy = file('falls.pubmed', STRATEGY);
    const json = join(folder, 'falls_search_history.json');
    const out = await querent(['export', strategy, '--to', 'search-file', '--out', json]);
    expect([out.code, out.stdout]).toEqual([0, '']);
    const written = JSON.parse(readFileSync(json, 'utf8')) as Record<string, unknown>;
    expect(written).toMatchObject({ search_string: 'aged[mh] AND falls[ti]', platform: 'PubMed' });
    expect(written['date']).toMatchObject({
      data_entry: expect.stringMatching(/^\d{4}\.\d\d\.\d\d$/) as string,
    });
    const back = join(folder, 'back.pubmed');
    expect((await querent(['import', json, '--out', back])).code).toBe(0);
    expect(readFileSync(back, 'utf8')).toBe(STRATEGY);
    const printed = await querent(['import', json]);
    expect([printed.stdout, printed.stderr]).toEqual([STRATEGY, '']);
  });

  it('do not replace what is there, unless told', async () => {
    const strategy = file('a.pubmed', 'a[ti]');
    const there = file('there.json', 'mine');
    const refused = await querent(['export', strategy, '--to', 'search-file', '--out', there]);
    expect([refused.code, readFileSync(there, 'utf8')]).toEqual([2, 'mine']);
    expect(refused.stderr).toMatch(/there\.json cannot be written: there is such a file already; --force/);
    const args = ['export', strategy, '--to', 'search-file', '--out', there, '--force'];
    expect((await querent(args)).code).toBe(0);
    expect(readFileSync(there, 'utf8')).toContain('"search_string": "a[ti]"');
  });

  it.each([
    [['import', '-'], '{"platform": "PubMed"', /<stdin>: The file is no JSON from line 1, column 22 on/],
    [['import', '-'], '{"platform": "PubMed"}', /<stdin>: search_string is missing/],
    [['import', '-'], '{"platform": "Scopus", "search_string": "a", "authors": []}', /platform: .*Scopus/],
    [['export', '-', '--to', 'search-file'], '#1 #1', /refers to itself/],
    [['export', '-', '--to', 'endnote'], 'a', /Allowed choices are search-file/],
    [['export', '-'], 'a', /--to <format>' not specified/],
  ])('refuse %j with the place of what is wrong', async (args, input, message) => {
    const result = await querent(args, { input });
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(message);
  });
});
