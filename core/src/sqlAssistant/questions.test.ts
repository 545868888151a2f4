import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../sql/index.ts';
import { anySql } from '../sql/testing/arbitrarySql.ts';
import { processorMs } from '../testing/processorMs.ts';
import { questionAt, questionsOf } from './questions.ts';

const text = `-- database: a.sqlite
-- Q: How many?
--   and where?
-- evidence: many means 3
-- a note of mine
SELECT 1;

-- Q: Who?

SELECT 2;
-- Q: What?
-- evidence: this
-- evidence: and that
-- expect: [[1]]

SELECT 3 -- Q: Behind?
`;
const document = parseSqlDocument(text);

it('questions of a document, with their notes, comments and statements', () => {
  const all = questionsOf(document).map(({ question, evidence, comments, statement }) => ({
    question,
    evidence,
    comments: text.slice(comments.start, comments.end),
    statement: statement?.text,
  }));
  expect(all).toEqual([
    {
      question: 'How many?\nand where?',
      evidence: 'many means 3',
      comments: '-- Q: How many?\n--   and where?\n-- evidence: many means 3\n-- a note of mine',
      statement: 'SELECT 1;',
    },
    // An empty line says that the statement is another matter.
    { question: 'Who?', evidence: undefined, comments: '-- Q: Who?', statement: undefined },
    {
      question: 'What?',
      evidence: 'this\nand that',
      comments: '-- Q: What?\n-- evidence: this\n-- evidence: and that\n-- expect: [[1]]',
      statement: undefined,
    },
    { question: 'Behind?', evidence: undefined, comments: '-- Q: Behind?', statement: 'SELECT 3' },
  ]);
});

describe('the question at a place', () => {
  it.each([
    ['-- Q: How', 'How many?\nand where?'],
    ['many means', 'How many?\nand where?'],
    ['note of mine', 'How many?\nand where?'],
    ['SELECT 1', 'How many?\nand where?'],
    ['Who', 'Who?'],
    ['SELECT 2', undefined],
    ['expect', 'What?'],
    ['Behind', 'Behind?'],
    ['SELECT 3', 'Behind?'],
    ['database', undefined],
  ])('%s', (mark, question) => {
    expect(questionAt(document, text.indexOf(mark) + 2)?.question).toBe(question);
  });
});

it('an empty question is none, and line breaks of Windows are line breaks', () => {
  expect(questionsOf(parseSqlDocument('-- Q:   \nSELECT 1'))).toEqual([]);
  const [apart] = questionsOf(parseSqlDocument('-- Q: a\r\n\r\nSELECT 1'));
  expect(apart?.statement).toBeUndefined();
  const [near] = questionsOf(parseSqlDocument('-- Q: a\r\nSELECT 1'));
  expect(near?.statement?.text).toBe('SELECT 1');
});

it('takes any text, and comments lie within it', () => {
  fc.assert(
    fc.property(anySql, fc.constantFrom('', '-- Q: a\n', '/* Q: b */'), fc.nat(200), (sql, head, offset) => {
      const any = parseSqlDocument(head + sql);
      for (const { comments } of questionsOf(any)) {
        expect(comments.start).toBeLessThan(comments.end);
        expect(comments.end).toBeLessThanOrEqual(any.text.length);
      }
      questionAt(any, offset);
    }),
    { numRuns: 300 },
  );
});

it('thousands of questions are found in time that grows with them', () => {
  const of = (count: number): number => {
    const many = parseSqlDocument('-- Q: How many?\n-- evidence: all\nSELECT 1;\n'.repeat(count));
    const start = processorMs();
    expect(questionsOf(many)).toHaveLength(count);
    return processorMs() - start;
  };
  of(500);
  expect(of(16_000)).toBeLessThan(2_000);
});
