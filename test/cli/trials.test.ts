import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querent } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-trials-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('files of ClinicalTrials.gov expressions', () => {
  it('are checked in their own language', async () => {
    const path = file('asthma.ctgov', '#1 AREA[Phase]PHASE9 AND (child\n');
    const { stdout, code } = await querent(['check', path, '--json']);
    const [{ problems }] = JSON.parse(stdout) as [{ problems: { rule: string }[] }];
    expect(problems.map(({ rule }) => rule)).toEqual(['trials-unknown-value', 'trials-unclosed']);
    expect(code).toBe(1);
    expect((await querent(['check', 'samples/asthma-trials.ctgov'])).stdout).toContain('no problems');
  });

  it('are formatted in their own language', async () => {
    const path = file('spaces.ctgov', '#1 AREA[Phase]  PHASE3   AND ( child )\n');
    expect((await querent(['format', path])).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('#1 AREA[Phase]PHASE3 AND (child)\n');
    const frontMatter = '---\ndatabase: ctgov\n---\n';
    const named = file('named.pubmed', `${frontMatter}area[Phase]  PHASE3\n`);
    expect((await querent(['format', named])).code).toBe(0);
    expect(readFileSync(named, 'utf8')).toBe(`${frontMatter}AREA[Phase]PHASE3\n`);
  });

  it.each([
    ['count'],
    ['rewrite'],
    ['parse'],
    ['export', '--to', 'search-file'],
    ['translate', '--from', 'pubmed'],
  ])('are not taken for strategies of PubMed by %s', async (...args) => {
    const { stdout, stderr, code } = await querent([...args, 'samples/asthma-trials.ctgov']);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toContain('asthma-trials.ctgov: searches of ClinicalTrials.gov cannot be');
  });
});
