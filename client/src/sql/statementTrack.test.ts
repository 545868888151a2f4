import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foundAgain, isAsItWas, statementAt, tracked, type TextChange } from './statementTrack.ts';

const sql = 'SELECT name FROM artist';
/** «…» is the statement. */
const marked = (text: string): { text: string; start: number; end: number } => {
  const start = text.indexOf('«');
  const end = text.indexOf('»') - 1;
  return { text: text.replace(/[«»]/g, ''), start, end };
};
const withChange = (text: string, { offset, length, text: added }: TextChange): string =>
  text.slice(0, offset) + added + text.slice(offset + length);

/** In the text after the change, `+…+` is what was written. */
const cases: readonly (readonly [
  what: string,
  text: string,
  at: (text: string) => number,
  added: string,
  fits: boolean,
])[] = [
  ['a comment above', `«${sql}»`, () => 0, '-- names\n', true],
  ['a comment that takes it in', `«${sql}»`, () => 0, '-- ', false],
  ['a statement above', `«${sql}»`, () => 0, 'SELECT 1;\n', true],
  ['a keyword before it', `«${sql}»`, () => 0, 'EXPLAIN ', false],
  ['a keyword in the line above', `\n«${sql}»`, () => 0, 'EXPLAIN', false],
  ['a letter within it', `«${sql}»;`, () => 7, 'x', false],
  ['a blank within it', `«${sql}»;`, () => 7, ' ', false],
  ['a semicolon behind it', `«${sql}»`, (text) => text.length, ';', true],
  ['a clause behind it', `«${sql}»`, (text) => text.length, ' LIMIT 3', false],
  ['a clause in the line below', `«${sql}»\n\n`, (text) => text.length, 'LIMIT 3', false],
  ['a comment behind it', `«${sql}»`, (text) => text.length, ' -- all of them', true],
  ['a statement behind its semicolon', `«${sql}»;\n`, (text) => text.length, 'SELECT 2', true],
  ['a statement behind, its semicolon run with it', `«${sql};»\n`, (text) => text.length, 'SELECT 2', true],
  ['a comment at the end of the line above', `SELECT 1; -- one\n«${sql}»`, () => 0, '\n', true],
  [
    'text behind the neighbour that has no semicolon',
    `«${sql}»\nSELECT 2`,
    (text) => text.length,
    ' AS two',
    true,
  ],
];

describe('a statement that was run', () => {
  it.each(cases)('and %s', (_, source, at, added, fits) => {
    const { text, start, end } = marked(source);
    const statement = statementAt(text, start, end);
    expect(isAsItWas(text, statement)).toBe(true);
    const change = { offset: at(text), length: 0, text: added };
    const after = withChange(text, change);
    expect(isAsItWas(after, tracked(statement, [change]))).toBe(fits);
    // Undo.
    const undo = { offset: change.offset, length: added.length, text: '' };
    expect(isAsItWas(text, tracked(tracked(statement, [change]), [undo]))).toBe(true);
  });

  it('is where it was moved to by any edits around it', () => {
    const edit = fc.record({
      at: fc.nat(60),
      length: fc.nat(10),
      text: fc.constantFrom('', 'a', ';\n', '-- x\n'),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        let text = `SELECT 1;\n-- what\n${sql};\nSELECT 2;\n`;
        let statement = statementAt(text, text.indexOf(sql), text.indexOf(sql) + sql.length);
        for (const { at, length, text: added } of edits) {
          const offset = Math.min(at, text.length);
          // Only edits that do not touch it.
          if (offset < statement.end && offset + length > statement.start) continue;
          const change = { offset, length: Math.min(length, text.length - offset), text: added };
          text = withChange(text, change);
          statement = tracked(statement, [change]);
          expect(text.slice(statement.start, statement.end)).toBe(sql);
        }
      }),
    );
  });

  it('is found again nearest to where it was', () => {
    const text = `${sql};\n${sql};\n${sql};\n`;
    const second = text.indexOf(sql, 1);
    expect(foundAgain(text, sql, second + 3)?.start).toBe(second);
    expect(foundAgain(text, 'SELECT 3', 0)).toBeUndefined();
    expect(foundAgain(text, '', 0)).toBeUndefined();
  });
});
