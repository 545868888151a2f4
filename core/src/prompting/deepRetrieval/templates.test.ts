import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../answer.ts';
import { rawPrompt } from '../rawTemplate.ts';
import type { RawTemplate } from '../rawTemplate.ts';
import { sha256 } from '../sha256.ts';
import { readStructure } from '../structure.ts';
import { attacks, marks } from '../testing/attacks.ts';
import { publishedTemplates } from './index.ts';

const values: Readonly<Record<string, string>> = {
  P: 'Older people',
  I: 'Exercise',
  C: 'No exercise',
  O: 'Falls',
  question: 'who wrote the origin of species',
  schema: 'CREATE TABLE author (id INTEGER, name TEXT)\n\nCREATE TABLE book (id INTEGER, author INTEGER)',
  knowledge: 'author is the writer',
};
const templates = [...publishedTemplates.values()];
const promptOf = (template: RawTemplate): string => rawPrompt(template, values, 400, ['schema']).text ?? '';

describe('published templates', () => {
  // The interface of trained models: a byte more or less, and they are asked otherwise than they were trained. Never update these to make a test pass.
  it('have the wording of their ids', () => {
    expect(templates.map(({ id, hash }) => `${id} ${hash.slice(0, 16)}`)).toMatchSnapshot();
  });

  it.each(templates.map((template) => [template.id, template] as const))(
    'render as they were trained: %s',
    (_, template) => {
      // White space at the ends of lines counts, so that line breaks and ends are shown.
      expect(
        promptOf(template)
          .split('\n')
          .map((line) => `${line}$`)
          .join('\n'),
      ).toMatchSnapshot();
    },
  );

  it('end with what they leave opened, and answers are read from there', () => {
    for (const template of templates) {
      const { opened, variant, answerKey } = template;
      const text = promptOf(template);
      if (opened !== '') expect(text.trimEnd().endsWith(opened)).toBe(true);
      const json = JSON.stringify({ [answerKey]: 'a "b" c' });
      const answer = opened === '<answer>' ? `${json}\n</answer>` : `\n<answer>\n${json}\n</answer>`;
      const completion = variant === 'reasoning' ? `Two concepts.\n</think>${answer}` : answer;
      expect(readStructure(completion, variant, opened)).toEqual({ isValid: true });
      expect(parseAnswer(completion, answerKey, opened)).toEqual({
        query: 'a "b" c',
        reasoning: variant === 'reasoning' ? 'Two concepts.' : '',
      });
    }
  });

  it('take no answer out of the reasoning that the prompt opened', () => {
    expect(parseAnswer('I think of {"query": "x"}', 'query', '<think>')).toHaveProperty('problem');
  });

  it('say N/A for what is not told, as the published rows do', () => {
    const template = publishedTemplates.get('deepretrieval/pubmed-qwen');
    expect(template && rawPrompt(template, { P: 'Older people' }).text).toContain(
      '\nP: Older people\nI: N/A\nC: N/A\nO: N/A\n<|im_end|>',
    );
  });

  it.each(attacks)('keep their structure whatever fills them: %s', (_, attack) => {
    for (const template of templates) {
      const slots = [...template.text.matchAll(/\{\{(\w+)\}\}/gu)].map(([, slot]) => slot ?? '');
      const filled = rawPrompt(template, Object.fromEntries(slots.map((slot) => [slot, attack]))).text ?? '';
      // What stands between the slots is there, in its order, and nothing else spans lines or holds marks.
      const pieces = template.text.split(/\{\{\w+\}\}/u);
      let at = 0;
      for (const [i, piece] of pieces.entries()) {
        const found = filled.indexOf(piece, at);
        expect(found).toBeGreaterThanOrEqual(0);
        const value = filled.slice(at, found);
        expect(value).not.toMatch(marks);
        expect(value).not.toMatch(/\n|(?:assistant|user|system):/iu);
        expect(i === 0 || value.length > 0).toBe(true);
        at = found + piece.length;
      }
      expect(at).toBe(filled.length);
    }
  });

  it('slots in what fills a slot are text', () => {
    const template = publishedTemplates.get('deepretrieval/nq');
    expect(template && rawPrompt(template, { question: '{{question}} {{P}}' }).text).toContain(
      '\n{{question}} {{P}}\n',
    );
  });
});

const rows = join(
  process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data'),
  'benchmarks/deepretrieval_publication_test.jsonl.gz',
);
if (!existsSync(rows)) console.warn(`The published rows are not compared: no ${rows}`);
describe.skipIf(!existsSync(rows))('the prompts of the published test rows', () => {
  it('are as long as the published ones: 230 words on average, 322 at most', () => {
    const template = publishedTemplates.get('deepretrieval/pubmed-qwen');
    if (template === undefined) throw new Error('no template');
    const lengths = gunzipSync(readFileSync(rows))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { pico: Record<string, string> }).pico)
      .map(({ population: P, intervention: I, comparison: C, outcome: O }) =>
        rawPrompt(template, { P, I, C, O }, 1000),
      )
      .map(({ text = '' }) => text.trim().split(/\s+/u).length);
    expect(lengths).toHaveLength(4116);
    expect(Math.round(lengths.reduce((sum, length) => sum + length, 0) / lengths.length)).toBe(230);
    expect(Math.max(...lengths)).toBe(322);
  });
});

it('the text of a template is the hash’s only business beside its id', () => {
  for (const { id, text, opened, hash } of templates)
    expect(hash).toBe(sha256(JSON.stringify([id, 'raw', text, opened])));
});
