import { describe, expect, it } from 'vitest';
import type { SqlProposal, WireExpectation, WireSqlRows } from '@querent/server/sqlProtocol';
import { cellKind, cellText, copiedText, valueText } from './cells.ts';
import {
  durationText,
  expectationText,
  percent,
  resultText,
  rowsText,
  spokenProposal,
  timeText,
} from './wording.ts';

const rows = (shown: number, total: number, isCounted = true): WireSqlRows => ({
  kind: 'rows',
  columns: ['a'],
  rows: Array.from({ length: shown }, () => [1]),
  ...{ total, isCounted, ms: 3.21, countMs: 40, plan: [] },
});

describe('cells', () => {
  it.each([
    [null, 'null', 'NULL', 'NULL'],
    ['NULL', 'text', 'NULL', 'NULL'],
    ['', 'text', '', ''],
    [0, 'number', '0', '0'],
    [-1.5, 'number', '-1.5', '-1.5'],
    [
      { kind: 'integer', text: '9223372036854775807' },
      'number',
      '9223372036854775807',
      '9223372036854775807',
    ],
    [{ kind: 'blob', bytes: 2, start: '00ff' }, 'blob', "x'00ff'", "x'00ff'"],
    [
      { kind: 'blob', bytes: 1200, start: '00ff' },
      'blob',
      "x'00ff…' (1,200 bytes)",
      "x'00ff…' (1,200 bytes)",
    ],
    ['a\nb\r\nc\td\0', 'text', 'a⏎b⏎c⇥d␀', 'a\nb\r\nc\td\0'],
    ['x'.repeat(301), 'text', `${'x'.repeat(300)}…`, 'x'.repeat(301)],
    [
      { kind: 'text', start: 'ab', characters: 20_000 },
      'text',
      'ab… (20,000 characters; an export has them all)',
      'ab… (20,000 characters; an export has them all)',
    ],
  ] as const)('%j is %s, shown as %s', (cell, kind, shown, whole) => {
    expect(cellKind(cell)).toBe(kind);
    expect(cellText(cell)).toBe(shown);
    expect(valueText(cell)).toBe(whole);
  });

  it('are copied as a table is pasted, and one of them as it is', () => {
    expect(copiedText([['a\tb']], undefined)).toBe('a\tb');
    expect(copiedText([[null]], undefined)).toBe('');
    expect(
      copiedText(
        [
          ['a\tb', null],
          [1, 'say "x"'],
        ],
        ['one', 'two'],
      ),
    ).toBe('one\ttwo\n"a\tb"\t\n1\t"say ""x"""');
    expect(copiedText([['a']], ['head'])).toBe('head\na');
  });
});

describe('what is said of rows', () => {
  it.each([
    [rows(1, 1), '1 row'],
    [rows(0, 0), '0 rows'],
    [rows(100, 3503), 'first 100 of 3,503 rows'],
    [rows(100, 20_000, false), 'first 100 of at least 20,000 rows'],
    [rows(100, 100, false), 'first 100 of at least 100 rows'],
  ])('%#', (result, text) => {
    expect(rowsText(result)).toBe(text);
  });

  it('names times, and that of the count where there was one', () => {
    expect(timeText(0.04)).toBe('0.0 ms');
    expect(timeText(12.4)).toBe('12 ms');
    expect(timeText(3120)).toBe('3.1 s');
    expect(durationText(rows(1, 1))).toBe('3.2 ms');
    expect(durationText(rows(1, 9))).toBe('3.2 ms, counted in 40 ms');
  });

  it.each([
    [1, '100 %'],
    [0.999, '>99 %'],
    [0.004, '<1 %'],
    [0, '0 %'],
    [0.6667, '67 %'],
  ])('a share of %d is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

const compared = (parts: Partial<WireExpectation & { kind: 'compared' }>): WireExpectation => ({
  ...{
    kind: 'compared',
    isMatch: false,
    recall: 0.5,
    precision: 1,
    expectedRows: 4,
    isOrdered: false,
    ...parts,
  },
});

describe('what is said of expected rows', () => {
  it.each([
    [compared({ isMatch: true, recall: 1 }), 'match', 'As expected', 'the same 4 rows'],
    [compared({ isMatch: true, isOrdered: true }), 'match', 'As expected', 'the same 4 rows, in their order'],
    [
      compared({ isMatch: true, expectedRows: 0, difference: 'Both give no rows.' }),
      'match',
      'As expected',
      'the same 0 rows. Both give no rows.',
    ],
    [compared({}), 'differs', 'Not as expected', 'row recall 50 %, row precision 100 %, 4 rows expected'],
    [
      compared({ difference: 'Two rows are missing.' }),
      'differs',
      'Not as expected',
      'row recall 50 %, row precision 100 %, 4 rows expected. Two rows are missing.',
    ],
    [
      { kind: 'problem', message: 'rows.csv is not there.' },
      'problem',
      'Not compared with what is expected',
      'rows.csv is not there.',
    ],
  ] as const)('%#', (expectation, kind, verdict, more) => {
    expect(expectationText(expectation)).toEqual({ kind, verdict, more });
  });
});

describe('what is said of a proposal', () => {
  const proposal: SqlProposal = {
    ...{ sql: 'SELECT 1', source: 'model', votes: 2, answers: 3, explanation: '', result: rows(1, 1) },
    edit: { version: 1, edits: [] },
  };

  it('names maker, rows, votes and verdict', () => {
    expect(spokenProposal(proposal, 1)).toBe(
      'Proposal 1, Language model, 1 row, 2 of 3 answers give these rows',
    );
    const alone = { ...proposal, source: 'deterministic' as const, votes: 1, answers: 1 };
    expect(spokenProposal({ ...alone, expectation: compared({}) }, 2)).toBe(
      'Proposal 2, Built-in method, 1 row, Not as expected',
    );
  });

  it('never tells a failure as a number of rows', () => {
    for (const code of ['syntax', 'refused', 'failed', 'timeout'] as const)
      expect(resultText({ ...proposal, result: { kind: 'failure', code, message: 'why' } })).not.toMatch(
        /\d/,
      );
  });
});
