import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-cli-rewrite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const samples = resolve(import.meta.dirname, '../../samples');
const corpus = join(samples, 'citations.jsonl');

interface Rewritten {
  readonly original: {
    readonly query: string;
    readonly count: number;
    readonly recall: number | null;
  } | null;
  readonly proposals: readonly {
    readonly query: string;
    readonly origin: string;
    readonly form: string | null;
    readonly count: number;
    readonly recall: number | null;
    readonly nnr: number | null;
    readonly problems: readonly unknown[];
    readonly reasoning: string;
  }[];
  readonly rejected: readonly { readonly origin: string; readonly reason: string }[];
}

const seeds = '90000001,90000004,90000007,90000010';

describe('querent rewrite', () => {
  it('proposes measured queries for a title', async () => {
    const args = [
      'rewrite',
      '--title',
      'Exercise for preventing falls in older people',
      '--corpus',
      corpus,
      '--json',
    ];
    const { original, proposals } = await querentJson<Rewritten>([...args, '--seeds', seeds]);
    expect(original?.query).toContain('exercise[tiab]');
    expect(proposals.length).toBeGreaterThan(0);
    for (const proposal of proposals) {
      expect(proposal.origin).toBe('method');
      expect(proposal.recall).toBeGreaterThan(original?.recall ?? 1);
      expect(proposal.nnr).toBeGreaterThanOrEqual(1);
      // What is proposed finds what it says.
      const search = ['search', proposal.query, '--corpus', corpus, '--json'];
      expect(await querentJson(search)).toMatchObject({ count: proposal.count });
    }
    const without = await querentJson<Rewritten>([...args, '--form', 'readable', '--limit', '1']);
    expect(without.proposals).toHaveLength(1);
    expect(without.proposals[0]).toMatchObject({ form: 'readable', recall: null, nnr: null });
  });

  it('improves a strategy, and says what was not good enough', async () => {
    const strategy = file(
      'weak.pubmed',
      `---\ntitle: Exercise for preventing falls in older people\nseeds: [${seeds}]\n---\n#1 "tai chi"[ti]\n#2 #1 AND falls[ti]\n`,
    );
    const { original, proposals } = await querentJson<Rewritten>([
      'rewrite',
      strategy,
      '--corpus',
      corpus,
      '--json',
    ]);
    expect(original?.query).toBe('"tai chi"[ti] AND falls[ti]');
    expect(proposals[0]?.recall).toBeGreaterThan(original?.recall ?? 1);
    const text = await querent(['rewrite', strategy, '--corpus', corpus]);
    expect(text.stdout).toMatch(/^now: \d+ records?, \d of 4 seeds \(recall \d\.\d\d\)/);
    expect(text.stdout).toMatch(/^1\. \d+ records, \d of 4 seeds .*relevance feedback/m);
  });

  it('measures in the database that the strategy names, unless told otherwise', async () => {
    const strategy = file('named.pubmed', `---\ndatabase: ${corpus}\nseeds: [${seeds}]\n---\nfalls[ti]\n`);
    const { original } = await querentJson<Rewritten>(['rewrite', strategy, '--json']);
    expect(original?.query).toBe('falls[ti]');
    const unnamed = await querent(['rewrite', file('unnamed.pubmed', 'falls[ti]\n')]);
    expect(unnamed.stderr).toMatch(/names no database/);
    expect(unnamed.code).toBe(2);
  });

  it.each<[string[], RegExp]>([
    [['--corpus', corpus], /nothing to start from/],
    [['--title', ' ', '--corpus', corpus], /nothing to start from/],
    [['--title', 'x', '--limit', '0', '--corpus', corpus], /1 or more/],
    [
      [
        file(
          'laughs.pubmed',
          Array.from(
            { length: 40 },
            (_, i) =>
              `#${i + 2} ${Array(9)
                .fill(`#${i + 1}`)
                .join(' OR ')}`,
          )
            .toSpliced(0, 0, '#1 falls[tiab]')
            .join('\n'),
        ),
        '--corpus',
        corpus,
      ],
      /more than a billion characters/,
    ],
    [['--title', 'x'], /Say where to search/],
    [['--pico', '{', '--corpus', corpus], /--pico is not valid JSON/],
    [['--pico', '{"population": 3}', '--corpus', corpus], /"population" must be a text/],
    [['--title', 'x', '--seeds', 'none', '--corpus', corpus], /--seeds none/],
    [['--title', 'x', '--form', 'best', '--corpus', corpus], /Allowed choices are recall, readable, precise/],
    [[file('cycle.pubmed', '#1 #1 AND a'), '--corpus', corpus], /cycle\.pubmed: .*#1/],
  ])('refuses %j', async (args, message) => {
    const result = await querent(['rewrite', ...args]);
    expect(result.stderr).toMatch(message);
    expect([result.code, result.stdout]).toEqual([2, '']);
  });

  it.each<[string, string | undefined, RegExp]>([
    ['missing.gguf', undefined, /does not exist. Choose a GGUF file with --model/],
    ['text.gguf', 'no model', /not a GGUF/i],
    ['cut.gguf', 'GGUF\u0003\u0000\u0000\u0000', /cut off|truncated|damaged|incomplete/i],
  ])(
    'with an unusable model %s the other proposals are printed all the same',
    async (name, content, message) => {
      const model = content === undefined ? join(folder, name) : file(name, content);
      const args = ['rewrite', '--title', 'falls exercise', '--corpus', corpus, '--model', model, '--json'];
      const result = await querent(args);
      expect(result.stderr).toMatch(message);
      expect(result.code).toBe(3);
      const { proposals, rejected } = JSON.parse(result.stdout) as Rewritten;
      expect(proposals.length).toBeGreaterThan(0);
      expect(rejected.some(({ origin }) => origin === 'model')).toBe(true);
    },
  );
});
