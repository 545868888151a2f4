import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publishedCheckpoints, publishedTemplates } from '../prompting/index.ts';
import { termTemplate } from '../rewriting/index.ts';
import { builtInTasks, ownTemplates } from './registry.ts';

const inputs: Readonly<Record<string, unknown>> = {
  publication: { title: 'Falls', pico: { population: 'older people', intervention: 'exercise' } },
  trials: { pico: { P: 'older people', I: 'exercise', C: 'none', O: 'falls' } },
  qa: { question: 'who wrote the origin of species?' },
  ir: { question: 'falls in old age' },
  sql: {
    db: 'library',
    question: 'How many books?',
    schema: 'CREATE TABLE book (id INTEGER);\nCREATE TABLE author (id INTEGER);',
    evidence: 'A book has an id.',
  },
};

// Rows of datasets and checkpoints name these. A wording that changes gets a new number, and then its line here.
it('our wordings are what their ids promise', () => {
  expect(ownTemplates.map(({ template: { id, hash } }) => `${id} ${hash.slice(0, 16)}`))
    .toMatchInlineSnapshot(`
      [
        "publication-search/1 0c639dfe1a9dcb2b",
        "publication-search-direct/1 f819af21c9ec978c",
        "trial-search/1 6d8f2fc7a0686cf8",
        "trial-search-direct/1 d004604fe195c03f",
        "evidence-search/1 63edb96bc862d5a3",
        "evidence-search-direct/1 eacde2382c0c229e",
        "ranked-search/1 fa71e04d7083eec0",
        "ranked-search-direct/1 388cfe788f0bd38f",
        "sql/1 72d3a3d5906b8b27",
        "sql-direct/1 7298a40c0dab154d",
        "publication-search-compact/1 78b47c5a05dfd9ff",
      ]
    `);
});

it('prompts without a query and seeds stay as rows of datasets have them', () => {
  const lines = [...builtInTasks].map(([id, task]) => task.prompt(inputs[id], 'direct').user);
  expect(lines.join('\n\n')).toMatchInlineSnapshot(`
    "Question: Falls
    P: older people
    I: exercise
    Write one PubMed query. Join synonyms with OR inside parentheses, and different concepts with AND. Tag text words with [tiab] and MeSH headings with [mh]. Use no dates, no record numbers, no line numbers. Give the query as JSON in <answer> tags, like this:
    <answer>{"query": "..."}</answer>

    P: older people
    I: exercise
    C: none
    O: falls
    Write one expression. Join synonyms with OR inside parentheses, and different concepts with AND. Put phrases in double quotes. AREA[ConditionSearch], AREA[InterventionSearch] or AREA[TitleSearch] may stand right before a term or a parenthesis. Use no tags behind terms, no truncation, no dates, no NCT numbers, no line numbers. Give the query as JSON in <answer> tags, like this:
    <answer>{"query": "..."}</answer>

    Question: who wrote the origin of species?
    The engine ranks passages by how well they fit the words of the query; it knows no operators, no quotes and no field tags. Write the words that a passage with the answer would use: names, technical terms and their synonyms. Do not answer the question. Give the query as JSON in <answer> tags, like this:
    <answer>{"query": "..."}</answer>

    Question: falls in old age
    The engine ranks documents by how well they fit the words of the query; it knows no operators, no quotes and no field tags. Keep the words that matter and add the technical terms, synonyms and names that relevant documents would use. A query that is good already may stay as it is. Give the query as JSON in <answer> tags, like this:
    <answer>{"query": "..."}</answer>

    CREATE TABLE book (id INTEGER);
    CREATE TABLE author (id INTEGER);
    Known: A book has an id.
    Question: How many books?
    Write one SQLite statement that only reads (SELECT, or WITH and SELECT) and answers the question from the tables above. Give the columns that the question asks for, in its order, and no others. Give the statement as JSON in <answer> tags, like this:
    <answer>{"sql": "..."}</answer>"
  `);
});

describe('published wordings', () => {
  it.each([...publishedTemplates.values()].map((template) => [template.id, template] as const))(
    'can be told by their task: %s',
    (_, template) => {
      const task = builtInTasks.get(template.task);
      const prompt = task?.prompt(inputs[template.task], template.variant, template);
      expect(prompt?.template).toEqual({ id: template.id, hash: template.hash });
      expect(prompt?.text).not.toContain('{{');
      expect(task?.answerKey).toBe(template.answerKey);
      if (template.task !== 'sql') return;
      const end = template.id.startsWith('deepretrieval/bird') ? '' : ';';
      expect(prompt?.text).toContain(
        `Schema:\nCREATE TABLE book (id INTEGER)${end}\n\nCREATE TABLE author (id INTEGER)${end}\n`,
      );
    },
  );
});

it('the page about prompts names every template with its hash, and every published checkpoint', () => {
  const page = readFileSync(new URL('../../../docs/prompts.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  const templates = [
    ...ownTemplates.map(({ template }) => template),
    termTemplate,
    ...publishedTemplates.values(),
  ];
  for (const { id, hash } of templates)
    expect(rows.some((row) => row.includes(`\`${id}\``) && row.includes(hash.slice(0, 16)))).toBe(true);
  for (const { repository, template } of publishedCheckpoints)
    expect(rows.some((row) => row.includes(`\`${repository}\``) && row.includes(`\`${template}\``))).toBe(
      true,
    );
});
