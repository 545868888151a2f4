import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../text/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import {
  checkExpression,
  expressionNodes,
  parseExpression,
  printExpression,
  scanExpression,
} from './index.ts';

/** The tree in a form that can be read in a table. */
const shape = (text: string): string => printExpression(parseExpression(text).root, { explicit: true });

describe('precedence', () => {
  it.each([
    ['heart attack', 'heart attack'],
    ['heart attack OR stroke', 'heart attack OR stroke'],
    [
      'heart attack OR stroke OR dizziness AND shortness of breath',
      'heart attack OR stroke OR (dizziness AND shortness of breath)',
    ],
    ['a AND b OR c AND d', '(a AND b) OR (c AND d)'],
    ['NOT a AND b', 'NOT a AND b'],
    ['a AND NOT (b OR c)', 'a AND NOT (b OR c)'],
    ['AREA[ConditionSearch]heart attack AND aspirin', 'AREA[ConditionSearch]heart attack AND aspirin'],
    ['AREA[ConditionSearch](a OR b)', 'AREA[ConditionSearch](a OR b)'],
    ['AREA[Phase]EXPANSION[None]PHASE3', 'AREA[Phase]EXPANSION[None]PHASE3'],
    ['COVERAGE[FullMatch]EXPANSION[Term]"lung cancer"', 'COVERAGE[FullMatch]EXPANSION[Term]"lung cancer"'],
    ['AREA[StartDate]RANGE[2015-01-01,MAX]', 'AREA[StartDate]RANGE[2015-01-01, MAX]'],
    ['AREA[ResultsFirstPostDate] MISSING', 'AREA[ResultsFirstPostDate]MISSING'],
    ['ALL AND NOT cancer', 'ALL AND NOT cancer'],
    ['bethesda NOT maryland', 'bethesda AND NOT maryland'],
    ['\\MISSING data', '\\MISSING data'],
    ['“back pain” // the phrase', '"back pain"'],
    ['#1 AND #02', '#1 AND #2'],
    ['heart // of the matter\n attack', 'heart attack'],
    [
      'SEARCH[Location](AREA[LocationCity]Portland AND AREA[LocationState]Maine)',
      'SEARCH[Location](AREA[LocationCity]Portland AND AREA[LocationState]Maine)',
    ],
  ])('%s', (text, expected) => {
    const parsed = parseExpression(text);
    expect(printExpression(parsed.root, { explicit: true })).toBe(expected);
    expect(parsed.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

const problemsOf = (text: string): string[] => {
  const parsed = parseExpression(text);
  return [...parsed.problems, ...checkExpression(parsed)].map(({ rule }) => rule);
};

describe('problems', () => {
  it.each([
    ['(a OR b', ['trials-unclosed']],
    ['a) OR b', ['trials-stray', 'trials-operator']],
    ['"a b', ['trials-unclosed']],
    ['AREA[Phase PHASE3', ['trials-unclosed']],
    ['OR a', ['trials-operator']],
    ['a AND', ['trials-operator']],
    ['a AND AND b', ['trials-operator']],
    ['a OR OR b', ['trials-operator']],
    ['a AND OR b', ['trials-operator']],
    ['NOT', ['trials-operator']],
    ['()', ['trials-empty']],
    ['""', ['trials-empty']],
    ['AREA[]x', ['trials-empty']],
    ['"a" "b"', ['trials-missing-operator']],
    ['(a) (b)', ['trials-missing-operator']],
    ['area[Phase]PHASE3', ['trials-operator-case']],
    ['AREA[phase]PHASE3', ['trials-operator-case']],
    ['heart and lung', ['trials-operator-case']],
    ['"heart and lung"', []],
    ['AREA [Phase]PHASE3', ['trials-space']],
    ['AREA[Condition] stroke', ['trials-space']],
    ['AREA[Conditions]stroke', ['trials-unknown-area']],
    ['AREA[LocationCountri]France', ['trials-unknown-area']],
    ['AREA[Phase]PHASE7', ['trials-unknown-value']],
    ['AREA[Phase](PHASE2 OR "Phase 2/Phase 3")', []],
    ['AREA[OverallStatus]Active, not recruiting', []],
    ['EXPANSION[Concepts]x', ['trials-parameter']],
    ['AREA[StartDate]RANGE[2015]', ['trials-parameter']],
    ['AREA[StartDate]RANGE[soon, MAX]', ['trials-parameter']],
    ['AREA[StartDate]RANGE[2015-13-01, MAX]', ['trials-parameter']],
    ['AREA[StartDate]RANGE[2020, 2015]', ['trials-range']],
    ['AREA[StartDate]RANGE[01/31/2015, 2016-01]', []],
    ['AREA[MinimumAge]RANGE[6 months, 18 years]', []],
    ['AREA[MinimumAge]RANGE[2 years, 18 months]', ['trials-range']],
    ['AREA[BriefTitle]RANGE[1, 2]', ['trials-range']],
    ['AREA[Condition:size]RANGE[1, 1]', []],
    ['RANGE[1, 2]', ['trials-range']],
    ['MISSING', ['trials-parameter']],
    ['COVERAGE[FullMatch]pain', ['trials-coverage']],
    ['EXPANSION[None]COVERAGE[FullMatch]pain', []],
    ['a OR b AND c', ['trials-mixed-operators']],
    ['diabet*', ['trials-truncation']],
    ['falls[tiab]', ['trials-foreign-syntax']],
    ['NCT0123', ['trials-id']],
    ['NCT01234567 OR nct00000001', []],
    ['AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 25mi]', []],
    ['AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 900km]', ['trials-parameter']],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('fixes remove what they are offered for', () => {
    const texts = [
      '(a OR b',
      'a) OR b',
      '"a b',
      'OR a',
      'a AND',
      'a OR OR b',
      '"a" "b"',
      'area[Phase]PHASE3',
      'AREA [Phase]PHASE3',
      'AREA[Condition] stroke',
      'AREA[Conditions]stroke',
      'AREA[StartDate]RANGE[2020, 2015]',
      'COVERAGE[FullMatch]pain',
      'a OR b AND c',
      'diabet*',
      'falls[tiab]',
      'AREA[Phase]PHASE7',
      'EXPANSION[concept]x',
    ];
    let tried = 0;
    for (const text of texts) {
      const parsed = parseExpression(text);
      for (const problem of [...parsed.problems, ...checkExpression(parsed)])
        for (const { edits, title } of problem.fixes ?? []) {
          tried++;
          expect(problemsOf(applyEdits(text, edits)), `${text}: ${title}`).not.toContain(problem.rule);
        }
    }
    expect(tried).toBeGreaterThan(20);
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    'AND',
    'OR',
    'NOT',
    '(',
    ')',
    '"',
    '[',
    ']',
    'AREA[',
    'AREA[Phase]',
    'RANGE[',
    'RANGE[1, 2]',
    'EXPANSION[None]',
    'MISSING',
    'ALL',
    'stroke',
    '\\',
    '//',
    '\n',
    '#1',
    ' ',
    '“',
    'é',
    '\ud83d',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' ')),
  );

  it('is covered by its tokens exactly, parses, and has problems within its range', () => {
    fc.assert(
      fc.property(text, fc.nat(50), (source, offset) => {
        let at = offset;
        for (const token of scanExpression(source, offset)) {
          expect(token.start).toBe(at);
          expect(token.end).toBeGreaterThan(token.start);
          at = token.end;
        }
        expect(at).toBe(offset + source.length);
        const parsed = parseExpression(source, offset);
        for (const node of expressionNodes(parsed.root)) {
          expect(node.range.start).toBeGreaterThanOrEqual(offset);
          expect(node.range.end).toBeLessThanOrEqual(offset + source.length);
        }
        for (const { range, fixes = [] } of [...parsed.problems, ...checkExpression(parsed)]) {
          expect(range.start).toBeGreaterThanOrEqual(offset);
          for (const { edits } of fixes)
            for (const edit of edits) expect(edit.range.end).toBeLessThanOrEqual(offset + source.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([['"a\\„b"'], ['"a\\"b"'], ['“a\\”b”']])('a quote within the phrase %s stays within it', (text) => {
    const first = printExpression(parseExpression(text).root);
    expect(printExpression(parseExpression(first).root)).toBe(first);
    expect(parseExpression(first).root).toMatchObject({ kind: 'term', quoted: true });
  });

  it.each(['\\//', 'a \\//b', '\\#1', 'x \\#12 y', 'AREA[Phase]\\//x', '\\OR'])('%s stays a word', (text) => {
    const printed = printExpression(parseExpression(text).root);
    expect(printed).toBe(text);
    expect(shape(printed)).toBe(shape(text));
  });

  it('printed, means the same', () => {
    fc.assert(
      fc.property(text, (source) => {
        const first = printExpression(parseExpression(source).root);
        const parsed = parseExpression(source);
        if (parsed.problems.some(({ severity }) => severity === 'error')) return;
        expect(printExpression(parseExpression(first).root)).toBe(first);
        expect(shape(first)).toBe(shape(source));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '(',
    '[',
    '"',
    'AREA[',
    'NOT ',
    'AREA[Phase]',
    'a OR ',
    'a AND ',
    ')',
    'RANGE[',
    '\\',
    '#1',
    'a" ',
  ])('takes linear time over a long run of %s', (unit) => {
    const started = processorMs();
    const parsed = parseExpression(unit.repeat(400_000 / unit.length));
    checkExpression(parsed);
    expect(processorMs() - started).toBeLessThan(3000);
  });

  it('is never nested deeper than a walk over it can go, prefixes and parentheses together', () => {
    const text = `x AND y OR ${`${'NOT '.repeat(199)}(`.repeat(199)}a AND b OR c`;
    expect(checkExpression(parseExpression(text)).map(({ rule }) => rule)).toContain(
      'trials-mixed-operators',
    );
  });

  it('is not written out anew for each of the parentheses around it', () => {
    const started = processorMs();
    checkExpression(parseExpression('(a AND b OR '.repeat(190) + 'word OR '.repeat(50_000)));
    expect(processorMs() - started).toBeLessThan(3000);
  });
});
