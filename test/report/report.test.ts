import { describe, expect, it } from 'vitest';
import { checkStrategies } from './findings.ts';
import type { RealStrategy } from './realData.ts';
import { missingStrategies } from './realData.ts';
import { report } from './strategies.ts';
import { judge, readVerdicts } from './verdicts.ts';

if (missingStrategies !== undefined)
  console.warn(`Skipped: the report on real strategies. ${missingStrategies}`);

const row = (query: string): RealStrategy => ({
  id: 'one',
  platform: 'pubmed',
  kind: 'strategy',
  authored: 'human',
  query,
});

describe('the report on real strategies', () => {
  it.skipIf(missingStrategies !== undefined)(
    'has a verdict on every error, and none of them is false',
    () => {
      expect(report().faults).toEqual([]);
    },
  );

  it('names errors that nobody has read, and verdicts on what is gone', () => {
    const { findings, crashes } = checkStrategies([row('falls[tiab] AND (aged[mh]')], undefined);
    expect(crashes).toEqual([]);
    expect(findings.map(({ rule, excerpt }) => [rule, excerpt])).toEqual([
      ['unclosed-parenthesis', 'falls[tiab] AND »(«aged[mh]'],
    ]);
    const [first] = findings;
    const verdict = { strategy: 'one', rule: 'unclosed-parenthesis', verdict: 'true' as const, reason: 'r' };
    const known = [{ ...verdict, hash: first?.hash ?? '' }];
    expect(judge(findings, known)).toMatchObject({ read: [{ verdict: 'true' }], unread: [], gone: [] });
    const other = [{ ...verdict, hash: 'another' }];
    expect(judge(findings, other)).toEqual({ read: [], unread: findings, gone: other });
  });

  it('keeps no text of a strategy with the verdicts', () => {
    for (const verdict of readVerdicts()) {
      expect(Object.keys(verdict).sort()).toEqual(['hash', 'reason', 'rule', 'strategy', 'verdict']);
      expect(verdict.hash).toMatch(/^[0-9a-f]{12}$/);
      expect(['true', 'false']).toContain(verdict.verdict);
      expect(verdict.reason.length).toBeGreaterThan(10);
    }
  });
});
