import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TrialsRegistry } from '../../core/src/connectors/testing/trialsRegistry.ts';
import { querent } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-trials-'));

const nct = (number: number): string => `NCT${String(number).padStart(8, '0')}`;
let registry: TrialsRegistry;
beforeAll(async () => {
  registry = await TrialsRegistry.start(
    Array.from({ length: 30 }, (_, index) => ({
      id: nct(index + 1),
      title: `${index % 2 === 0 ? 'Budesonide' : 'Exercise'} for asthma ${index}`,
      posted: `20${10 + (index % 10)}-01-01`,
    })),
  );
  // Before the first command: the process that runs them begins with this environment.
  process.env['QUERENT_CTGOV_URL'] = registry.url;
});
afterEach(() => registry.reset());
afterAll(async () => {
  delete process.env['QUERENT_CTGOV_URL'];
  await registry.close();
  rmSync(folder, { recursive: true });
});

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

  it.each([['rewrite'], ['parse'], ['export', '--to', 'search-file'], ['translate', '--from', 'pubmed']])(
    'are not taken for strategies of PubMed by %s',
    async (...args) => {
      const { stdout, stderr, code } = await querent([...args, 'samples/asthma-trials.ctgov']);
      expect([stdout, code]).toEqual(['', 2]);
      expect(stderr).toContain('asthma-trials.ctgov: searches of ClinicalTrials.gov cannot be');
    },
  );
});

describe('ClinicalTrials.gov', () => {
  it('is counted in, line by line, with the fewest requests', async () => {
    const path = file(
      'live.ctgov',
      `---\nuntil: 2014-12-31\nseeds: [${nct(1)}, ${nct(2)}, 17]\n---\n#1 asthma\n#2 budesonide\n#3 #1 AND #2\n#4 #9\n`,
    );
    const { stdout, stderr, code } = await querent(['count', path, '--live', '--json']);
    const { lines, strategy, engine } = JSON.parse(stdout) as {
      lines: { label: string; count: number | null; seedsFound: number | null; error: string | null }[];
      strategy: { label: string };
      engine: string;
    };
    expect(lines.map(({ label, count, seedsFound }) => [label, count, seedsFound])).toEqual([
      ['1', 15, 2],
      ['2', 9, 1],
      ['3', 9, 1],
      ['4', null, null],
    ]);
    expect(lines[3]?.error).toContain('line #9, which does not exist');
    expect(strategy.label).toBe('4');
    expect(engine).toContain('ClinicalTrials.gov (live');
    expect(stderr).toContain('1 of 3 seeds is no NCT number (17)');
    expect(code).toBe(1);
    expect(registry.seen).toHaveLength(3);
  });

  it('that fails is an error and never a 0', async () => {
    registry.interfere = (response) => {
      response.writeHead(403).end('<html>no</html>');
      return true;
    };
    const { stdout, code } = await querent(['count', file('fault.ctgov', 'asthma AND wheezing\n'), '--live']);
    expect(stdout).toContain('error');
    expect(stdout).toContain('HTTP 403');
    expect(code).toBe(3);
  });

  it('is searched for an expression, and its records are exported', async () => {
    const expression = 'AREA[TitleSearch]budesonide AND asthma';
    const found = await querent(['search', expression, '--trials', '--live', '--json', '--limit', '3']);
    expect(JSON.parse(found.stdout)).toMatchObject({ count: 15, ids: [nct(9), nct(19), nct(29)] });
    const list = await querent(['search', expression, '--trials', '--live', '--limit', '2']);
    expect(list.stdout).toContain('Budesonide for asthma 18 (ClinicalTrials.gov 2018)');
    expect(list.stdout).toContain('... 13 more');
    const out = join(folder, 'trials.ris');
    expect(
      (await querent(['search', expression, '--trials', '--live', '--format', 'ris', '--out', out])).code,
    ).toBe(0);
    expect(readFileSync(out, 'utf8').match(/^TY {2}- /gm)).toHaveLength(15);
    expect((await querent(['search', 'asthma AND (', '--trials', '--live'])).stderr).toContain(
      'never closed',
    );
  });

  it('is stood in for by a library of trial records', async () => {
    const library = file(
      'trials.jsonl',
      [1, 2].map((n) => JSON.stringify({ id: nct(n), title: `Trial ${n} of asthma` })).join('\n'),
    );
    const path = file('library.ctgov', '#1 AREA[ConditionSearch]asthma\n#2 #1 AND AREA[Phase]PHASE3\n');
    const { stdout, stderr, code } = await querent(['count', path, '--corpus', library]);
    expect(stdout).toMatch(/#1 +2 /);
    expect(stdout).toMatch(/#2 +error .*cannot be searched in a library of trial records/);
    expect(stderr).toContain('do not tell areas apart');
    expect(code).toBe(1);
    expect((await querent(['count', path])).stderr).toContain('--live for ClinicalTrials.gov itself');
  });
});
