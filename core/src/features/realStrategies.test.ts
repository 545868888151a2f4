import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { StrategyDocument } from '../strategy/index.ts';
import {
  isUnresolvable,
  parseStrategy,
  printResolved,
  resolveStrategy,
  resolveText,
} from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import { collectProblems, formatting, semanticTokens } from './index.ts';
import type { FormattingOptions } from './index.ts';

const data = process.env['QUERENT_DATA'] ?? '../shared/data';
const file = resolve(data, 'strategies/strategies.jsonl.gz');
const isThere = existsSync(file);
if (!isThere) console.log(`Skipped: real strategies, since ${file} is absent (set QUERENT_DATA).`);

const wrapping: FormattingOptions = { lineWidth: 80, tags: 'short' };

/** The strategy's identity, or why it has none. */
function meaning(document: StrategyDocument): string {
  const resolved = resolveStrategy(document);
  return isUnresolvable(resolved) ? resolved.problem : resolved.key;
}

interface Row {
  readonly id: string;
  readonly platform: string;
  readonly query: string;
}

describe.skipIf(!isThere)('real strategies', () => {
  const rows = isThere
    ? gunzipSync(readFileSync(file))
        .toString('utf8')
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row) as Row)
    : [];

  it('are read, coloured and formatted without a change of meaning', () => {
    expect(rows.length).toBeGreaterThan(300);
    for (const { id, query } of rows) {
      const before = parseStrategy(query);
      collectProblems(before);
      semanticTokens(before);
      const formatted = applyEdits(query, formatting(before));
      const after = parseStrategy(formatted);
      expect(formatting(after), id).toEqual([]);
      const wrapped = parseStrategy(applyEdits(query, formatting(before, undefined, wrapping)));
      expect(formatting(wrapped, undefined, wrapping), id).toEqual([]);
      expect(meaning(wrapped), id).toEqual(meaning(before));
      const [one, two] = [resolveStrategy(before), resolveStrategy(after)];
      if (isUnresolvable(one) || isUnresolvable(two)) expect(one, id).toEqual(two);
      else {
        expect(two.key, id).toBe(one.key);
        // What is sent means what is written.
        const sent = resolveText(printResolved(one));
        if (one.references.size === 0) expect(isUnresolvable(sent) ? sent : sent.key, id).toBe(one.key);
      }
    }
  });

  it('that are one pasted PubMed query give no problems of structure', () => {
    const structural = rows
      .filter(({ platform, query }) => platform === 'pubmed' && !/#\d|^\s*\d+[.)]?\s/m.test(query))
      .flatMap(({ id, query }) => parseStrategy(query).problems.map(({ rule }) => `${id} ${rule}`));
    expect(structural).toEqual([]);
  });
});
