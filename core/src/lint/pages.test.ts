import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import type { Problem } from '../text/index.ts';
import { judgeStrategy, ruleCatalogue } from './index.ts';
import type { LintContext, LintRule } from './index.ts';
import { exampleThesaurus } from './testing/exampleThesaurus.ts';
import { faultsOfFixes } from './testing/faultsOfFixes.ts';

const folder = join(import.meta.dirname, '../../../docs/rules');
/** Rules about other files than the strategy, about damaged text, or about texts too long for a page. */
const WITHOUT_FAILING = new Set([
  ...['nesting-too-deep', 'too-many-problems', 'seeds-file-empty', 'seeds-file-record', 'seeds-unusable'],
  ...['database-unusable', 'database-incomplete', 'not-utf8', 'pasted-history', 'no-query'],
  'trials-nesting',
]);

interface Example {
  readonly rule: LintRule;
  readonly kind: string;
  readonly text: string;
}

/** The fenced blocks of a page that are marked `fails` or `passes`. */
function examplesOf(rule: LintRule): Example[] {
  const file = join(folder, `${rule.id}.md`);
  if (!existsSync(file)) return [];
  return [
    ...readFileSync(file, 'utf8').matchAll(/^```(?:pubmed|ctgov) (fails|passes)\n([\s\S]*?)\n```$/gm),
  ].map(({ 1: kind = '', 2: text = '' }) => ({ rule, kind, text }));
}

/** Those of SQL are tried in sqlLint/pages.test.ts and sqlErrorPages.test.ts. */
const strategyRules = ruleCatalogue.filter(({ category }) => !category.startsWith('sql'));
const examples = strategyRules.flatMap(examplesOf);
const thesaurus = exampleThesaurus();
/** Rules that are off by default speak on their own pages. */
const contextFor = ({ id, level, category }: LintRule): LintContext => ({
  thesaurus,
  language: category === 'trials' ? 'ctgov' : 'pubmed',
  ...(level === 'off' ? { levels: { [id]: 'hint' } } : {}),
});
const needsSearch = ({ category }: LintRule): boolean => category === 'measured' || category === 'live';
const judge = (text: string, context: LintContext): readonly Problem[] =>
  judgeStrategy(parseStrategy(text), context);

describe('the pages of the rules', () => {
  it('have failing and passing examples', () => {
    const has = (id: string, kind: string): boolean =>
      examples.some((example) => example.rule.id === id && example.kind === kind);
    expect(strategyRules.filter(({ id }) => !has(id, 'passes')).map(({ id }) => id)).toEqual([]);
    expect(
      strategyRules.filter(({ id }) => !has(id, 'fails') && !WITHOUT_FAILING.has(id)).map(({ id }) => id),
    ).toEqual([]);
  });

  // What needs a library is tried in measured.test.ts, what needs an answer of PubMed in live/pages.test.ts.
  it.each(
    examples
      .filter(({ rule }) => !needsSearch(rule))
      .map((example) => [example.rule.id, example.kind, example.text, example] as const),
  )('%s %s: %s', (id, kind, text, { rule }) => {
    const found = judge(text, contextFor(rule)).map((problem) => problem.rule);
    if (kind === 'fails') expect(found).toContain(id);
    else {
      expect(found).not.toContain(id);
      // What a page recommends must be right.
      const errors = judge(text, contextFor(rule)).filter(({ severity }) => severity === 'error');
      expect(errors.map((problem) => problem.rule)).toEqual([]);
    }
  });

  it.each(
    examples
      .filter(({ kind, rule }) => kind === 'fails' && !needsSearch(rule))
      .map(({ rule, text }) => [rule.id, text, rule] as const),
  )('every fix in %s mends without breaking: %s', (_, text, rule) => {
    const context = contextFor(rule);
    for (const fault of faultsOfFixes(text, context, judge(text, context))) expect.fail(fault);
  });
});
