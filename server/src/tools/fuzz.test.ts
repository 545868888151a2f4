import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { citation } from '../../../core/src/corpus/testing/records.ts';
import { runTool, ToolError, tools } from './index.ts';
import { placeOf } from './testing/place.ts';

const place = placeOf([
  citation({ id: '1', title: 'Exercise for preventing falls', mesh: ['Accidental Falls'], year: 2010 }),
  citation({ id: '2', title: 'Falls\u0000 and `exercise` | in \u202eolder people', year: 2011 }),
  citation({ id: '3', title: '', abstract: 'falls' }),
]);
afterAll(() => place.dispose());
place.file('falls.pubmed', '---\nseeds: [1, 3]\n---\n#1 falls[tiab]\n#2 exercise[tiab]\n#3 #1 AND #2\n');

const pieces = [
  ...[
    'falls',
    'exercise',
    '"accidental falls"',
    '[mh]',
    '[tiab]',
    '[tw',
    '(',
    ')',
    '#1',
    '#2',
    '#9',
    '\n',
    ' OR ',
    ' AND ',
  ],
  ...[
    ' NOT ',
    '*',
    '"',
    '//',
    '---\n',
    'seeds: [1, x]\n',
    'until: 2010\n',
    'database: pubmed\n',
    ':',
    '\u0000',
    '\ud800',
    '`',
  ],
];
const broken = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));
const whole = '---\nseeds: [1, 3]\n---\n#1 falls[tiab] OR "slip and fall"\n#2 exercise[tiab]\n#3 #1 AND #2\n';

/** Mostly `good`, now and then `bad`. */
const mostly = (good: fc.Arbitrary<unknown>, ...bad: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
const one = (...values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);

/** What a model may send for each argument. */
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  strategy: fc.oneof(one(whole, 'falls[tiab]'), broken),
  file: mostly(one('falls.pubmed'), '../x.pubmed', '', '/', 'a\0b', '.', 'library.sqlite'),
  line: mostly(one('1', '#2'), '99', '', 'x'),
  library: mostly(one('library.sqlite'), 'pubmed', '..', '', 'gone.sqlite', 'falls.pubmed'),
  seeds: mostly(fc.array(one('1', 2, '3', 'NCT00000001', 7), { maxLength: 4 }), ['x', ''], 'x', [[1]]),
  until: mostly(one('2010-12-31'), '2010', '2010-02-31', ''),
  title: fc.oneof(one('Exercise for falls', ''), fc.string({ unit: 'binary', maxLength: 20 })),
  pico: mostly(one({ population: 'older people' }, { outcome: '' }, {}), { who: 'x' }),
  goal: mostly(one('improve', 'catch-missed', 'narrow'), 'best'),
  budget: mostly(one(1, 1500), 0, 1.5),
  recallFloor: mostly(one(0, 0.5, 1), 2, NaN),
  form: mostly(one('recall', 'readable', 'precise'), ''),
  limit: mostly(one(1, 10), 11, -1),
  offset: mostly(one(0, 5), -1),
};
const keys = Object.keys(values);
const likely = (accepted: readonly string[]): fc.Arbitrary<unknown> =>
  fc
    .shuffledSubarray(accepted.filter((key) => key !== 'strategy' && key !== 'file'))
    .map((chosen) => chosen.slice(0, 3))
    .chain((chosen) =>
      fc.oneof(
        { weight: 4, arbitrary: pick(['strategy', ...chosen]) },
        { weight: 1, arbitrary: pick(['file', ...chosen]) },
        { weight: 1, arbitrary: pick(chosen) },
      ),
    );
const pick = (chosen: readonly string[]): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(chosen.map((key) => [key, values[key] ?? fc.anything()])));
const unlikely = fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...keys), fc.anything()));

const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]|\p{Surrogate}/u;

describe('whatever is asked', () => {
  const validator = new AjvJsonSchemaValidator();
  it.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s answers as it says, within bounds, or tells in words why not',
    async (name, tool) => {
      const fits = validator.getValidator(tool.outputSchema);
      const accepted = Object.keys(tool.inputSchema['properties'] as object);
      const own = likely(accepted);
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: own }, unlikely), async (input) => {
          try {
            const { text, data } = await runTool(name, input, place.context(), new AbortController().signal);
            answered++;
            expect(text.length).toBeLessThan(25_000);
            expect(text).not.toMatch(unseen);
            expect(fits(JSON.parse(JSON.stringify(data)))).toMatchObject({ valid: true });
            expect(JSON.stringify(data)).not.toContain('NaN');
          } catch (error) {
            expect(error).toBeInstanceOf(ToolError);
            expect((error as ToolError).message).toMatch(/^\S.*[.)]$/s);
            expect((error as ToolError).message).not.toMatch(unseen);
            expect((error as ToolError).message.length).toBeLessThan(2_000);
          }
        }),
        { numRuns: 150, seed: 20261129 },
      );
      expect(answered).toBeGreaterThan(20);
    },
  );
});
