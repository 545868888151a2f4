import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparedMetrics, withComparisons } from '../comparisons.ts';
import { documentOf } from '../document.ts';
import type { EvaluationDocument } from '../document.ts';
import { topicResult } from '../figures/topics.ts';
import type { SampleResult, TopicResult } from '../result.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';
import { extent, linearAxis } from './plots/plot.ts';
import { reportOf } from './report.ts';
import type { Report } from './report.ts';

const task = builtInTasks.get('publication') as Task;
const hostile = `</title><script>alert(1)</script> "quoted" 'x' & | \`code\`\n| new row | [link](javascript:alert(1)) <img src=x onerror=alert(1)>`;

function topicOf(rewriter: string, id: string, recall: number, message?: string): TopicResult {
  const figures = {
    recall,
    precision: recall / 10,
    f1: 0.1,
    f3: recall / 5,
    nnr: 10,
    records: 100 * recall,
    valid: 1,
    success: 1,
    unknown: 0,
  };
  const sample: SampleResult = {
    ...{
      rewriter,
      id,
      sample: 0,
      query: message === undefined ? `${id}[tiab]` : null,
      completion: hostile,
      figures,
    },
    ...{ reward: recall * 4 - 1, components: null, seconds: 0.1, judgingSeconds: 0, tokens: 7 },
    failure: message === undefined ? null : { kind: 'unreadable', message },
  };
  const question = {
    id,
    text: id,
    pico: undefined,
    until: undefined,
    seeds: [],
    database: undefined,
    input: {},
    position: 0,
  };
  return topicResult({ question, target: {}, source: id.split('/')[0] ?? '', group: id, relevant: 10 }, [
    sample,
  ]);
}

function documents(name: string, id: string): readonly EvaluationDocument[] {
  const context = { task, doubtful: ['s/doubtful'], notes: [name], seed: 1 };
  const of = (rewriter: string, shift: number): EvaluationDocument =>
    documentOf(
      rewriter,
      [
        topicOf(rewriter, id, 0.5 + shift),
        topicOf(rewriter, 's/b', 0, hostile),
        topicOf(rewriter, 's/doubtful', 0.25),
      ],
      context,
    );
  return withComparisons([of(name, 0), of('other', 0.25)], [], comparedMetrics(task.metricNames), 1);
}

const report = (name: string, id = 's/a'): Report =>
  reportOf(documents(name, id), { task: task.title, about: [name], seeds: 2, traps: ['Beware.'] });

it('questions for SQL are told by their database, and other topics are not', () => {
  const sql = builtInTasks.get('sql') as Task;
  const context = { task: sql, doubtful: [], notes: [], seed: 1 };
  const asked = (id: string, database: string, executionAccuracy: number): TopicResult => ({
    ...topicOf('m', id, 0),
    ...{ database, figures: { executionAccuracy } },
  });
  const document = documentOf('m', [asked('a', 'shop', 1), asked('b', 'shop', 0), asked('c', 'zoo', 1)], context);
  expect(document.perDatabase?.['shop']).toMatchObject({ n: 2, metrics: { executionAccuracy: 0.5 } });
  const text = (documents: readonly EvaluationDocument[]): string =>
    markdownOf(reportOf(documents, { task: 'SQL', about: [], seeds: 0, traps: [] }));
  expect(text([document])).toMatch(/By database[^#]*shop \| 2 \| 0\.500/u);
  expect(text(documents('m', 's/a'))).not.toContain('By database');
}); // prettier-ignore

it('has a section for everything that is known', () => {
  const { sections } = report('method');
  expect(sections.map(({ title }) => title)).toEqual([
    'Figures',
    'Main figure with its interval',
    'Without doubtful topics',
    'Compared',
    'Failures',
    'Recall against records',
    'Rewards',
    'Rewards in order',
    'Length of queries',
    'Every topic',
    'To be known',
  ]);
  const markdown = markdownOf(report('method'));
  expect(markdown).toContain('2 relevant records a topic were given away');
  expect(markdown).toMatch(/\| method \| 0\.250 \(0\.000 to 0\.500\) /);
  expect(markdown).toMatch(/\| method \| other \| recall \| 3 \| −0\.083 .* \| 0 \/ 1 \/ 2 \| 1\.0000 \|/);
  expect(markdown).toContain('| s/b | 0.00 / 0.00 / 0 (failed) |');
  // Without the doubtful topic: (0.5 + 0) / 2.
  expect(documents('method', 's/a')[0]?.withoutDoubtful).toMatchObject({
    n: 2,
    leftOut: ['s/doubtful'],
    metrics: { recall: 0.25 },
  });
});

it('names by source where there is more than one', () => {
  expect(report('method', 'other/a').sections.map(({ title }) => title)).toContain('By source');
});

it('makes nothing of hostile names, titles and messages', () => {
  const html = htmlOf(report(hostile, `x/${hostile}`));
  expect(/<script|<img/i.test(html)).toBe(false);
  expect(html.includes('&#60;script&#62;alert(1)')).toBe(true);
  // Every tag that is opened is one of ours.
  const tags = new Set([...html.matchAll(/<([a-z!][a-z0-9]*)/gi)].map(([, tag]) => tag));
  expect([...tags].sort().join(' ')).toBe(
    '!doctype body circle desc details div figure h1 h2 head html li line main meta p rect section style summary svg table tbody td text th thead title tr ul',
  );
  const markdown = markdownOf(report(hostile, `x/${hostile}`));
  expect(markdown).not.toMatch(/<script|<img/i);
  expect(markdown).not.toMatch(/(?<!\\)\[link\]/);
  const table = markdown.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string): number => line.replace(/\\./g, '').split('|').length;
  for (const [i, line] of table.entries())
    if (/^\|( --- \|)+$/.test(table[i + 1] ?? '')) expect(cells(line)).toBe(cells(table[i + 2] ?? line));
});

it('is the same page for any text, but for the text', () => {
  const shape = (html: string): string => html.replace(/>[^<]+</g, '><').replace(/="[^"]*"/g, '');
  // The figures are the same for all of them: they are computed once.
  const figures = JSON.stringify(documents('name', 's/a'));
  const page = (name: string): string => {
    const named = JSON.parse(figures.replaceAll('"name"', () => JSON.stringify(name))) as EvaluationDocument[]; // prettier-ignore
    return shape(htmlOf(reportOf(named, { task: task.title, about: [name], seeds: 2, traps: ['Beware.'] })));
  };
  const plain = page('name');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (name) => {
      fc.pre(name.trim() !== '' && name !== 'other');
      expect(page(name)).toBe(plain);
    }),
    { numRuns: 200 },
  );
});

it('names models by their files where that tells them apart', () => {
  const named = (...names: string[]): string =>
    reportOf(
      names.map((name) => ({ ...documentOf(name, [topicOf(name, 's/a', 1)], { task, doubtful: [], notes: [], seed: 1 }) })),
      { task: 'Search', about: [], seeds: 0, traps: [] },
    ).title; // prettier-ignore
  expect(named('rarest', 'model:models/a/b.gguf')).toBe('Search: rarest, model:b.gguf');
  expect(named('model:C:\\models\\b.gguf', 'model:http://127.0.0.1:80/v1#a/b')).toBe(
    'Search: model:b.gguf, model:http://127.0.0.1:80/v1#a/b',
  );
  expect(named('model:old/b.gguf', 'model:new/b.gguf')).toBe('Search: model:old/b.gguf, model:new/b.gguf');
});

it.each([
  [0, 1, '0 0.2 0.4 0.6 0.8 1'],
  [-1, 0.511, '-1 -0.5 0 0.5'],
  [1, 32, '10 20 30'],
  [0, 0, '0 0.2 0.4 0.6 0.8 1'],
  [-0.3, -0.1, '-0.3 -0.25 -0.2 -0.15 -0.1'],
])('an axis from %d to %d names round numbers', (low, high, ticks) => {
  expect(
    linearAxis('x', low, high)
      .ticks.map(({ text }) => text)
      .join(' '),
  ).toBe(ticks);
});

it('takes any number of topics', () => {
  expect(extent(Array.from({ length: 200_000 }, (_, i) => i - 5))).toEqual([-5, 199_994]);
  expect(extent([])).toEqual([Infinity, -Infinity]);
});

it('gives every plot a title, a description and a table of the same numbers', () => {
  const html = htmlOf(report('method'));
  const plots = html.match(/<svg role="img"[\s\S]*?<\/figure><details>[\s\S]*?<table>/g) ?? [];
  expect(plots).toHaveLength(5);
  for (const plot of plots) expect(plot).toMatch(/<title>[^<]+<\/title><desc>[^<]+<\/desc>/);
  expect(html).toContain('prefers-color-scheme: dark');
  expect(html).toContain("default-src 'none'");
  expect(html.replace(/>[^<]*</g, '><')).not.toMatch(/https?:|src=|href=|@import|url\(/);
});

it('says nothing where there is nothing', () => {
  const failed = documentOf('none', [topicOf('none', 's/a', 0, 'No.')], {
    task,
    doubtful: [],
    notes: [],
    seed: 1,
  });
  const only = reportOf([failed], { task: task.title, about: [], seeds: 0, traps: [] });
  expect(htmlOf(only)).not.toContain('NaN');
  expect(markdownOf(only)).not.toContain('NaN');
  expect(only.sections.map(({ title }) => title)).not.toContain('To be known');
});
