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
  readonly originalWhole: { readonly count: number } | null;
  readonly faults: readonly {
    readonly kind: string;
    readonly text: string | null;
    readonly message: string;
  }[];
  readonly unheldSeeds: readonly string[];
  readonly proposals: readonly {
    readonly query: string;
    readonly origin: string;
    readonly form: string | null;
    readonly count: number;
    readonly recall: number | null;
    readonly nnr: number | null;
    readonly problems: readonly unknown[];
    readonly reasoning: string;
    readonly intervals: {
      readonly recall: readonly [number, number] | null;
      readonly heldBack: readonly [number, number] | null;
    };
    readonly heldBack: { readonly found: number; readonly total: number; readonly recall: number } | null;
    readonly usedSeeds: boolean;
    readonly onFront: boolean;
    readonly terms: number;
    readonly clauses: number;
    readonly blocks: readonly { readonly name: string; readonly query: string }[];
    readonly parents: readonly string[];
    readonly round: number;
    readonly whole: { readonly count: number } | null;
    readonly flags: readonly { readonly kind: string; readonly text: string; readonly message: string }[];
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
    expect(text.stdout).toMatch(/^1\. \d+ records, \d of 4 seeds .*interval .*\(.+\)$/m);
  });

  it('tells intervals, recall on seeds held back, the front, shape and faults', async () => {
    const strategy = file(
      'narrow.pubmed',
      `---\ntitle: Exercise for preventing falls in older people\nseeds: [${seeds}, 12345]\n---\n"tai chi"[ti] AND falls[ti]\n`,
    );
    const { faults, unheldSeeds, proposals } = await querentJson<Rewritten>(['rewrite', strategy, '--corpus', corpus, '--json']); // prettier-ignore
    expect(faults.map(({ kind }) => kind)).toContain('misses-seeds');
    expect(unheldSeeds).toEqual(['12345']);
    expect(proposals.some(({ onFront }) => onFront)).toBe(true);
    for (const {
      recall,
      intervals,
      heldBack,
      usedSeeds,
      round,
      terms,
      clauses,
      origin,
      parents,
    } of proposals) {
      const [low, high] = intervals.recall ?? [NaN, NaN];
      expect(low).toBeLessThanOrEqual(recall ?? NaN);
      expect(high).toBeGreaterThanOrEqual(recall ?? NaN);
      if (heldBack !== null) expect([usedSeeds, heldBack.total]).toEqual([true, 5]);
      expect([round, terms >= clauses, parents.length]).toEqual([0, true, origin === 'combined' ? 2 : 0]);
    }
    // Queries that were learnt from the seeds are tested on seeds that had no part in them.
    expect(proposals.some(({ origin, heldBack }) => origin === 'method' && heldBack !== null)).toBe(true);
    const text = await querent(['rewrite', strategy, '--corpus', corpus]);
    expect(text.stdout).toMatch(/95 % interval \d\.\d\d to \d\.\d\d/);
    expect(text.stdout).toMatch(/on seeds held back: \d of 5/);
    expect(text.stderr).toContain('not in citation file');
  });

  it('goes by the share of seeds that is wanted', async () => {
    const args = ['rewrite', '--title', 'Exercise for preventing falls in older people', '--corpus', corpus];
    const counts = async (...more: readonly string[]): Promise<readonly number[]> =>
      (await querentJson<Rewritten>([...args, '--seeds', seeds, '--json', ...more])).proposals
        .filter(({ recall }) => (recall ?? 0) >= 0.5)
        .map(({ count }) => count);
    const few = await counts('--recall-floor', '50%');
    expect(few).toEqual([...few].sort((a, b) => a - b));
  });

  it('rewrites one line, and measures the strategy with it', async () => {
    const strategy = file(
      'lines.pubmed',
      `---\ntitle: Exercise for preventing falls in older people\nseeds: [${seeds}]\n---\n#1 "tai chi"[ti]\n#2 falls[ti] OR "Accidental Falls"[mh]\n#3 #1 AND #2\n`,
    );
    const args = [
      'rewrite',
      strategy,
      '--corpus',
      corpus,
      '--line',
      '#1',
      '--goal',
      'catch-missed',
      '--json',
    ];
    const { original, originalWhole, proposals } = await querentJson<Rewritten>(args);
    expect(original?.query).toBe('"tai chi"[ti]');
    expect(proposals.length).toBeGreaterThan(0);
    for (const { query, whole } of proposals) {
      const search = ['search', `(${query}) AND (falls[ti] OR "Accidental Falls"[mh])`, '--corpus', corpus];
      expect(await querentJson([...search, '--json'])).toMatchObject({ count: whole?.count });
    }
    expect(originalWhole).toMatchObject({ count: expect.any(Number) as number });
  });

  it('measures in the database that the strategy names, unless told otherwise', async () => {
    const strategy = file('named.pubmed', `---\ndatabase: ${corpus}\nseeds: [${seeds}]\n---\nfalls[ti]\n`);
    const { original } = await querentJson<Rewritten>(['rewrite', strategy, '--json']);
    expect(original?.query).toBe('falls[ti]');
    const unnamed = await querent(['rewrite', file('unnamed.pubmed', 'falls[ti]\n')]);
    expect(unnamed.stderr).toMatch(/names no database/);
    expect(unnamed.code).toBe(2);
  });

  it('starts from known relevant records alone', async () => {
    const byOption = ['rewrite', '--seeds', seeds, '--corpus', corpus];
    const empty = file('seeds-alone.pubmed', `---\ndatabase: ${corpus}\nseeds: [${seeds}]\n---\n`);
    for (const command of [byOption, ['rewrite', empty]]) {
      const { original, proposals } = await querentJson<Rewritten>([...command, '--json']);
      expect(original).toBeNull();
      expect(proposals[0]?.recall).toBeGreaterThan(0);
      expect(proposals[0]?.usedSeeds).toBe(true);
    }
    expect((await querent(byOption)).stdout).toMatch(/^1\. \d+ records?, \d of 4 seeds/);
  });

  it.each<[string[], RegExp]>([
    [['--corpus', corpus], /nothing to start from: give a strategy, --title, --pico or --seeds/],
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
    [['--title', 'x', '--line', '2', '--corpus', corpus], /--line 2: there is no file/],
    [[file('lined.pubmed', '#1 falls[ti]'), '--line', '7', '--corpus', corpus], /no line #7/],
    [['--title', 'x', '--recall-floor', '1.5', '--corpus', corpus], /a share from 0 to 1/],
    [['--title', 'x', '--rounds', '4', '--corpus', corpus], /from 0 to 3/],
    [
      ['--title', 'x', '--goal', 'win', '--corpus', corpus],
      /Allowed choices are improve, catch-missed, narrow/,
    ],
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

interface Explained {
  readonly count: number;
  readonly blocks: readonly {
    readonly name: string;
    readonly label?: string;
    readonly count: number;
    readonly seedsLost: readonly string[];
    readonly terms: readonly { readonly text: string; readonly count: number; readonly adds: number }[];
  }[];
  readonly missedSeeds: readonly { readonly id: string; readonly why: string }[];
}

describe('querent explain', () => {
  const query = '(falls[tiab] OR "Accidental Falls"[mh]) AND exercise[tiab]';

  it('tells what blocks and terms of a query contribute', async () => {
    const args = ['explain', query, '--corpus', corpus, '--seeds', `${seeds},12345`];
    const { count, blocks, missedSeeds } = await querentJson<Explained>([...args, '--json']);
    expect(await querentJson(['search', query, '--corpus', corpus, '--json'])).toMatchObject({ count });
    expect(blocks.map(({ name }) => name)).toEqual(['Accidental Falls', 'exercise']);
    const [either, heading] = blocks[0]?.terms ?? [];
    const alone = await querentJson<{ count: number }>(['search', '"Accidental Falls"[mh]', '--corpus', corpus, '--json']); // prettier-ignore
    expect(heading?.count).toBe(alone.count);
    expect(either?.adds).toBe((blocks[0]?.count ?? NaN) - alone.count);
    expect(missedSeeds.find(({ id }) => id === '12345')?.why).toMatch(/not in/);
    const text = await querent(args);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^ +\d+ +\d+ +\d( \+\d)? +"Accidental Falls"\[mh\]$/m);
  });

  it('explains lines of a strategy, and refuses what is none', async () => {
    const strategy = file('explained.pubmed', '#1 falls[tiab] OR "Accidental Falls"[mh]\n#2 exercise[tiab]\n#3 #1 AND #2\n'); // prettier-ignore
    const { blocks } = await querentJson<Explained>(['explain', strategy, '--corpus', corpus, '--json']);
    expect(blocks.map(({ label }) => label)).toEqual(['1', '2']);
    const line = await querentJson<Explained>(['explain', strategy, '--line', '1', '--corpus', corpus, '--json']); // prettier-ignore
    expect(line.blocks).toHaveLength(1);
    for (const [args, message] of [
      [[strategy, '--line', '9'], /no line #9/],
      [[' '], /nothing to search for/],
      [['missing.pubmed'], /no such file/],
    ] as const) {
      const refused = await querent(['explain', ...args, '--corpus', corpus]);
      expect(refused.stderr).toMatch(message);
      expect(refused.code).toBe(2);
    }
  });
});
