import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { parseQuery } from '../../pubmed/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { shapeOf } from '../shape/index.ts';
import type { QueryShape } from '../shape/index.ts';
import { Aligner } from './align.ts';
import { recipesFor } from './combine.ts';

function shape(text: string): QueryShape {
  const { root } = parseQuery(text);
  if (root === undefined) throw new Error(text);
  return shapeOf(root);
}

const words = ['aspirin', 'stroke', 'fever', 'pain', 'child'];
const engine = memoryEngine(
  Array.from({ length: 32 }, (_, n) =>
    citation({ id: String(n + 1), title: words.filter((__, bit) => (n & (1 << bit)) !== 0).join(' ') }),
  ),
);
const { signal } = new AbortController();
const ids = (text: string): readonly string[] => {
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new Error(`${text}: ${query.problem}`);
  const { docs } = engine.evaluate(query);
  return engine.index.newest(docs, 0, Infinity).map((doc) => engine.index.idOf(doc)).sort(); // prettier-ignore
};
const queryOf = (a: string, b: string, id: string) =>
  new Aligner(engine, signal)
    .align(shape(a), shape(b))
    .then((pairs) => recipesFor(shape(a), shape(b), pairs).find((one) => one.id === id)?.query);

const method = '(aspirin[ti] OR fever[ti]) AND (stroke[ti] OR pain[ti])';
const model = '(stroke[ti] OR "cerebral stroke"[tiab]) AND aspirin[tiab] AND child[ti] NOT fever[ti]';

describe('combinations', () => {
  it.each([
    ['either', '((aspirin[ti] OR fever[ti]) AND (stroke[ti] OR pain[ti])) OR ((stroke[ti] OR "cerebral stroke"[tiab]) AND aspirin[tiab] AND child[ti] NOT fever[ti])'], // prettier-ignore
    ['united', '(aspirin[ti] OR fever[ti] OR aspirin[tiab]) AND (stroke[ti] OR pain[ti] OR "cerebral stroke"[tiab])'], // prettier-ignore
    ['widen:1', '(aspirin[ti] OR fever[ti]) AND (stroke[ti] OR pain[ti] OR "cerebral stroke"[tiab])'],
    ['swap:0', 'aspirin[tiab] AND (stroke[ti] OR pain[ti])'],
    ['united-aligned', undefined],
  ])('%s', async (id, expected) => {
    expect(await queryOf(method, model, id)).toBe(expected);
  });

  it('leaves out what only one asks for, and keeps what the first excludes', async () => {
    expect(await queryOf(model, method, 'united-aligned')).toBe(
      '(stroke[ti] OR "cerebral stroke"[tiab] OR pain[ti]) AND (aspirin[tiab] OR aspirin[ti] OR fever[ti]) NOT fever[ti]',
    );
  });

  it('recognises blocks without a common word by the records that they find', async () => {
    const twins = memoryEngine(
      Array.from({ length: 20 }, (_, n) =>
        citation({ id: String(n + 1), title: n < 8 ? 'stroke apoplexy aspirin' : 'aspirin other' }),
      ),
    );
    const pairs = await new Aligner(twins, signal).align(shape('stroke[ti] AND aspirin[ti]'), shape('aspirin[ti] AND apoplexy[ti]')); // prettier-ignore
    expect([...pairs].sort()).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  const term = fc
    .tuple(fc.constantFrom(...words), fc.constantFrom('[ti]', '[tiab]', ''))
    .map((part) => part.join(''));
  const block = fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => `(${terms.join(' OR ')})`);
  const query = fc
    .tuple(fc.array(block, { minLength: 1, maxLength: 3 }), fc.option(term), fc.boolean())
    .map(([blocks, excluded, isOr]) => `${blocks.join(isOr ? ' OR ' : ' AND ')}${excluded === null ? '' : ` NOT ${excluded}`}`); // prettier-ignore

  it('always read without a problem, find what they say, and mean what their canonical text means', async () => {
    await fc.assert(
      fc.asyncProperty(query, query, async (a, b) => {
        const [first, second] = [shape(a), shape(b)];
        const recipes = recipesFor(first, second, await new Aligner(engine, signal).align(first, second));
        expect(recipes.length).toBeGreaterThan(0);
        for (const recipe of recipes) {
          expect(parseQuery(recipe.query).problems.filter(({ severity }) => severity === 'error')).toEqual(
            [],
          );
          const found = ids(recipe.query);
          if (recipe.id === 'either') expect(found).toEqual([...new Set([...ids(a), ...ids(b)])].sort());
          // What a recipe calls wider finds all that the first query finds.
          if (recipe.isWider) expect(ids(a).filter((id) => !found.includes(id))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
