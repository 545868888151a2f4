import { memoryEngine } from '@querent/core/connectors';
import { SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { expect, it } from 'vitest';
import type { Question } from '../items/item.ts';
import { combinedRewriter } from './combined.ts';
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
