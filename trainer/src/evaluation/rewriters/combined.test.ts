import { memoryEngine } from '@querent/core/connectors';
import { measure } from '@querent/core/search';
import { SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { describe, expect, it } from 'vitest';
import { citation } from '../../../../core/src/corpus/testing/records.ts';
import type { Question } from '../items/item.ts';
import { combinedRewriter } from './combined.ts';
import { methodRewriter } from './deterministic.ts';
import type { OpenedModel } from './textModels.ts';

const task = builtInTasks.get('publication') as Task;
const question: Question = {
  ...{
    id: 'a',
    text: 'Exercise for falls',
    pico: undefined,
    until: undefined,
    seeds: [],
    database: undefined,
  },
  ...{ input: { title: 'Exercise for falls' }, position: 0 },
};
const text = '<think>So.</think><answer>{"query": "falls[tiab]"}</answer>';
const generation = {
  text,
  stopReason: 'end',
  promptTokens: 1,
  tokens: 1,
  firstTokenMs: 0,
  totalMs: 0,
} as const;
const model: OpenedModel = {
  model: {
    describe: async () => ({ name: 'm', hasChatTemplate: true }),
    generate: async () => generation,
    generateMany: async (_, { samples }) => samples.map(() => ({ generation })),
  },
  identity: {},
  close: async () => undefined,
};
const settings = { form: 'recall', budget: 100, titleOnly: false } as const;
const sampling = {
  variant: 'reasoning',
  samples: 1,
  temperature: 0,
  seed: 1,
  maxTokens: 9,
  isHeldToForm: true,
} as const;

it('makes no failure of the rewriter of an engine that cannot be reached', async () => {
  const records = memoryEngine([]);
  const engine = new Proxy<SearchEngine>(records, {
    get(target, key) {
      if (key === 'count')
        return () => Promise.reject(new SearchError('network', 'It cannot be reached.', true));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const rewriter = combinedRewriter('combined:m', model, task, engine, settings, sampling);
  const { signal } = new AbortController();
  await expect(rewriter.attempt(question, 0, signal)).rejects.toMatchObject({ code: 'network' });
  const whole = combinedRewriter('combined:m', model, task, records, settings, sampling);
  // In a library without records the same draft is measured, and refused for what it finds.
  expect(await whole.attempt(question, 0, signal)).toMatchObject({ kind: 'failure' });
});

describe('the choice without labels', () => {
  const drugs = ['zorbium', 'velatril', 'quistane', 'norbexin', 'tamuride', 'fexolan', 'gradipar', 'ultimor'];
  const ills = ['blister', 'tremor', 'goitre', 'cataract', 'sciatica', 'pleurisy', 'rosacea', 'scabies'];
  const syllables = ['ka', 'lo', 'mi', 'ne', 'pu', 'ra', 'se', 'ti', 'vo', 'wu'];
  /** Words that no topic has. */
  const filler = (n: number): string =>
    [n % 10, (n >> 1) % 10, (n * 7) % 10].map((at) => syllables[at] ?? '').join('');
  const topics = drugs.map((drug, t) => ({
    drug,
    ill: ills[t] ?? '',
    title: `${drug} for ${ills[t] ?? ''}`,
    // Records that none of the words of the title are in: only who knows the other name finds them.
    hasOtherName: t % 2 === 0,
    relevant: [] as string[],
  }));
  const records = topics.flatMap((topic, t) =>
    Array.from({ length: 24 }, (_, k) => {
      const id = String(10_000 + t * 100 + k);
      topic.relevant.push(id);
      const name =
        topic.hasOtherName && k % 2 === 0
          ? `paraname${t} in condition${t}x`
          : `${topic.drug} in ${topic.ill}`;
      return citation({
        id,
        title: `${name} ${filler(k)}`,
        abstract: `${filler(k + 3)} ${filler(t * 5 + k)}`,
      });
    }),
  );
  for (let n = 0; n < 1_500; n++)
    records.push(
      citation({ id: String(50_000 + n), title: `${filler(n)} ${filler(n + 11)} ${filler(n * 3)}` }),
    );

  it('is better than either part where each knows what the other does not', async () => {
    const engine = memoryEngine(records);
    const answers = new Map(
      topics.map(({ drug, ill, title, hasOtherName }, t) => [
        title,
        // Where there is no other name the model writes about another topic, as small ones do.
        hasOtherName
          ? `(${drug}[tiab] OR paraname${t}[tiab]) AND (${ill}[tiab] OR condition${t}x[tiab])`
          : `${drugs[(t + 2) % 8] ?? ''}[tiab] OR paraname${(t + 1) % 8}[tiab]`,
      ]),
    );
    const knowing: OpenedModel = {
      ...model,
      model: {
        ...model.model,
        generate: async (prompt) => {
          const query = [...answers].find(([title]) => JSON.stringify(prompt).includes(title))?.[1];
          return { ...generation, text: `<think>So.</think><answer>${JSON.stringify({ query })}</answer>` };
        },
      },
    };
    const { signal } = new AbortController();
    const method = { form: 'recall', budget: 120, titleOnly: true } as const;
    const both = combinedRewriter('combined:m', knowing, task, engine, method, sampling);
    const alone = methodRewriter('deterministic', engine, method);
    const recallOf = async (query: string, relevant: readonly string[]): Promise<number> => {
      const resolved = resolveText(query);
      if (isUnresolvable(resolved)) throw new Error(resolved.problem);
      const { recall, count } = await measure(engine, resolved, relevant);
      expect(count).toBeLessThanOrEqual(120);
      return (recall ?? 0) / topics.length;
    };
    const macro = { method: 0, model: 0, combined: 0 };
    for (const { title, relevant } of topics) {
      const asked: Question = { ...question, text: title, input: { title } };
      const [own, put] = [await alone.attempt(asked, 0, signal), await both.attempt(asked, 0, signal)];
      if (own.kind !== 'query' || put.kind !== 'query') throw new Error('Both have a query for each topic.');
      macro.method += await recallOf(own.query, relevant);
      macro.model += await recallOf(answers.get(title) ?? '', relevant);
      macro.combined += await recallOf(put.query, relevant);
    }
    expect(macro.method).toBeCloseTo(0.75, 2);
    expect(macro.model).toBeCloseTo(0.5, 2);
    expect(macro.combined).toBeCloseTo(1, 2);
  });
});
