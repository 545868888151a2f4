import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CitationIndex, evaluate } from '../../corpus/index.ts';
import { inventedRecords } from '../../corpus/testing/records.ts';
import { loadThesaurus } from '../../mesh/index.ts';
import { nodesOf } from '../../pubmed/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import { isUnresolvable, parseStrategy, resolveLine } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { Range } from '../../text/index.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { findRefactorings, placeAt, refactoringIds } from './index.ts';

const mesh = loadThesaurus([
  { ui: 'D009369', name: 'Neoplasms', entry: ['Cancer', 'Tumors'], tree: ['C04'] },
  { ui: 'D008175', name: 'Lung Neoplasms', entry: ['Lung Cancer', 'Cancer, Lung'], tree: ['C04.588'] },
  { ui: 'D006470', name: 'Hemorrhage', entry: ['Bleeding'], tree: ['C23.5'] },
]);
const index = CitationIndex.build(inventedRecords);

/** Ids of what a line finds; undefined when it cannot be searched. */
function found(document: StrategyDocument, label: string): ReadonlySet<string> | undefined {
  const query = resolveLine(document, label);
  if (isUnresolvable(query)) return undefined;
  try {
    const { docs } = evaluate(index, query, { thesaurus: mesh, today: '2021-03-01' });
    return new Set([...docs.toArray()].map((doc) => index.idOf(doc)));
  } catch {
    return undefined;
  }
}

const term = fc.constantFrom(
  'aspirin[tiab]',
  'surgery[tiab]',
  'bleeding[tiab]',
  '“quality of life”[tiab]',
  'life quality[Title/Abstract]',
  'cancer[tiab]',
  '"Lung Neoplasms"[mh]',
  'neoplasms[Mesh:noexp]',
  'Hemorrhage[majr]',
  'randomi*[tiab]',
  'rats',
  '2015:2016[dp]',
  '#1',
  '#2',
  '#3',
);
const operator = fc.constantFrom(
  ' AND ',
  ' OR ',
  ' OR ',
  ' OR ',
  ' or ',
  ' NOT ',
  ' AND\n  ',
  ' OR // why\n  ',
  ' ',
);
const query: fc.Arbitrary<string> = fc.letrec<{ chain: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    term,
    tie('chain').map((one) => `(${one})`),
  ),
  chain: fc
    .tuple(tie('part'), fc.array(fc.tuple(operator, tie('part')), { maxLength: 4 }))
    .map(([first, rest]) => first + rest.map((pair) => pair.join('')).join('')),
})).chain;

/** Strategies of one to four lines, numbered in one of several ways or not at all. */
const strategy = fc
  .tuple(
    fc.array(query, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(
      (lines: readonly string[]) => lines.join('\n\n'),
      (lines: readonly string[]) => lines.map((line, i) => `#${i + 1} ${line}`).join('\n'),
      (lines: readonly string[]) => lines.map((line, i) => `${i * 2 + 1}. ${line} // note ${i}`).join('\r\n'),
      (lines: readonly string[]) =>
        lines.map((line, i) => `// part ${i}\n#${lines.length - i} ${line}`).join('\n'),
    ),
  )
  .map(([lines, write]) => write(lines.map(withoutCycle)));

/** Mostly without cycles: a line refers to the ones before it. */
function withoutCycle(query: string, line: number): string {
  return query.replace(/#(\d)/g, (_, n: string) => (line === 0 ? 'rats' : `#${Math.min(Number(n), line)}`));
}

const share = fc.nat(1000).map((n) => n / 1000);
const place = fc.tuple(share, share, fc.boolean(), fc.boolean());

/** A cursor or a selection: anywhere, or at a part of a query. */
function selectionIn(
  document: StrategyDocument,
  [a, b, isCursor, isPart]: readonly [number, number, boolean, boolean],
  id: string,
): Range {
  const nodes = document.lines.flatMap(({ query }) => [...nodesOf(query.root)]);
  // References are rare among the parts, and some refactorings are about nothing else.
  const parts = id.startsWith('inline') ? nodes.filter(({ kind }) => kind === 'reference') : nodes;
  const part = parts[Math.floor(a * (parts.length - 1))];
  if (isPart && part) return isCursor ? { start: part.range.start, end: part.range.start } : part.range;
  const { length } = document.text;
  const [start = 0, end = 0] = [Math.round(a * length), Math.round(b * length)].sort((x, y) => x - y);
  return { start, end: isCursor ? start : end };
}

const comments = (text: string): string[] =>
  (text.match(/\/\/[^\r\n]*/g) ?? []).map((one) => one.trimEnd()).sort();

/** Refactorings that keep what every line finds, and those that can only widen it. */
const keeping = new Set([
  'extractLine',
  'inlineReference',
  'inlineEverywhere',
  'renumberLines',
  'insertLine',
  'sortTerms',
  'removeParentheses',
  'writeGrouping',
  'splitTerms',
  'joinLines',
  'straightQuotes',
]);

describe('whatever the strategy and wherever the cursor', () => {
  it.each(refactoringIds)('%s keeps comments and what it promises', (id) => {
    let done = 0;
    fc.assert(
      fc.property(strategy, place, (text, at) => {
        const before = parseStrategy(text);
        const offers = findRefactorings(placeAt(before, selectionIn(before, at, id), mesh), id);
        if ('problem' in offers) return;
        for (const { title, edits } of offers.slice(0, 6)) {
          const changed = applyEdits(text, edits);
          const after = parseStrategy(changed);
          done++;
          expect(changed, title).not.toBe(text);
          for (const comment of comments(text)) expect(comments(changed)).toContain(comment);
          if (!keeping.has(id))
            expect(after.lines.map(({ label }) => label)).toEqual(before.lines.map(({ label }) => label));
          // The strategy itself finds what it found.
          const root = before.root?.label ?? '';
          const [one, two] = [found(before, root), found(after, rootAfter(after, id))];
          if (keeping.has(id) && one && before.cyclic.size === 0)
            expect(two, `${title}: ${text} -> ${changed}`).toEqual(one);
        }
      }),
      { numRuns: 250 },
    );
    // A property of nothing proves nothing.
    if (id !== 'distributeTag') expect(done).toBeGreaterThan(2);
  });

  it.each(refactoringIds)('%s stands any text', (id) => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.array(strategy, { maxLength: 1 }),
        place,
        (noise, [text = ''], at) => {
          const broken = text.slice(0, text.length >> 1) + noise + text.slice(text.length >> 1);
          const document = parseStrategy(broken);
          const offers = findRefactorings(placeAt(document, selectionIn(document, at, id), mesh), id);
          if (!('problem' in offers)) for (const { edits } of offers) applyEdits(broken, edits);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** The root afterwards; a line that was just inserted is empty, and the root is the line before it. */
function rootAfter(after: StrategyDocument, id: string): string {
  if (id !== 'insertLine') return after.root?.label ?? '';
  const empty = after.lines.find(({ query }) => query.root === undefined);
  const used = new Set(after.lines.flatMap(({ query }) => query.text.match(/#\d+/g) ?? []));
  return after.lines.findLast((line) => line !== empty && !used.has(`#${line.label}`))?.label ?? '';
}

it('hostile queries take linear time', () => {
  for (const text of [
    '(a) OR '.repeat(14_000),
    '('.repeat(100_000),
    '#1 '.repeat(30_000),
    'a OR b AND '.repeat(9_000),
  ]) {
    const document = parseStrategy(`#1 ${text}\n#2 b`);
    const start = processorMs();
    for (const id of refactoringIds) findRefactorings(placeAt(document, { start: 10, end: 10 }, mesh), id);
    expect(processorMs() - start, text.slice(0, 10)).toBeLessThan(20_000);
  }
});
