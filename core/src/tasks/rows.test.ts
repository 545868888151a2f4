import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInTasks } from './registry.ts';
import { idOf, objectOf, textIn, wholeNumber } from './rows.ts';
import { RowError } from './task.ts';

describe('ids', () => {
  it.each<[unknown, string]>([
    ['0012', '12'],
    [12, '12'],
    ['0', '0'],
    [' 12 ', '12'],
    ['nct00000012', 'NCT00000012'],
    ['MED-10', 'MED-10'],
    ['PMC012', 'PMC012'],
  ])('%j is %s', (value, id) => expect(idOf(value, 'relevant')).toBe(id));

  it.each([[-1], [1e300], [Number.NaN], [null], [true], [['1']], ['x'.repeat(201)]])('%j is none', (value) =>
    expect(() => idOf(value, 'relevant')).toThrow(RowError),
  );
});

describe('fields', () => {
  it.each([
    [{ a: ' x ' }, 'x'],
    [{ a: '' }, undefined],
    [{ a: null }, undefined],
    [{}, undefined],
  ])('text of %j', (row, text) => expect(textIn(row, 'a')).toBe(text));

  it('looks at no inherited key', () => expect(textIn({}, 'constructor')).toBeUndefined());

  it('cuts what is no question any more', () =>
    expect(textIn({ a: 'x'.repeat(1_000_000) }, 'a')).toHaveLength(20_000));

  it('an object is no list', () =>
    expect(() => objectOf([], 'pico')).toThrow('pico must be an object, not a list.'));

  it.each([0, 1.5, 11, Number.NaN, '3', null])('%j is no whole number from 1 to 10', (value) =>
    expect(() => wholeNumber(value, 'k', 5, 10)).toThrow(/k must be a whole number from 1 to 10/u),
  );
});

it.each([...builtInTasks.values()].map((task) => [task.id, task] as const))(
  '%s: any JSON is read, or refused in words',
  (_, task) => {
    const keys = [
      'title',
      'question',
      'pico',
      'query',
      'relevant',
      'answers',
      'population',
      'P',
      'sql',
      'database',
    ];
    const row = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.dictionary(fc.constantFrom(...keys), fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()))),
    ); // prettier-ignore
    fc.assert(
      fc.property(row, (value) => {
        for (const read of [() => task.prompt(value, 'reasoning').user, () => task.checkTarget(value)])
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(RowError);
            expect((error as RowError).message).toMatch(/\.$/u);
          }
      }),
      { numRuns: 300 },
    );
  },
);

it('a value nested ten thousand times is refused like any other', () => {
  let nested: unknown = 'x';
  for (let i = 0; i < 10_000; i++) nested = { pico: nested };
  for (const task of builtInTasks.values())
    expect(() => task.prompt({ title: nested, question: nested }, 'direct')).toThrow(RowError);
});
