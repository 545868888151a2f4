import { describe, expect, it } from 'vitest';
import { publishedCheckpoints, publishedTemplates } from './deepRetrieval/index.ts';
import { promptTemplate } from './prompt.ts';
import { taskMismatch, templateFor } from './templateChoice.ts';
import type { ModelIdentity } from './templateChoice.ts';

const ours = promptTemplate('publication-search/1', 'You search.', 'Write a query.');
const own = [
  { task: 'publication', template: ours },
  { task: 'sql', template: promptTemplate('sql/1', 'You translate.', 'Write SQL.') },
] as const;
const chosen = (model: ModelIdentity, wanted?: string) => {
  const choice = templateFor(model, own, 'publication', wanted);
  return choice.kind === 'refused' ? choice.reason : choice.template.id;
};

describe('the template that a model is asked with', () => {
  it.each<[string, ModelIdentity, string]>([
    ['ours where nothing is known', { name: 'SmolLM2-135M-Instruct.Q4_1' }, 'publication-search/1'],
    ['that of the published name', { name: 'DeepRetrieval-PubMed-3B' }, 'deepretrieval/pubmed-qwen'],
    [
      'of a file made of it',
      { name: 'deepretrieval-pubmed-3b-q4_k_m', architecture: 'qwen2' },
      'deepretrieval/pubmed-qwen',
    ],
    ['of the longer name', { name: 'DeepRetrieval_PubMed_3B_Llama.Q8_0' }, 'deepretrieval/pubmed-llama'],
    [
      'of the name in the metadata',
      { name: 'model', metadata: { 'general.name': 'DeepRetrieval NQ BM25 3B' } },
      'deepretrieval/nq',
    ],
    [
      'of the architecture where the name leaves it open',
      { name: 'DeepRetrieval-CTGov-3B', architecture: 'llama' },
      'deepretrieval/ctgov-llama',
    ],
    ['of an endpoint', { name: 'DeepRetrieval/DeepRetrieval-SQL-7B' }, 'deepretrieval/bird'],
    [
      'what the file promises before its name',
      { name: 'DeepRetrieval-SQL-7B', metadata: { 'querent.template': 'publication-search/1' } },
      'publication-search/1',
    ],
    ['no other model with a name that is near', { name: 'RetrievalDeep-PubMed-3B' }, 'publication-search/1'],
  ])('is %s', (_, model, id) => expect(chosen(model)).toBe(id));

  it('is the one that is set, before all else', () => {
    expect(chosen({ name: 'DeepRetrieval-PubMed-3B' }, 'deepretrieval/pubmed-qwen-plain')).toBe(
      'deepretrieval/pubmed-qwen-plain',
    );
    expect(chosen({ name: 'x' }, 'nonsense\u001b[31m/9')).toMatch(
      /^There is no prompt template "nonsense\?\[31m\/9"\. Write auto in querent\.model\.template, or one of publication-search\/1,/u,
    );
  });

  it('is refused where it is not, word by word, what the file was trained with', () => {
    const promise = { 'querent.template': ours.id, 'querent.template.sha256': ours.hash };
    expect(chosen({ name: 'mine', metadata: promise })).toBe(ours.id);
    expect(
      chosen({ name: 'mine', metadata: { ...promise, 'querent.template.sha256': 'f'.repeat(64) } }),
    ).toMatch(
      /^mine was trained with another wording of the prompt template publication-search\/1 \(SHA-256 "ffffffffffff"\)/u,
    );
    expect(chosen({ name: 'mine', metadata: { 'querent.template': 'publication-search/7' } })).toMatch(
      /which this version of Querent does not have\. Update Querent/u,
    );
  });

  it('tells of a model that was trained for something else', () => {
    const sql = templateFor({ name: 'DeepRetrieval-SQL-3B' }, own, 'publication');
    expect(taskMismatch('DeepRetrieval-SQL-3B', sql, 'publication')).toBe(
      'DeepRetrieval-SQL-3B was trained for SQL (template deepretrieval/bird), not for publication search. Choose another model, or a template for publication search in ' +
        'querent.model.template.',
    );
    const set = templateFor({ name: 'x' }, own, 'publication', 'sql/1');
    expect(taskMismatch('x', set, 'publication')).toMatch(
      /^The template sql\/1 is for SQL, not for publication search/u,
    );
    expect(taskMismatch('x', templateFor({ name: 'x' }, own, 'publication'), 'publication')).toBeUndefined();
  });
});

describe('the table of published checkpoints', () => {
  it('names templates that are there, for the task of the model', () => {
    for (const { template, alternatives, task } of publishedCheckpoints)
      for (const id of [template, ...alternatives]) expect(publishedTemplates.get(id)?.task).toBe(task);
  });

  it('finds each of them by its own name and by no other', () => {
    for (const checkpoint of publishedCheckpoints) {
      const choice = templateFor({ name: checkpoint.repository }, own, checkpoint.task);
      expect(choice).toMatchObject({ checkpoint, isTrained: true });
    }
  });
});
