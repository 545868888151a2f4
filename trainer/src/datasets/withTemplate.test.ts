import { compactTemplate as compact } from '@querent/core/rewriting';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { describe, expect, it } from 'vitest';
import { rowOf } from './row.ts';
import type { Topic } from './topic.ts';
import { withTemplate } from './withTemplate.ts';

const topic: Topic = {
  id: 'a',
  source: 's',
  task: 'publication',
  input: { title: 'Falls' },
  target: { relevant: ['1'] },
};
const place = { split: 'train', index: 0, group: 'a' } as const;

const rowWith = (wanted: string, variant: 'direct' | 'reasoning' = 'direct') =>
  rowOf(topic, withTemplate(builtInTasks, variant, wanted).get('publication') as Task, variant, place);

describe('a dataset in another wording', () => {
  it('asks its task so, and names the wording in its rows; other tasks stay as they are', () => {
    const row = rowWith('publication-search-compact/1');
    expect(row.extra_info.template).toEqual({ id: compact.id, hash: compact.hash });
    expect(row.prompt.map(({ content }) => content)).toEqual([compact.system, `Question: Falls\n${compact.instruction}`]);
    const tasks = withTemplate(builtInTasks, 'direct', 'publication-search-compact/1');
    expect(tasks.get('sql')).toBe(builtInTasks.get('sql'));
    expect(tasks.get('publication')?.templates.reasoning).toBe(builtInTasks.get('publication')?.templates.reasoning);
    expect(tasks.get('publication')?.prompt(topic.input, 'reasoning').template.id).toBe('publication-search/1');
  }); // prettier-ignore

  it('is the one that it was where none is named, or its own', () => {
    expect(withTemplate(builtInTasks, 'direct', 'auto')).toBe(builtInTasks);
    expect(rowWith('publication-search-direct/1')).toEqual(rowWith('auto'));
  });

  it.each([
    ['nonsense', 'direct', /no prompt template "nonsense".*--template/u],
    ['publication-search-compact/1', 'reasoning', /asks for the answer alone\. Write --variant direct/u],
    ['publication-search/1', 'direct', /asks for reasoning\. Write --variant reasoning/u],
    ['deepretrieval/pubmed-qwen', 'reasoning', /is one text/u],
  ] as const)('is refused: %s for %s', (wanted, variant, message) => {
    expect(() => rowWith(wanted, variant)).toThrow(message);
  });

  it('is refused for a task that is not there', () => {
    expect(() => withTemplate(new Map(), 'direct', 'publication-search-compact/1')).toThrow(
      /is for publication search, which is no task here/u,
    );
  });
});
