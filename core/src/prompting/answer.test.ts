import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { parseAnswer } from './answer.ts';

const query = '("Aspirin"[mh] OR aspirin[tiab]) AND stroke[tiab]';
const json = JSON.stringify({ query });

describe('reading an answer', () => {
  it.each([
    ['as asked', `<think>Two concepts.</think>\n<answer>${json}</answer>`, 'Two concepts.'],
    [
      'without the opening think tag, which the prompt may hold',
      `Two concepts.</think><answer>${json}</answer>`,
      'Two concepts.',
    ],
    ['without a closing tag', `<answer>${json}`, ''],
    ['in a Markdown fence', `<answer>\n\`\`\`json\n${json}\n\`\`\`\n</answer>`, ''],
    ['with text around the JSON', `<answer>Here it is: ${json} Good luck!</answer>`, ''],
    [
      'twice: the last counts',
      `<answer>{"query": "old[tiab]"}</answer> No: <answer>${json}</answer>`,
      undefined,
    ],
    ['with tags in capitals', `<ANSWER>${json}</ANSWER>`, ''],
    ['with a comma too many', `<answer>{"query": ${JSON.stringify(query)},}</answer>`, ''],
    ['without the closing brace', `<answer>{"query": ${JSON.stringify(query)}</answer>`, ''],
    ['with unescaped quotes', `<answer>{"query": "${query}"}</answer>`, ''],
    ['with curly quotes around', `<answer>{“query”: “${query}”}</answer>`, ''],
    [
      'with a line break in the query',
      `<answer>{"query": ${JSON.stringify(query).replace(' AND ', '\nAND ')}}</answer>`,
      '',
    ],
    [
      'with the reason in the JSON',
      `<answer>${JSON.stringify({ reasoning: 'Because.', query })}</answer>`,
      'Because.',
    ],
    ['without tags at all', `Sure! ${json}`, ''],
  ])('%s', (_, text, reasoning) => {
    const answer = parseAnswer(text);
    expect(answer).toMatchObject({ query });
    if (reasoning !== undefined) expect(answer).toMatchObject({ reasoning });
  });

  it.each([
    ['nothing', '', 'no <answer>'],
    ['talk only', 'I would search for aspirin.', 'no <answer>'],
    ['an answer without JSON', '<answer>aspirin AND stroke</answer>', 'no JSON'],
    ['another key', '<answer>{"sql": "SELECT 1"}</answer>', 'no "query"'],
    ['a number', '<answer>{"query": 7}</answer>', 'not a text'],
    ['an empty query', '<answer>{"query": "  "}</answer>', 'empty'],
    ['a query that was cut off', '<answer>{"query": "aspirin[tiab] OR (str', 'cut off'],
    [
      'unescaped quotes beside a second key',
      '<answer>{"query": "a "b" c", "why": "x"}</answer>',
      'cannot be read',
    ],
    ['a runaway query', `<answer>{"query": "${'a OR '.repeat(3000)}"}</answer>`, 'longer than'],
    ['half a character', '<answer>{"query": "a\\ud800b"}</answer>', 'broken characters'],
    ['what was no UTF-8', '<answer>{"query": "a\ufffdb"}</answer>', 'broken characters'],
    ['only a thought', '<think>{"query": "aspirin"}', 'no <answer>'],
  ])('says what is wrong with %s', (_, text, reason) => {
    const answer = parseAnswer(text);
    expect(answer).toHaveProperty('problem');
    expect('problem' in answer && answer.problem).toContain(reason);
  });

  it('reads back any query that was written as asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (text) => {
        fc.pre(!/<\/?(?:answer|think)/i.test(text) && !/```|\uFFFD/u.test(text));
        const plain = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
        fc.pre(plain !== '');
        expect(parseAnswer(`<think>x</think><answer>${JSON.stringify({ query: text })}</answer>`)).toEqual({
          query: plain,
          reasoning: 'x',
        });
      }),
    );
  });

  it('never throws and never gives an empty or overlong query, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<answer>',
        '</answer>',
        '<think>',
        '</think>',
        '{"query": "',
        '"}',
        '```json',
        '\\',
        '"',
        '{',
        '}',
        ',',
        '\ud800',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const answer = parseAnswer(pieces.join(''));
        if ('problem' in answer) expect(answer.problem).not.toBe('');
        else {
          expect(answer.query.trim()).not.toBe('');
          expect(answer.query.length).toBeLessThanOrEqual(10_000);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is quick on long hostile texts', () => {
    const started = processorMs();
    for (const text of [
      '<answer>'.repeat(50_000),
      `<answer>${'{'.repeat(200_000)}`,
      `<answer>{"query": "${'" , "'.repeat(40_000)}`,
      `<answer>{"query": "x"${' '.repeat(100_000)}y</answer>`,
      `<answer>{"query": "\\"${' '.repeat(100_000)}y"}</answer>`,
      `<answer>{"query": "x",${' '.repeat(100_000)}}${' '.repeat(100_000)}y</answer>`,
    ])
      parseAnswer(text);
    expect(processorMs() - started).toBeLessThan(1500);
  });

  it('finds where an answer ends behind letters that are longer in lower case', () => {
    const answer = parseAnswer('<think>İ</think><answer>{"query": "İzmir "hotel" İİ"}</answer>');
    expect(answer).toEqual({ query: 'İzmir "hotel" İİ', reasoning: 'İ' });
  });
});
