import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadThesaurus } from '../../mesh/index.ts';
import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { FULL_STRATEGY } from '../testing.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { completion } from './index.ts';
import { MOST_ITEMS } from './item.ts';

const data = process.env['QUERENT_DATA'] ?? '../shared/data';
const file = resolve(data, 'strategies/strategies.jsonl.gz');
const mesh = resolve(data, 'mesh/mesh2024_descriptors.jsonl.gz');
const isThere = existsSync(file) && existsSync(mesh);
if (!isThere)
  console.log(
    `Skipped: completion in real strategies, since ${file} or ${mesh} is absent (set QUERENT_DATA).`,
  );

const linesOf = (path: string): string[] =>
  gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');

/** Asks as an editor does, and checks what holds of every answer. */
function check(text: string, offset: number, thesaurus: ReturnType<typeof loadThesaurus>): number {
  const document = parseStrategy(text);
  const start = processorMs();
  const { items } = completion(document, offset, { thesaurus });
  const ms = processorMs() - start;
  expect(items.length).toBeLessThanOrEqual(MOST_ITEMS);
  for (const { insert, replace, newText, additionalEdits = [] } of items) {
    expect(insert.start).toBe(replace.start);
    expect(insert.start <= offset && offset <= insert.end && insert.end <= replace.end).toBe(true);
    expect(text.slice(replace.start, replace.end)).not.toMatch(/[\r\n]/);
    // Throws where edits overlap or lie outside.
    applyEdits(text, [{ range: replace, newText }, ...additionalEdits]);
  }
  return ms;
}

describe('completion anywhere in any text', () => {
  const small = loadThesaurus([
    { ui: 'D1', name: 'Surgery', entry: ['Operations'], tree: ['E04'] },
    {
      ui: 'D2',
      name: 'Surgical Procedures, Operative',
      entry: ['Operative Surgical Procedures'],
      tree: ['E04.100'],
    },
  ]);

  it('answers at every offset of a strategy with everything, cut there or not', () => {
    for (let offset = 0; offset <= FULL_STRATEGY.length; offset++) {
      check(FULL_STRATEGY, offset, small);
      check(FULL_STRATEGY.slice(0, offset), offset, small);
    }
  });

  it('answers in any text', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '#',
        '#1',
        '[',
        ']',
        '"',
        '“',
        '/',
        ':',
        '~',
        '(',
        ')',
        ' OR ',
        ' and ',
        '//',
        '---\n',
        'surg',
        'opera',
        '[mh',
        '[tiab:',
        '*',
        '\n',
        '\r\n',
        'pico:\n',
        '  ',
      ),
      fc.string({ maxLength: 6, unit: 'binary' }),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 14 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (parts, place) => {
          const text = parts.join('');
          check(text, Math.round(place * text.length), small);
        },
      ),
      { numRuns: 600 },
    );
  });

  it.each(['(', '[', '"', '/', '#', 'a ', '12', '//', '\n'])(
    'takes linear time in a megabyte of %j',
    (unit) => {
      const text = unit.repeat(1_000_000 / unit.length);
      const document = parseStrategy(text);
      void document.lines.map(({ query }) => query.tokens.length);
      const start = processorMs();
      completion(document, text.length, { thesaurus: small });
      expect(processorMs() - start).toBeLessThan(2_000);
    },
  );
});

describe.skipIf(!isThere)('completion in real strategies with all of MeSH', () => {
  let thesaurus = loadThesaurus([]);
  beforeAll(() => {
    thesaurus = loadThesaurus(linesOf(mesh), '2024');
    thesaurus.complete('warm', 1);
  });

  it('never fails, and is there at once, where a strategy was typed so far', () => {
    const queries = linesOf(file).map((row) => (JSON.parse(row) as { query: string }).query);
    const times: number[] = [];
    for (const [index, query] of queries.entries()) {
      // Every offset of the first thousand characters of some, a sample of offsets of all.
      const step = index % 97 === 0 ? 1 : Math.max(7, Math.floor(query.length / 6));
      for (
        let offset = index % step;
        offset <= Math.min(query.length, step === 1 ? 1_000 : 20_000);
        offset += step
      )
        times.push(check(query.slice(0, offset), offset, thesaurus));
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? 0;
    console.log(
      `completion at ${times.length} places: p50 ${at(0.5).toFixed(2)}, p95 ${at(0.95).toFixed(2)}, p99 ${at(0.99).toFixed(2)} ms`,
    );
    expect(at(0.95)).toBeLessThan(60); // 5 ms on an idle machine
  }, 120_000);
});
