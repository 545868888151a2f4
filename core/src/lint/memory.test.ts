import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import type { Problem } from '../text/index.ts';
import { judgeStrategy, lintQuery } from './index.ts';

const lines = [
  'falls[tiab] or fall*',
  '“tai chi” AND a$[ti] OR b',
  'falls[tiab] OR falls[tiab]',
  'fa*[ti] OR x',
];

/** What the rules say without any memory: line by line. */
function afresh(text: string, levels: Parameters<typeof lintQuery>[1]): readonly Problem[] {
  return parseStrategy(text).lines.flatMap((line) => [
    ...line.query.problems,
    ...lintQuery(line.query, levels),
  ]);
}

describe('remembered problems', () => {
  it('are those that the rules find, wherever the line has moved', () => {
    const context = { levels: { 'duplicate-term': 'error' } } as const;
    for (let round = 0; round < 4; round++) {
      const text = lines.map((line, i) => `#${i + 1} ${line}${'x'.repeat(i === 0 ? round : 0)}\n`).join('');
      const found = judgeStrategy(parseStrategy(text), context);
      expect(found.length).toBeGreaterThan(0);
      expect(found).toEqual(afresh(text, context));
    }
  });

  it('are forgotten when a level changes', () => {
    const text = '#1 falls[tiab] OR falls[tiab]\n';
    const severities = (level: 'off' | 'error'): string[] =>
      judgeStrategy(parseStrategy(text), { levels: { 'duplicate-term': level } })
        .filter(({ rule }) => rule === 'duplicate-term')
        .map(({ severity }) => severity);
    expect(severities('error')).toEqual(['error']);
    expect(severities('off')).toEqual([]);
  });
});
