import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { formatQuery, parseQuery, printQuery } from '../pubmed/index.ts';
import { judgeStrategy, lintQuery } from './lint.ts';
import { parseStrategy } from '../strategy/index.ts';
import { faultsOfFixes } from './testing/faultsOfFixes.ts';

interface Row {
  readonly id: string;
  readonly platform: string;
  readonly authored: string;
  readonly query: string;
}

const data = process.env['QUERENT_DATA'] ?? '../shared/data';
const strategies = resolve(data, 'strategies/strategies.jsonl.gz');
const mesh = resolve(data, 'mesh/mesh2024_descriptors.jsonl.gz');
const hasData = existsSync(strategies) && existsSync(mesh);
if (!hasData) console.warn(`Skipped: real strategies need ${strategies} and ${mesh} (set QUERENT_DATA).`);

const linesOf = (file: string): string[] =>
  gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');

describe.skipIf(!hasData)('real PubMed strategies', () => {
  const rows = hasData
    ? linesOf(strategies)
        .map((line) => JSON.parse(line) as Row)
        .filter((row) => row.platform === 'pubmed')
    : [];

  it('parse, print to a fixed point and format; only the broken ones have a syntax error', () => {
    const broken: string[] = [];
    for (const { id, query } of rows) {
      const parsed = parseQuery(query);
      expect(parsed.root, id).toBeDefined();
      if (parsed.root === undefined) continue;
      const printed = printQuery(parsed.root);
      const again = parseQuery(printed).root;
      expect(again === undefined ? '' : printQuery(again), id).toBe(printed);
      expect(formatQuery(formatQuery(query)), id).toBe(formatQuery(query));
      // Each prefix is what an editor sees while the strategy is typed; a stride keeps the test short.
      for (let end = 0; end < Math.min(query.length, 3000); end += 61) parseQuery(query.slice(0, end));
      if (parsed.problems.some((p) => p.severity === 'error')) broken.push(id);
    }
    console.info(
      `${broken.length} of ${rows.length} real strategies have a syntax error: ${broken.join(', ')}`,
    );
    // Looked at one by one: 10 % have unbalanced parentheses, missing quotes or mistyped tags, as published counts say.
    expect(rows.length).toBeGreaterThan(270);
    expect(broken.length).toBeLessThanOrEqual(30);
  });

  it('are linted with MeSH, few of them with errors', () => {
    const thesaurus = loadThesaurus(linesOf(mesh), '2024');
    const counts = new Map<string, number>();
    let withError = 0;
    for (const { query } of rows) {
      const found = lintQuery(parseQuery(query), { thesaurus });
      for (const rule of new Set(found.map((p) => p.rule))) counts.set(rule, (counts.get(rule) ?? 0) + 1);
      if (found.some((p) => p.severity === 'error')) withError++;
    }
    console.info(
      'Strategies with a finding of each rule:',
      Object.fromEntries([...counts].sort((a, b) => b[1] - a[1])),
    );
    expect(withError).toBeLessThan(rows.length * 0.3);
    expect(counts.get('mixed-operators')).toBeGreaterThan(30);
    expect(counts.get('lowercase-operator')).toBeGreaterThan(35);
  });

  it('every fix mends its problem and adds no error', { timeout: 120_000 }, () => {
    const context = { thesaurus: loadThesaurus(linesOf(mesh), '2024') };
    const faults: string[] = [];
    let tried = 0;
    for (const { id, query } of rows) {
      // A rule twice a strategy: the same fix at other places says little more, and each takes a new judgement.
      const seen = new Map<string, number>();
      const problems = judgeStrategy(parseStrategy(query), context).filter(({ rule, fixes }) => {
        const count = (seen.get(rule) ?? 0) + 1;
        seen.set(rule, count);
        return fixes !== undefined && count <= 2;
      });
      tried += problems.length;
      for (const fault of faultsOfFixes(query, context, problems)) faults.push(`${id}: ${fault}`);
    }
    console.info(`${tried} problems with fixes tried`);
    expect(faults).toEqual([]);
    expect(tried).toBeGreaterThan(500);
  });
});
