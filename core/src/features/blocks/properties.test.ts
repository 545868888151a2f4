import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CitationIndex, evaluate } from '../../corpus/index.ts';
import { inventedRecords } from '../../corpus/testing/records.ts';
import { nodesOf } from '../../pubmed/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import { isUnresolvable, parseStrategy, resolveLine, resolveText } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { errorsOf } from '../refactor/check.ts';
import { alignBlocks } from './align.ts';
import { blockAt, blockChanges, blockEdits, replaceBlock, wholeWith } from './index.ts';

const index = CitationIndex.build(inventedRecords);

function found(query: ReturnType<typeof resolveText>): ReadonlySet<string> | undefined {
  if (isUnresolvable(query)) return undefined;
  const { docs } = evaluate(index, query, { today: '2021-03-01' });
  return new Set([...docs.toArray()].map((doc) => index.idOf(doc)));
}

const terms = [
  'aspirin[tiab]',
  'surgery[tiab]',
  'bleeding[tiab]',
  '“quality of life”[tiab]',
  'life[Title/Abstract]',
  'cancer[tiab]',
  'randomi*[tiab]',
  'patients[tiab]',
  '2015:2016[dp]',
];
const alternatives = fc
  .uniqueArray(fc.constantFrom(...terms), { minLength: 1, maxLength: 4 })
  .chain((all) => fc.constantFrom(' OR ', ' or ', '\n  OR ', ' OR // why 😀\r\n ').map((or) => all.join(or)));
const group = alternatives.map((one) => `(${one})`);
/** Strategies of concept lines and a line that combines them, numbered in several ways; and single queries. */
const strategy = fc.oneof(
  fc
    .tuple(fc.array(alternatives, { minLength: 1, maxLength: 4 }), fc.nat(3), fc.nat(5), fc.boolean())
    .map(([concepts, not, style, more]) => {
      const first = style === 4 ? 3 : 1;
      const label = (i: number): string => `#${first + i}`;
      const lines = [
        ...concepts,
        concepts.map((_, i) => (style === 3 ? `(${label(i)})` : label(i))).join(' AND ') +
          (not === 0 ? ' NOT rats[tiab]' : not === 1 ? ' AND (humans[mh] OR surgery[tiab])' : ''),
        ...(more ? [`${label(concepts.length)} AND 2000:2020[dp]`] : []),
      ];
      return lines
        .map((line, i) => {
          const number = style === 1 ? `${i + 1}.` : style === 2 ? `${i + 1})` : label(i);
          return style === 5 ? `// part ${i}\n${number} ${line} // end ${i}` : `${number} ${line}`;
        })
        .join(style === 2 ? '\r\n' : '\n');
    }),
  fc.array(group, { minLength: 1, maxLength: 3 }).map((groups) => groups.join(' AND ')),
  fc
    .tuple(group, alternatives)
    .map(([one, two]) => `// before\n${two}\n\n${one} AND surgery[tiab] // after\n`),
  alternatives,
);
const blocks = fc.array(
  alternatives.map((query) => ({ name: query.slice(0, 12), query })),
  { minLength: 1, maxLength: 4 },
);
const comments = (text: string): string[] =>
  (text.match(/\/\/[^\r\n]*/g) ?? []).map((one) => one.trimEnd()).sort();

function labelsOf(document: StrategyDocument): readonly string[] {
  return document.lines.map(({ label }) => label);
}

describe('taking over blocks of a proposal', () => {
  it('all of them: no new errors, no comment lost, every line means its block, and the strategy wants them all', () => {
    fc.assert(
      fc.property(strategy, blocks, (text, proposed) => {
        const document = parseStrategy(text);
        const { root } = document;
        if (root === undefined) return;
        const edits = blockEdits(document, undefined, proposed, [...proposed.keys()]);
        if (edits === undefined) throw new Error('Refused.');
        let end = 0;
        for (const { range } of edits) {
          expect(range.start).toBeGreaterThanOrEqual(end);
          ({ end } = range);
        }
        const after = parseStrategy(applyEdits(text, edits));
        expect(errorsOf(after)).toBeLessThanOrEqual(errorsOf(document));
        const kept = comments(after.text);
        for (const comment of comments(text)) expect(kept).toContain(comment);
        // The line that is the strategy stays it, and so does what no block is about.
        const aligned = alignBlocks(document, root.label, proposed);
        const whole = found(resolveLine(after, after.root?.label ?? ''));
        expect(whole).toBeDefined();
        for (const [i, { query }] of proposed.entries()) {
          const wanted = found(resolveText(query));
          for (const id of whole ?? []) expect(wanted).toContain(id);
          const target = aligned[i];
          if (target?.isLine !== true) continue;
          const moved = labelsOf(after)[labelsOf(document).indexOf(target.line.label)];
          if (target.line !== root) expect(found(resolveLine(after, moved ?? ''))).toEqual(wanted);
        }
        // As many lines are added as the strategy has more now, and every reference leads somewhere.
        for (const { label } of after.lines) expect(isUnresolvable(resolveLine(after, label))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('one alone: the strategy finds no more than the block, and nothing else of it changes', () => {
    fc.assert(
      fc.property(strategy, blocks, (text, proposed) => {
        const document = parseStrategy(text);
        const before = found(resolveLine(document, document.root?.label ?? ''));
        for (const { query, replaces, edits, problem } of blockChanges(document, undefined, proposed)) {
          expect(problem).toBeUndefined();
          const after = parseStrategy(applyEdits(text, edits));
          const now = found(resolveLine(after, after.root?.label ?? ''));
          const block = found(resolveText(query));
          if (replaces === undefined)
            expect(now).toEqual(new Set([...(before ?? [])].filter((id) => block?.has(id))));
          else for (const id of now ?? []) expect(block).toContain(id);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('replacing a block', () => {
  it('leaves everything else, whatever the document and wherever the cursor is', () => {
    fc.assert(
      fc.property(strategy, fc.nat(1000), alternatives, (text, where, query) => {
        const document = parseStrategy(text);
        const block = blockAt(document, Math.round((where / 1000) * text.length));
        if (block === undefined) return;
        const after = parseStrategy(applyEdits(text, replaceBlock(document, block, query)));
        expect(labelsOf(after)).toEqual(labelsOf(document));
        expect(comments(after.text)).toEqual(comments(text));
        expect(errorsOf(after)).toBeLessThanOrEqual(errorsOf(document));
        const whole = wholeWith(document, block, query);
        const root = resolveLine(after, after.root?.label ?? '');
        // Lines without numbers are queries of their own: the last one does not use the others.
        const isUsed = block.line === document.root || block.line.numbered;
        expect(whole?.key).toBe(isUnresolvable(root) || !isUsed ? undefined : root.key);
        // The new terms stand in that line and no other.
        const line = after.line(block.line.label);
        expect(nodesOf(line?.query.root).some(({ kind }) => kind === 'term' || kind === 'range')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
