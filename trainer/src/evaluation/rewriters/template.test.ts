import { describe, expect, it } from 'vitest';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import type { ModelPrompt } from '../../../../server/src/models/hostProtocol.ts';
import { askModel } from './model.ts';
import { asTrained } from './template.ts';
import type { OpenedModel } from './textModels.ts';

const publication = builtInTasks.get('publication') as Task;
const sampling = {
  variant: 'reasoning',
  samples: 1,
  temperature: 0,
  seed: 1,
  maxTokens: 100,
  isHeldToForm: true,
} as const;

function named(name: string, asked: ModelPrompt[] = []): OpenedModel {
  const generation = {
    text: 'Falls.</think>\n<answer>\n{"query": "falls"}\n</answer>',
    stopReason: 'end',
    promptTokens: 1,
    tokens: 1,
    firstTokenMs: 1,
    totalMs: 1,
  } as const;
  return {
    model: {
      describe: async () => ({ name, hasChatTemplate: true }),
      generate: async (prompt) => {
        asked.push(prompt);
        return generation;
      },
      generateMany: async () => [{ generation }],
    },
    identity: { name },
    close: async () => undefined,
  };
}

describe('a model in an evaluation', () => {
  it('is asked as it was trained, and its answer begins with what the prompt opened', async () => {
    const asked: ModelPrompt[] = [];
    const opened = await asTrained(named('DeepRetrieval-PubMed-3B', asked), publication, 'reasoning', 'auto');
    expect(opened.template?.id).toBe('deepretrieval/pubmed-qwen');
    const question = { id: '1', input: { title: 'Falls' } } as Parameters<typeof askModel>[3];
    const attempt = await askModel(opened, publication, sampling, question, 0, new AbortController().signal);
    expect(attempt).toMatchObject({
      completion: '<think>Falls.</think>\n<answer>\n{"query": "falls"}\n</answer>',
    });
    expect(asked).toMatchObject([{ kind: 'raw', specialTokens: true }]);
  });

  it('is asked with the task’s own prompt where nothing is known of it', async () => {
    const opened = await asTrained(named('SmolLM2'), publication, 'reasoning', 'auto');
    expect(opened.template).toBeUndefined();
  });

  it('is asked with a wording beside the task’s own two where that is set, or its file names it', async () => {
    const id = 'publication-search-compact/1';
    const set = await asTrained(named('SmolLM2'), publication, 'direct', id);
    const opened = named('querent');
    const { model } = opened;
    const metadata = { 'querent.template': id };
    const promising = {
      ...opened,
      model: { ...model, describe: async () => ({ ...(await model.describe()), metadata }) },
    };
    for (const { template } of [set, await asTrained(promising, publication, 'direct', 'auto')])
      expect(template?.id).toBe(id);
  });

  it.each([
    ['another task', 'DeepRetrieval-SQL-7B', 'auto', /was trained for SQL .*in --template\./u],
    ['no template', 'x', 'nonsense', /no prompt template "nonsense"\. Write auto in --template/u],
    [
      'another variant',
      'x',
      'deepretrieval/pubmed-direct',
      /asks for the answer alone\. Write --variant direct/u,
    ],
    [
      'our wording of another variant',
      'x',
      'publication-search-compact/1',
      /compact\/1 asks for the answer alone\. Write --variant direct/u,
    ],
  ])('is not asked with %s', async (_, name, wanted, message) => {
    await expect(asTrained(named(name), publication, 'reasoning', wanted)).rejects.toThrow(message);
  });
});
