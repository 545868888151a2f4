import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryEngine } from '@querent/core/connectors';
import { importCitations } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import { builtInTasks } from '@querent/core/tasks';
import type { Task, World } from '@querent/core/tasks';
import { ModelError } from '@querent/server/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';
import type { EvaluationItem } from './items/item.ts';
import type { TopicResult } from './result.ts';
import { queryOr } from './rewriters/rewriter.ts';
import type { EvaluatedRewriter } from './rewriters/rewriter.ts';
import { RunFolder } from './runFolder.ts';

const task = builtInTasks.get('publication') as Task;
let engine: SearchEngine;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'querent-evaluate-'));
  const records: CitationRecord[] = [];
  const lines = ['Exercise and falls', 'Falls in hospital', 'Aspirin'].map((title, i) =>
    JSON.stringify({ pmid: String(i + 1), title }),
  );
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(lines.join('\n'));
  }
  for await (const item of importCitations(bytes(), 'records.jsonl'))
    if (item.kind === 'record') records.push(item.record);
  engine = memoryEngine(records);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const items = ['a', 'b', 'c'].map((id, position): EvaluationItem => ({
  question: {
    id,
    text: 'Falls',
    pico: undefined,
    until: undefined,
    seeds: [],
    database: undefined,
    input: { title: 'Falls' },
    position,
  },
  ...{ target: { relevant: ['1', '2'] }, source: '', group: id, relevant: 2 },
}));

/** Asks for falls; what it attempts is noted. */
function rewriter(attempts: string[], act: (id: string) => void = () => undefined): EvaluatedRewriter {
  return {
    ...{ name: 'test', samples: 1, identity: {} },
    async attempt({ id }) {
      attempts.push(id);
      act(id);
      return queryOr('falls[tiab]', '');
    },
  };
}

/** An engine that fails so many times before it answers. */
function failing(times: number, error: SearchError): World {
  let left = times;
  return {
    citations: new Proxy(engine, {
      get(target, key) {
        if (key === 'count' && left-- > 0) return () => Promise.reject(error);
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    }),
  };
}

function run(more: Partial<Evaluation>): Promise<ReadonlyMap<string, readonly TopicResult[]>> {
  return evaluate({
    ...{ task, items, rewriters: [], world: { citations: engine }, concurrency: 1 },
    judging: { budget: 1500, variant: 'reasoning', patienceMs: 1 },
    signal: new AbortController().signal,
    ...more,
  });
}

const recalls = (topics: readonly TopicResult[] | undefined): unknown =>
  topics?.map(({ figures }) => figures['recall']);

describe('an engine that fails', () => {
  it('is asked again where the fault may pass, and costs the rewriter nothing', async () => {
    const results = await run({
      rewriters: [rewriter([])],
      world: failing(3, new SearchError('network', 'The network is down.', true)),
    });
    expect(recalls(results.get('test'))).toEqual([1, 1, 1]);
  });

  it.each([
    ['goes on failing', 99, true],
    ['fails for good', 1, false],
  ])(
    'ends the run when it %s; what was judged is kept and not done again',
    async (what, times, retryable) => {
      const path = join(home, what);
      const error = new SearchError('network', 'The network is down.', retryable);
      let world: World = { citations: engine };
      const attempts: string[] = [];
      const breaking = rewriter(attempts, (id) => {
        if (id === 'b') world = failing(times, error);
      });
      const folder = await RunFolder.open(path, { settings: {}, about: {} });
      await expect(
        run({ rewriters: [breaking], folder, world: { get citations() { return world.citations as SearchEngine; } } }), // prettier-ignore
      ).rejects.toBe(error);
      await folder.close();
      expect(attempts).toEqual(['a', 'b']);
      const again = await RunFolder.open(path, { settings: {}, about: {} });
      const results = await run({ rewriters: [rewriter(attempts)], folder: again });
      await again.close();
      expect(attempts).toEqual(['a', 'b', 'b', 'c']);
      expect(recalls(results.get('test'))).toEqual([1, 1, 1]);
    },
  );

  it('but what it cannot answer at all is a failure of a kind of its own', async () => {
    const results = await run({
      rewriters: [rewriter([])],
      world: failing(1, new SearchError('unsupported', 'No ranges here.')),
    });
    const [first, second] = results.get('test') ?? [];
    expect(first?.samples[0]).toMatchObject({
      query: 'falls[tiab]',
      figures: { recall: 0 },
      failure: { kind: 'unsupported', message: 'No ranges here.' },
    });
    expect(second?.samples[0]?.failure).toBeNull();
  });
});

describe('a model that fails', () => {
  it('is asked again after a crash', async () => {
    let crashes = 2;
    const attempts: string[] = [];
    const results = await run({
      rewriters: [
        rewriter(attempts, () => {
          if (crashes-- > 0) throw new ModelError('crashed', 'It died.');
        }),
      ],
    });
    expect(attempts).toEqual(['a', 'a', 'a', 'b', 'c']);
    expect(recalls(results.get('test'))).toEqual([1, 1, 1]);
  });

  it('ends the run when it refuses', async () => {
    const refusal = new ModelError('refused', 'No key.');
    const attempts: string[] = [];
    const refusing = rewriter(attempts, () => {
      throw refusal;
    });
    await expect(run({ rewriters: [refusing] })).rejects.toBe(refusal);
    expect(attempts).toEqual(['a']);
  });
});

it('gives results in the order of the items, however many are on their way', async () => {
  const slow: EvaluatedRewriter = {
    ...{ name: 'slow', samples: 2, identity: {} },
    async attempt({ position }, sample) {
      await new Promise((resolve) => setTimeout(resolve, 10 - 3 * position + sample));
      return queryOr(position === 1 ? undefined : `falls[tiab] OR nothing${sample}[tiab]`, 'No idea.');
    },
  };
  const progress: number[] = [];
  const results = await run({
    rewriters: [slow],
    concurrency: 4,
    onProgress: ({ done }) => progress.push(done),
  });
  const topics = results.get('slow') ?? [];
  expect(topics.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(topics.map(({ samples }) => samples.map(({ sample }) => sample))).toEqual([[0, 1], [0, 1], [0, 1]]); // prettier-ignore
  expect(topics.map(({ valid }) => valid)).toEqual([1, 0, 1]);
  expect(progress).toEqual([1, 2, 3, 4, 5, 6]);
});

it('names the row that cannot be judged', async () => {
  const wrong = items.map((item, i) => (i === 1 ? { ...item, target: { relevant: [1.5] } } : item));
  await expect(run({ items: wrong, rewriters: [rewriter([])] })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^b: relevant\[0\] must be an id/),
  });
});

it('judges completions for a topic of which nothing is held as it judges queries, without a reward', async () => {
  const completions: Readonly<Record<string, string>> = {
    a: '<think>x</think><answer>{"query": "falls[tiab]"}</answer>',
    b: 'No idea.',
    c: '<think>x</think><answer>{"query": "falls[tiab]"}</answer>',
  };
  const model: EvaluatedRewriter = {
    ...{ name: 'model', samples: 1, identity: {} },
    attempt: async ({ id }) => ({ kind: 'completion', completion: completions[id] ?? '', isCut: false }),
  };
  const elsewhere = items.map((item) =>
    item.question.id === 'c' ? item : { ...item, target: { relevant: ['98', '99'] } },
  );
  const topics = (await run({ items: elsewhere, rewriters: [model] })).get('model') ?? [];
  expect(topics.map(({ figures }) => figures['recall'])).toEqual([0, 0, 1]);
  const attempts = topics.map(({ samples: [sample] }) => sample);
  expect(attempts[0]).toMatchObject({ query: 'falls[tiab]', reward: null, failure: null });
  expect(attempts[1]).toMatchObject({ query: null, failure: { kind: 'unreadable' } });
  expect(attempts[2]?.reward).toBeGreaterThan(0);
});

it('stops when it is told to', async () => {
  const controller = new AbortController();
  const attempts: string[] = [];
  const reason = new Error('No longer wanted.');
  const stopping = rewriter(attempts, (id) => (id === 'b' ? controller.abort(reason) : undefined));
  await expect(run({ rewriters: [stopping], signal: controller.signal })).rejects.toThrow();
  expect(attempts).toEqual(['a', 'b']);
});
