import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from './answer.ts';
import { answerGrammar, termGrammar, trainedGrammar } from './grammar.ts';
import type { Variant } from './prompt.ts';
import type { OpenedTag } from './rawTemplate.ts';
import { readStructure } from './structure.ts';
import { sentencesOf } from './testing/gbnf.ts';

const shapes: readonly [Variant, OpenedTag, string][] = [
  ['reasoning', '', answerGrammar()],
  ['direct', '', answerGrammar('query', 'direct')],
  ['reasoning', '<think>', answerGrammar('query', 'reasoning', '<think>')],
  ['direct', '<answer>', answerGrammar('query', 'direct', '<answer>')],
  ['direct', '', trainedGrammar('query', 'direct', '')],
];

describe('any answer under the grammar', () => {
  it.each(shapes)('can be read: %s, opened %j', (variant, opened, grammar) => {
    fc.assert(
      fc.property(sentencesOf(grammar), (completion) => {
        const answer = parseAnswer(completion, 'query', opened);
        expect(readStructure(completion, variant, opened)).toEqual({ isValid: true });
        // A query of white space or broken characters is the model's fault; what it wrote can be read all the same.
        if ('problem' in answer) expect(answer.problem).toMatch(/empty|broken characters/u);
        else expect(answer.query).not.toBe('');
      }),
      { numRuns: 200 },
    );
  });

  it.each(['query', 'sql'] as const)('is JSON of one key: %s', (key) => {
    fc.assert(
      fc.property(sentencesOf(answerGrammar(key, 'direct')), (completion) => {
        const json = completion.slice('<answer>'.length, -'</answer>'.length);
        const answer = JSON.parse(json) as Record<string, string>;
        expect(Object.keys(answer)).toEqual([key]);
        if (key === 'sql') expect(answer[key]).toMatch(/^\s*(?:select|with)\s/iu);
      }),
      { numRuns: 200 },
    );
  });
});

it('quotes may open a query and stand anywhere in it', () => {
  const text = String.raw`<think>x</think>
<answer>{"query": "\"heart failure\"[mh] AND \"a\""}</answer>`;
  expect(parseAnswer(text)).toMatchObject({ query: '"heart failure"[mh] AND "a"' });
});

it('terms are bounded in number and length', () => {
  fc.assert(
    fc.property(sentencesOf(termGrammar(4)), (text) => {
      const terms = text.split('\n');
      expect(terms.length).toBeLessThanOrEqual(4);
      for (const term of terms) expect(term).toMatch(/^[A-Za-z0-9].{1,60}$/u);
    }),
  );
});
