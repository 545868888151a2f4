import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import { judgeStrategy } from './index.ts';

const rulesOf = (text: string): string[] =>
  judgeStrategy(parseStrategy(text), { language: 'ctgov', levels: { 'trials-truncation': 'off' } }).map(
    ({ rule }) => rule,
  );

describe('a document of expressions', () => {
  it('is judged by lines, references and expressions, in the order of the text', () => {
    expect(rulesOf('#1 AREA[Phase]PHASE9\n#2 #1 AND #5\n#2 (stroke')).toEqual([
      'trials-unknown-value',
      'missing-reference',
      'duplicate-label',
      'trials-unclosed',
    ]);
  });

  it('is not judged by the rules of PubMed', () => {
    expect(rulesOf('AREA[Phase]PHASE3 AND EXPANSION[None]SLE and more*')).toEqual(['trials-operator-case']);
  });

  it('may be a strategy that names the registry as its database', () => {
    const found = judgeStrategy(parseStrategy('---\ndatabase: ctgov\n---\nfalls[tiab]'));
    expect(found.map(({ rule }) => rule)).toEqual(['trials-foreign-syntax']);
  });

  it('knows comments that switch rules off', () => {
    expect(rulesOf('AREA[Phase]PHASE9 // querent-disable-line trials-unknown-value')).toEqual([]);
  });
});
